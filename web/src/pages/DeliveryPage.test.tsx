import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { DeliveryState, DeliveryTarget, Permission, Session } from '../api/client'
import { SessionContext } from '../app/session'
import DeliveryPage from './DeliveryPage'

const target: DeliveryTarget = {
  name: 'vault',
  kind: 's3',
  mode: 'copy',
  address: 'https://s3.example/recordings',
  account: 'AKIA',
  region: 'eu-central-1',
  hostKey: '',
  bytesPerSecond: null,
  lake: false,
  decrypted: false,
  onDisposal: 'delete',
  recheckDays: 30,
  addedAt: '2026-11-20T09:30:00Z',
  pausedAt: null,
}
const state: DeliveryState = {
  target: 'vault',
  pausedAt: null,
  waiting: 3,
  waitingBytes: 2_500_000,
  oldestWaiting: '2026-11-27T09:00:00Z',
  queueing: false,
  delivered: 41,
  lastDeliveredAt: '2026-11-27T08:59:00Z',
  failingSince: '2026-11-27T09:00:00Z',
  problem: 'answer 403',
  untold: 0,
  lastInstructedAt: '2026-11-26T09:00:00Z',
  undeleted: 2,
  checked: 40,
  lastCheckedAt: '2026-11-27T03:00:00Z',
  damaged: 1,
  lastDamagedAt: '2026-11-25T03:00:00Z',
  failures: [{ recording: '019a', attempts: 2, problem: 'media.cms is not what was signed' }],
}
let sent: { method: string; path: string; body: unknown }[] = []

beforeEach(() => {
  sent = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    if (request.method !== 'GET') {
      sent.push({ method: request.method, path, body: request.body ? await request.json() : null })
      return request.method === 'PUT'
        ? Response.json({}, { status: 202 })
        : new Response(null, { status: 204 })
    }
    return Response.json({ items: [path.endsWith('/targets') ? target : state] })
  })
})
afterEach(() => vi.unstubAllGlobals())

function show(...permissions: Permission[]) {
  const session = { permissions, zone: 'UTC', csrf: 'c' } as Session
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <SessionContext.Provider value={session}>
            <DeliveryPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows what waits and what is wrong, and lets only those change it who may', async () => {
  show('retention-read')
  expect(await screen.findByText(/answer 403/)).toBeTruthy()
  expect(screen.getByText(/3 recordings, 2.5 MB/)).toBeTruthy()
  expect(screen.getByText(/^Told and deleted there, last .*, 2 to delete$/)).toBeTruthy()
  expect(screen.getByText(/^Every 30 days, 40 recordings, .*, 1 missing or changed/)).toBeTruthy()
  expect(screen.getByText('media.cms is not what was signed')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Pause' })).toBeNull()
})

it('pauses a target, and asks a second person for a change without its secret', async () => {
  show('retention-read', 'delivery-targets')
  fireEvent.click(await screen.findByRole('button', { name: 'Pause' }))
  await vi.waitFor(() =>
    expect(sent.at(-1)).toMatchObject({ method: 'POST', path: '/api/v1/deliveries/targets/vault/pause' }),
  )
  fireEvent.click(screen.getByRole('button', { name: 'Change' }))
  fireEvent.change(await screen.findByLabelText('Reason'), { target: { value: 'another prefix' } })
  fireEvent.click(screen.getByRole('button', { name: 'Try it out and ask' }))
  expect(await screen.findByText(/It works and was asked for/)).toBeTruthy()
  const body = sent.at(-1)?.body as Record<string, unknown>
  expect(body).toMatchObject({ kind: 's3', mode: 'copy', account: 'AKIA', reason: 'another prefix' })
  expect(body).not.toHaveProperty('secret')
})
