import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Permission, Session, Src } from '../api/client'
import { SessionContext } from '../app/session'
import SrcsPage from './SrcsPage'

const src: Src = {
  name: 'sbc-1',
  networks: ['192.0.2.0/24', '2001:db8::7'],
  tenant: null,
  proof: 'strict',
  tlsIdentity: 'sbc.example',
  answer: 'one-codec',
  options: false,
  notRecordedStatus: 403,
  calls: 1234,
  refused: 5,
  lastSeen: '2026-11-20T09:30:00Z',
  lastCall: '019aa0b2-3f00-7000-8000-000000000001',
  deviations: 1,
}

const answers: Record<string, unknown> = {
  '/api/v1/srcs': { items: [src] },
  '/api/v1/srcs/sbc-1/conformance': {
    src,
    deviations: [
      {
        deviation: 'label-missing',
        rule: 'RFC 7866 §7.1.1',
        meaning: 'A stream has no label.',
        remedy: 'Send a=label.',
        calls: 1,
        firstSeen: '2026-11-20T09:00:00Z',
        lastSeen: '2026-11-20T09:30:00Z',
        lastCall: src.lastCall,
        lastDetail: 'm-line 2',
      },
    ],
  },
}

beforeEach(() => {
  vi.stubGlobal('fetch', async (request: Request) => Response.json(answers[new URL(request.url).pathname]))
})
afterEach(() => vi.unstubAllGlobals())

function show(...permissions: Permission[]) {
  const session = { permissions, zone: 'UTC' } as Session
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <SessionContext.Provider value={session}>
            <SrcsPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows each client with its treatment, and its deviations in words when asked', async () => {
  show('srcs', 'srcs-own')
  const toggle = await screen.findByRole('button', { name: 'sbc-1' })
  expect(screen.getByText('192.0.2.0/24, 2001:db8::7')).toBeTruthy()
  expect(screen.getByText('1,234')).toBeTruthy()
  expect(screen.getByText(/TLS certificate of sbc\.example · OPTIONS answered 503/)).toBeTruthy()
  expect(screen.queryByText('Send a=label.')).toBeNull()

  fireEvent.click(toggle)
  expect(await screen.findByText('A stream has no label.')).toBeTruthy()
  expect(screen.getByText('Send a=label.')).toBeTruthy()
  expect(screen.getByText(/RFC 7866 §7\.1\.1 · in 1 call since .* m-line 2/)).toBeTruthy()
  expect(screen.queryByRole('link')).toBeNull()
  expect(toggle.getAttribute('aria-expanded')).toBe('true')
})

it('asks for nothing where the role sees no clients', () => {
  show('search')
  expect(screen.getByText('Your role can’t see session recording clients')).toBeTruthy()
})
