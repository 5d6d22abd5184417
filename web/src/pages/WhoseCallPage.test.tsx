import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Permission, Session } from '../api/client'
import { SessionContext } from '../app/session'
import WhoseCallPage from './WhoseCallPage'

const held = {
  id: '019aa0b2-3f00-7000-8000-000000000001',
  tenant: null,
  state: 'quarantined',
  start: '2026-11-20T09:30:00Z',
  end: '2026-11-20T09:31:00Z',
  numbers: ['+4930123'],
  callIds: ['call-1@sbc'],
  node: 'rec-1',
  rule: 'no rule matched',
  releasable: true,
}

let asked: string[] = []

function answer(request: Request): unknown {
  const url = new URL(request.url)
  asked.push(`${request.method} ${url.pathname}${url.search}`)
  if (url.pathname.endsWith('/allocation')) {
    return {
      rules: [
        {
          position: 1,
          rule: 'by header',
          looksAt: 'header',
          header: 'x-tenant',
          value: 'acme*',
          tenant: 'acme',
        },
      ],
      tenants: [
        {
          tenant: 'acme',
          name: 'Acme Bank',
          zone: 'UTC',
          domains: [],
          retentionYears: 1,
          guaranteedCalls: 5,
          maxCalls: null,
          numberScreening: false,
          onTrial: true,
          numberCount: 1,
          numbers: [{ number: '+4930*', holder: null }],
        },
      ],
    }
  }
  if (url.pathname.endsWith('/quarantine')) return { items: [held] }
  if (url.pathname.endsWith('/quarantine/run')) {
    const dry = url.searchParams.get('dryRun') === 'true'
    return {
      items: [{ id: held.id, tenant: 'acme', rule: 'rule by header', released: !dry, problem: null }],
    }
  }
  if (url.pathname.endsWith('/platform/blocked-recordings')) {
    return {
      items: [
        {
          id: held.id,
          tenant: 'acme',
          start: held.start,
          blocked: {
            at: held.start,
            by: 'user:op@platform',
            reason: 'wrong customer',
            byPlatform: true,
            handedOver: false,
          },
        },
      ],
    }
  }
  if (url.pathname.endsWith('/hand-overs')) {
    if (request.method === 'POST') return {}
    return {
      items: [
        {
          id: 'h-1',
          recording: held.id,
          from: 'acme',
          to: 'globex',
          becomes: 'r-2',
          askedAt: held.start,
          askedBy: 'user:op@platform',
          reason: 'theirs',
          state: 'asked',
          endedAt: null,
          problem: null,
          giving: 'executed',
          taking: 'requested',
        },
      ],
    }
  }
  return { count: 0, items: [] }
}

beforeEach(() => {
  asked = []
  vi.stubGlobal('fetch', async (request: Request) => Response.json(answer(request)))
})
afterEach(() => vi.unstubAllGlobals())

function show(...permissions: Permission[]) {
  const session = { permissions, zone: 'UTC' } as Session
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <SessionContext.Provider value={session}>
            <WhoseCallPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows rules and tenants to whoever may see them, and lets operators alone allocate', async () => {
  show('srcs-own')
  expect(await screen.findByText('by header')).toBeTruthy()
  expect(screen.getByText('Header x-tenant')).toBeTruthy()
  expect(screen.getByText('5 guaranteed, no limit')).toBeTruthy()
  expect(screen.getByText('On trial')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Allocate from a file…' })).toBeNull()
  expect(screen.queryByRole('tab', { name: 'Quarantine' })).toBeNull()
})

it('releases from quarantine only what was tried before', async () => {
  show('tenant-matching')
  fireEvent.click(await screen.findByRole('tab', { name: 'Quarantine' }))
  expect(await screen.findByText('no rule matched')).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Release' })).toHaveProperty('disabled', true)
  fireEvent.click(screen.getByRole('button', { name: 'Try the rules' }))
  fireEvent.click(await screen.findByRole('button', { name: 'Release 1' }))
  expect(await screen.findByText('1 released.')).toBeTruthy()
  expect(asked.filter((each) => each.startsWith('POST'))).toEqual([
    'POST /api/v1/quarantine/run?dryRun=true',
    'POST /api/v1/quarantine/run?dryRun=false',
  ])
})

it('asks both tenants to hand a blocked recording over, and shows how far each has come', async () => {
  show('tenant-matching')
  fireEvent.click(await screen.findByRole('tab', { name: 'Wrong tenant' }))
  expect(await screen.findByText('wrong customer')).toBeTruthy()
  expect(screen.getByText('Asked of both')).toBeTruthy()
  expect(screen.getByText('To be decided')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Hand over…' }))
  const submit = await screen.findByRole('button', { name: 'Ask both tenants' })
  expect(submit.getAttribute('aria-disabled')).toBe('true')
  fireEvent.change(screen.getByLabelText(/^Tenant whose call it is/), { target: { value: 'globex' } })
  fireEvent.change(screen.getByLabelText(/^Reason/), { target: { value: 'it is theirs' } })
  fireEvent.click(submit)
  await vi.waitFor(() => expect(asked).toContain('POST /api/v1/hand-overs'))
})

it('tells whoever may see nothing of it', () => {
  show('search')
  expect(screen.getByText('Your role can’t see whose calls are whose')).toBeTruthy()
})
