import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Permission, RetentionLocks, RetentionPolicy, RetentionSimulation, Session } from '../api/client'
import { SessionContext } from '../app/session'
import RetentionPage from './RetentionPage'

const policy: RetentionPolicy = {
  version: 3,
  standard: '1-year',
  rules: [
    { name: 'Desk', keep: '7-years', teams: ['t-desk'] },
    { name: 'Support', keep: '90-days', directions: ['inbound'] },
  ],
  settlingDays: 0,
  extending: false,
  versions: [{ version: 3, validFrom: '2026-11-20T09:30:00Z', changedBy: 'user:rada@acme' }],
}

const none = { recordings: 0, bytes: 0, days: 0, endless: 0, examples: [] }
const empty = { recordings: 0, bytes: 0 }
const storage = {
  total: empty,
  stored: [],
  due: [],
  overdue: empty,
  later: empty,
  endless: empty,
  held: { all: empty, pastDue: empty, holds: null },
  price: null,
}
let simulation: RetentionSimulation
let locks: RetentionLocks
let sent: { method: string; path: string; body: unknown }[] = []

beforeEach(() => {
  sent = []
  const cases = { longer: none, shorter: none, same: none, lengthened: null }
  simulation = { policyVersion: 3, needsSecondPerson: true, ...cases }
  const mode = { version: 0, mode: 'GOVERNANCE', existing: false, changedAt: null, changedBy: null } as const
  locks = { mode, trial: null, waiting: 0, failing: 0, lengthening: null }
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    if (path.endsWith('/storage')) return Response.json(storage)
    if (request.method !== 'GET') sent.push({ method: request.method, path, body: await request.json() })
    if (path.endsWith('/locks') || path.endsWith('/go-live')) return Response.json(locks)
    return Response.json(path.endsWith('/simulate') ? simulation : policy)
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
            <RetentionPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows the rules, and lets only those change them who may', async () => {
  show('retention-read')
  expect(await screen.findByText('Desk')).toBeTruthy()
  expect(screen.getByText('90 days')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Remove' })).toBeNull()
})

it('tries out what is changed, and asks a second person for what may shorten', async () => {
  simulation.shorter = { ...none, recordings: 12, bytes: 2048, days: 24_000 }
  show('retention-read', 'retention')
  const remove = await screen.findAllByRole('button', { name: 'Remove' })
  fireEvent.click(remove[0] as HTMLElement)
  fireEvent.click(screen.getByRole('button', { name: 'Try it out' }))
  fireEvent.click(await screen.findByRole('button', { name: 'Ask a second person' }))
  expect(screen.queryByRole('button', { name: 'Save' })).toBeNull()
  expect(screen.getByText('12')).toBeTruthy()
  fireEvent.change(await screen.findByLabelText('Reason'), { target: { value: 'GDPR' } })
  fireEvent.click(screen.getByRole('button', { name: 'Ask' }))
  expect(await screen.findByText(/It was asked for/)).toBeTruthy()
  expect(sent.at(-1)).toMatchObject({
    method: 'POST',
    path: '/api/v1/policies/retention/shorten',
    body: { version: 3, standard: '1-year', rules: [{ name: 'Support' }], reason: 'GDPR' },
  })
})

it('saves what shortens nothing, once it was tried out', async () => {
  simulation.needsSecondPerson = false
  show('retention-read', 'retention')
  const change = await screen.findAllByRole('button', { name: 'Change' })
  fireEvent.click(change[1] as HTMLElement)
  fireEvent.change(await screen.findByLabelText('Kept for'), { target: { value: '120-days' } })
  fireEvent.click(screen.getByRole('button', { name: 'Take over' }))
  // What lies behind a dialog stays hidden from roles in jsdom
  fireEvent.click(await screen.findByRole('button', { name: 'Try it out', hidden: true }))
  await vi.waitFor(() =>
    expect(screen.getByRole('button', { name: 'Save', hidden: true }).hasAttribute('disabled')).toBe(false),
  )
  fireEvent.click(screen.getByRole('button', { name: 'Save', hidden: true }))
  await vi.waitFor(() => expect(sent.at(-1)?.method).toBe('PUT'))
  expect(sent.at(-1)?.body).toMatchObject({ version: 3, rules: [{ name: 'Desk' }, { keep: '120-days' }] })
})

it('says how many recordings are lengthened before it does so', async () => {
  simulation.needsSecondPerson = false
  simulation.lengthened = { ...none, recordings: 321, bytes: 2048, days: 7_000 }
  show('retention-read', 'retention')
  fireEvent.click(await screen.findByLabelText('Also lengthen the recordings that are there'))
  fireEvent.click(screen.getByRole('button', { name: 'Try it out' }))
  expect(await screen.findByText(/321 of them are really lengthened/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  await vi.waitFor(() => expect(sent.at(-1)?.method).toBe('PUT'))
  expect(sent.at(-1)?.body).toMatchObject({ version: 3, standard: '1-year', extending: true })
})

it('shows what waits for its full lock, and lets a trial end by a signature', async () => {
  locks.waiting = 1234
  locks.trial = {
    since: '2026-11-20T09:30:00Z',
    lockDays: 7,
    endedAt: null,
    endedBy: null,
    signedBy: null,
    reason: null,
  }
  show('retention-read', 'retention')
  expect(await screen.findByText(/1,234 recordings wait for their full lock/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Go live' }))
  fireEvent.change(await screen.findByLabelText('Signed by'), { target: { value: 'Rita Roth' } })
  fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'contract' } })
  const buttons = screen.getAllByRole('button', { name: 'Go live' })
  fireEvent.click(buttons.at(-1) as HTMLElement)
  await vi.waitFor(() => expect(sent.at(-1)?.path).toBe('/api/v1/policies/retention/go-live'))
  expect(sent.at(-1)?.body).toEqual({ signedBy: 'Rita Roth', reason: 'contract' })
})

it('asks a second person for locks that nobody can pass, and says that there is no way back', async () => {
  show('retention-read', 'retention')
  fireEvent.click(await screen.findByRole('button', { name: 'Lock in COMPLIANCE mode' }))
  expect(await screen.findByText(/This can’t be undone/)).toBeTruthy()
  fireEvent.click(screen.getByLabelText('Also strengthen the locks of the recordings that are there'))
  fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'SEC 17a-4' } })
  fireEvent.click(screen.getByRole('button', { name: 'Ask' }))
  await vi.waitFor(() => expect(sent.at(-1)?.path).toBe('/api/v1/policies/retention/lock-mode'))
  expect(sent.at(-1)?.body).toEqual({ mode: 'compliance', existing: true, reason: 'SEC 17a-4' })
})
