import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Alarm, Permission, Session } from '../api/client'
import { SessionContext } from '../app/session'
import AlarmsPage from './AlarmsPage'

const alarm: Alarm = {
  id: '00000000-0000-0000-0000-000000000001',
  kind: 'calls-lost',
  severity: 'critical',
  object: 'tenant:acme',
  meaning: 'Answered calls are lost.',
  remedy: 'Find them by state=lost.',
  page: 'docs/operations/alarms.md#calls-lost',
  detail: '2 recordings',
  node: 'rec-1',
  raisedAt: '2026-11-20T09:00:00Z',
  lastRaisedAt: '2026-11-20T09:30:00Z',
  times: 3,
  acknowledged: null,
  clearedAt: null,
  silenced: false,
  attempts: [{ at: '2026-11-20T09:00:05Z', channel: 'desk', event: 'raised', outcome: 'no route' }],
}

let sent: { method: string; path: string; body: unknown }[] = []
let items: Alarm[]

beforeEach(() => {
  sent = []
  items = [alarm]
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    if (request.method !== 'GET') {
      sent.push({ method: request.method, path, body: JSON.parse((await request.text()) || 'null') })
      return Response.json({})
    }
    return Response.json(path.endsWith('/silences') ? { items: [] } : { items, next: null })
  })
})
afterEach(() => vi.unstubAllGlobals())

function show(...permissions: Permission[]) {
  const session = { permissions, zone: 'UTC' } as Session
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <SessionContext.Provider value={session}>
            <AlarmsPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows each alarm, and when asked what to do and who was told', async () => {
  show('alarms-read')
  const toggle = await screen.findByRole('button', { name: alarm.meaning })
  expect(screen.getByText('Critical')).toBeTruthy()
  expect(screen.getByText('tenant:acme')).toBeTruthy()
  expect(screen.getByText('3 times')).toBeTruthy()
  expect(screen.queryByText(alarm.remedy)).toBeNull()
  fireEvent.click(toggle)
  expect(screen.getByText(alarm.remedy)).toBeTruthy()
  const more = screen.getByRole('link', { name: 'More about this alarm' })
  expect(more.getAttribute('href')).toBe('/docs/operations/alarms.md#calls-lost')
  expect(screen.getByText(/desk · raised · no route/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: /^Act on/ })).toBeNull()
})

it('acknowledges with a note', async () => {
  show('alarms-read', 'alarms')
  fireEvent.click(await screen.findByRole('button', { name: 'Act on calls-lost of tenant:acme' }))
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Acknowledge' }))
  fireEvent.change(await screen.findByLabelText('Note'), { target: { value: ' seen ' } })
  fireEvent.click(screen.getByRole('button', { name: 'Acknowledge', hidden: true }))
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toEqual({
    method: 'POST',
    path: `/api/v1/alarms/${alarm.id}/acknowledge`,
    body: { note: 'seen' },
  })
})

it('says that nothing is wrong', async () => {
  items = []
  show('alarms-read')
  expect(await screen.findByText('No alarm is open')).toBeTruthy()
})

it('asks for nothing where the role sees no alarms', () => {
  show('search')
  expect(screen.getByText('Your role can’t see alarms')).toBeTruthy()
})
