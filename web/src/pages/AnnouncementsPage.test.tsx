import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { AnnouncementPolicy, AnnouncementReport, Permission, Prompt, Session } from '../api/client'
import { SessionContext } from '../app/session'
import AnnouncementsPage from './AnnouncementsPage'

const prompt: Prompt = {
  name: 'recording',
  language: 'en',
  version: 2,
  text: 'This call is recorded.',
  sha256: 'ab'.repeat(32),
  durationMs: 3400,
  addedAt: '2026-11-20T09:30:00Z',
  addedBy: 'user:rada@acme',
  withdrawnAt: null,
  withdrawnBy: null,
}

const policy: AnnouncementPolicy = {
  version: 3,
  jurisdictions: [{ code: 'DE', name: 'Germany', prefixes: [], source: 'StGB § 201', asOf: '2026-11-27' }],
  rules: [
    { name: 'consent', countries: ['all-party-consent'], mode: 'announce', prompt: 'recording' },
    { name: 'others', mode: 'none' },
  ],
  versions: [{ version: 3, validFrom: '2026-11-20T09:30:00Z', changedBy: 'user:rada@acme' }],
}

const report: AnnouncementReport = {
  day: '2026-11-26',
  zone: 'Europe/London',
  from: '2026-11-26T00:00:00Z',
  to: '2026-11-27T00:00:00Z',
  calls: 12,
  verdicts: { exempt: 1, verified: 9, 'signalled-only': 0, interrupted: 0, missing: 2 },
  notArchivedYet: 3,
  bad: [
    {
      id: '01939a1e-0000-7000-8000-000000000001',
      start: '2026-11-26T09:30:00Z',
      verdict: 'missing',
      rule: 'consent',
      policyVersion: 3,
      reason: 'no such prompt is heard',
    },
  ],
  more: true,
}

let sent: { method: string; path: string; body: unknown }[] = []

beforeEach(() => {
  sent = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    if (request.method !== 'GET') {
      sent.push({ method: request.method, path, body: await request.json().catch(() => null) })
    }
    if (path.endsWith('/report')) return Response.json(report)
    return Response.json(path.endsWith('/prompts') ? { items: [prompt] } : policy)
  })
})
afterEach(() => vi.unstubAllGlobals())

function show(...permissions: Permission[]) {
  const session = { permissions, zone: 'UTC', csrf: 'c' } as Session
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <SessionContext.Provider value={session}>
          <MemoryRouter>
            <AnnouncementsPage />
          </MemoryRouter>
        </SessionContext.Provider>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('lists prompts, and lets only those change them who may', async () => {
  show('announcements-read')
  expect(await screen.findByText('This call is recorded.')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Add a prompt' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Take out of use' })).toBeNull()
})

it('moves a rule up and sends the whole policy with the version that was looked at', async () => {
  show('announcements-read', 'announcements')
  fireEvent.click(screen.getByRole('tab', { name: 'Policy' }))
  const rows = await screen.findAllByRole('button', { name: 'Up' })
  fireEvent.click(rows[1] as HTMLElement)
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toMatchObject({
    method: 'PUT',
    path: '/api/v1/announcements/policy',
    body: { version: 3, rules: [{ name: 'others' }, { name: 'consent' }] },
  })
})

it('reports a day, and leads to the calls that were not announced as they should be', async () => {
  show('announcements-read')
  fireEvent.click(screen.getByRole('tab', { name: 'Report' }))
  expect((await screen.findByRole('status')).textContent).toContain(
    '2026-11-26 (Europe/London): 12 calls for which there was a policy; 3 more calls are not archived yet',
  )
  const call = screen.getByRole('link', { name: /2026-11-26 09:30/ })
  expect(call.getAttribute('href')).toBe('/calls/01939a1e-0000-7000-8000-000000000001')
  expect(screen.getByText('no such prompt is heard')).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Download as CSV' }).getAttribute('href')).toBe(
    '/api/v1/announcements/report?format=csv&day=2026-11-26',
  )
})

it('tells who may see the page to whoever may not', () => {
  show('search')
  expect(screen.getByText('Your role can’t see announcements')).toBeTruthy()
})
