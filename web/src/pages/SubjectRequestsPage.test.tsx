import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Permission, Session, SubjectRequest, SubjectRequestItem } from '../api/client'
import { SessionContext } from '../app/session'
import { spansOf, spansText } from '../subjects/queries'
import SubjectRequestsPage from './SubjectRequestsPage'

const request: SubjectRequest = {
  id: '0190a000-0000-4000-8000-000000000001',
  kind: 'erasure',
  state: 'found',
  name: 'Anna Berg',
  contact: 'anna@example.org',
  numbers: ['+4930123'],
  person: null,
  received: '2026-10-20',
  due: '2026-11-21T00:00:00Z',
  overdue: true,
  openedAt: '2026-10-20T09:30:00Z',
  openedBy: 'user:cora@acme',
  extended: null,
  identified: { at: '2026-10-21T09:30:00Z', by: 'user:cora@acme', text: 'passport' },
  found: { at: '2026-10-21T09:31:00Z', by: 'user:cora@acme', recordings: 1, disposed: 2, others: 3 },
  approved: null,
  release: null,
  closed: null,
  counts: [{ outcome: 'pending', recordings: 1 }],
}

const item: SubjectRequestItem = {
  recording: '0190a000-0000-7000-8000-000000000002',
  start: '2026-05-01T10:00:00Z',
  end: '2026-05-01T10:01:00Z',
  channels: [0],
  decision: null,
  reason: null,
  outcome: 'pending',
  until: null,
  because: null,
  plan: null,
  keeps: { until: '2033-05-01T10:01:00Z', because: 'it lies under a COMPLIANCE lock', immutable: true },
}

let sent: { path: string; body: unknown }[] = []

beforeEach(() => {
  sent = []
  vi.stubGlobal('fetch', async (asked: Request) => {
    const path = new URL(asked.url).pathname
    if (asked.method !== 'GET') {
      sent.push({ path, body: await asked.json() })
      return Response.json(request)
    }
    return Response.json({ items: [path.endsWith('/items') ? item : request], next: null })
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
            <SubjectRequestsPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('is for those only who answer them', () => {
  show('retention-read')
  expect(screen.getByText('Your role can’t see subject requests')).toBeTruthy()
})

it('says what is late, and plainly what can’t be deleted', async () => {
  show('subject-requests')
  expect(await screen.findByText(/\(late\)/)).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Show' }))
  expect(
    await screen.findByText('It can’t be deleted, only restricted: it lies under a COMPLIANCE lock'),
  ).toBeTruthy()
  expect(screen.getByText(/passport/)).toBeTruthy()
  expect(screen.getByText(/2 were deleted before/)).toBeTruthy()
})

it('decides of all others at once', async () => {
  show('subject-requests')
  fireEvent.click(await screen.findByRole('button', { name: 'Show' }))
  fireEvent.click(await screen.findByRole('button', { name: 'Decide of all others' }))
  fireEvent.click(await screen.findByRole('button', { name: 'Decide' }))
  await waitFor(() =>
    expect(sent).toEqual([
      { path: `/api/v1/subject-requests/${request.id}/decisions`, body: { decision: 'erase' } },
    ]),
  )
})

it('reads spans as people write them', () => {
  const text = 'all 0:05–0:12 card number\n2 1:00–1:30 her own words'
  const spans = spansOf(text)
  expect(spans).toEqual([
    { channel: null, fromMs: 5000, toMs: 12_000, reason: 'card number' },
    { channel: 1, fromMs: 60_000, toMs: 90_000, reason: 'her own words' },
  ])
  expect(spansText(spans)).toBe(text)
  expect(() => spansOf('0:05 to 0:12')).toThrow(/a channel, from–to and a reason/)
})
