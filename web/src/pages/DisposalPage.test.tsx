import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { DisposalItem, DisposalRun, DisposalSettings, Permission, Session } from '../api/client'
import { SessionContext } from '../app/session'
import DisposalPage from './DisposalPage'

const settings: DisposalSettings = {
  version: 2,
  mode: 'by-approval',
  officers: [{ id: 'u-1', name: 'olga' }],
  cdr: 'tokenised',
  everyDays: 7,
  changedAt: '2026-11-20T09:30:00Z',
  changedBy: 'user:rada@acme',
}
const run: DisposalRun = {
  id: '01930d3a-7c00-4a5b-8c1d-2e3f4a5b6c7d',
  state: 'announced',
  mode: 'by-approval',
  openedAt: '2026-11-01T09:30:00Z',
  notBefore: '2026-12-01T09:30:00Z',
  approvedAt: null,
  approvedBy: null,
  startedAt: null,
  endedAt: null,
  reason: null,
  counts: [{ state: 'due', recordings: 12, bytes: 2048 }],
}
const item: DisposalItem = {
  recording: '01930d3a-7c00-7a5b-8c1d-2e3f4a5b6c7d',
  state: 'due',
  start: '2025-11-20T09:30:00Z',
  end: '2025-11-20T09:31:00Z',
  until: '2026-11-20T09:31:00Z',
  keep: '1-year',
  rule: null,
  policy: 0,
  bytes: 2048,
  problem: null,
  triedAgainAt: null,
  heldBy: [],
}
const held: DisposalItem = {
  ...item,
  recording: '01930d3a-7c00-7a5b-8c1d-2e3f4a5b6c7e',
  state: 'vetoed',
  problem: 'an officer objected: a legal hold is on it',
  heldBy: [{ id: '01930d3a-7c00-4a5b-8c1d-2e3f4a5b6c7f', name: 'Objection to the disposal of it' }],
}
let sent: { method: string; path: string; body: unknown }[] = []

beforeEach(() => {
  sent = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    if (request.method !== 'GET') {
      sent.push({ method: request.method, path, body: await request.json() })
      if (request.method === 'PUT') {
        return Response.json(
          { type: 'urn:earwitness:problem:needs-second-person', detail: 'That needs a second person.' },
          { status: 409, headers: { 'Content-Type': 'application/problem+json' } },
        )
      }
      return path.endsWith('/veto') ? Response.json({}, { status: 201 }) : Response.json({}, { status: 202 })
    }
    if (path.endsWith('/settings')) return Response.json(settings)
    if (path.endsWith('/runs')) return Response.json({ items: [run] })
    if (path.endsWith('/items')) return Response.json({ items: [item, held], next: null })
    return Response.json({
      until: run.notBefore,
      recordings: 0,
      bytes: 0,
      more: false,
      classes: [],
      items: [],
    })
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
            <DisposalPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows what is announced, and lets an officer object', async () => {
  show('retention-read', 'keep')
  expect(await screen.findByText('Due: 12')).toBeTruthy()
  expect(screen.getByText(/Told are olga/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Change' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Ask to approve' })).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Show' }))
  const hold = await screen.findByRole('link', { name: 'Objection to the disposal of it' })
  expect(hold.getAttribute('href')).toBe(`/holds?hold=${held.heldBy[0]?.id}`)
  fireEvent.click(screen.getByRole('button', { name: 'Object' }))
  fireEvent.change(await screen.findByLabelText('Reason'), { target: { value: 'a claim' } })
  fireEvent.click(screen.getAllByRole('button', { name: 'Object' }).at(-1) as HTMLElement)
  await vi.waitFor(() =>
    expect(sent).toEqual([
      { method: 'POST', path: `/api/v1/disposal/items/${item.recording}/veto`, body: { reason: 'a claim' } },
    ]),
  )
})

it('asks a second person for what deletes more', async () => {
  show('retention-read', 'retention')
  fireEvent.click(await screen.findByRole('button', { name: 'Change' }))
  fireEvent.click(await screen.findByRole('radio', { name: /^Automatic/ }))
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  fireEvent.change(await screen.findByLabelText('Reason, for the second person'), {
    target: { value: 'minimisation' },
  })
  fireEvent.click(screen.getByRole('button', { name: 'Ask a second person' }))
  expect(await screen.findByText(/Another person decides/)).toBeTruthy()
  expect(sent.at(-1)).toEqual({
    method: 'POST',
    path: '/api/v1/disposal/settings/ask',
    body: {
      version: 2,
      mode: 'automatic',
      cdr: 'tokenised',
      officers: ['olga'],
      everyDays: 7,
      reason: 'minimisation',
    },
  })
})
