import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { LegalHold, Permission, Session } from '../api/client'
import { SessionContext } from '../app/session'
import HoldsPage from './HoldsPage'

const hold: LegalHold = {
  id: '0190a000-0000-4000-8000-000000000001',
  name: 'Quill v. Acme',
  matter: null,
  reason: 'Letter of 3 May',
  graceDays: 14,
  scope: {
    persons: [{ id: 'u-anna', name: 'Anna Berg' }],
    teams: [],
    numbers: ['+4930*'],
    query: { text: 'quill' },
    recordings: [],
    from: '2026-05-01T00:00:00Z',
    until: null,
  },
  state: 'in-force',
  placedAt: '2026-11-20T09:30:00Z',
  placedBy: 'user:cora@acme',
  releasedAt: null,
  releasedBy: null,
  ends: null,
  recordings: 2310,
}

let sent: { path: string; body: unknown }[] = []

beforeEach(() => {
  sent = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    if (request.method !== 'GET') sent.push({ path, body: await request.json() })
    if (path.endsWith('/preview'))
      return Response.json({ recordings: 12, bytes: 2048, newest: [], nextDue: [] })
    if (path.endsWith('/recordings')) return Response.json({ items: [], hidden: 7, total: 7, next: null })
    if (path.endsWith('/release')) return Response.json({}, { status: 202 })
    if (request.method === 'POST')
      return Response.json({ hold, gone: { count: 3, recordings: [] } }, { status: 201 })
    if (path.endsWith(hold.id)) return Response.json({ ...hold, name: 'Linked to' })
    return Response.json({ items: [hold], next: null })
  })
})
afterEach(() => vi.unstubAllGlobals())

function show(...permissions: Permission[]) {
  showAt('/holds', ...permissions)
}

function showAt(address: string, ...permissions: Permission[]) {
  const session = { permissions, zone: 'UTC', csrf: 'c' } as Session
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter initialEntries={[address]}>
          <SessionContext.Provider value={session}>
            <HoldsPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows holds and what they are on, and lets only those act who may', async () => {
  show('holds-read')
  expect(await screen.findByText('Quill v. Acme')).toBeTruthy()
  expect(screen.getByText('Anna Berg; number +4930*; found by “quill”')).toBeTruthy()
  expect(screen.getByText(/^from 2026-05-01/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Release' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Place a hold' })).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Recordings' }))
  expect(await screen.findByText(/^7 that your rights/)).toBeTruthy()
})

it('shows just the hold that a link leads to', async () => {
  showAt(`/holds?hold=${hold.id}`, 'holds-read')
  expect(await screen.findByText('Linked to')).toBeTruthy()
  expect(screen.queryByText('Quill v. Acme')).toBeNull()
  fireEvent.click(screen.getByRole('link', { name: 'All holds' }))
  expect(await screen.findByText('Quill v. Acme')).toBeTruthy()
})

it('places a hold once it was previewed, and says what was gone', async () => {
  show('holds-read', 'holds')
  fireEvent.click(await screen.findByRole('button', { name: 'Place a hold' }))
  fireEvent.change(await screen.findByLabelText('Name'), { target: { value: 'Case 7' } })
  fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'Letter' } })
  fireEvent.change(screen.getByLabelText('Persons'), { target: { value: 'anna, bo' } })
  fireEvent.change(screen.getByLabelText('Found by'), { target: { value: 'quill' } })
  expect(screen.getByRole('button', { name: 'Place' }).getAttribute('aria-disabled')).toBe('true')
  fireEvent.click(screen.getByRole('button', { name: 'Preview' }))
  expect(await screen.findByText(/^12 recordings/)).toBeTruthy()
  // What was focused when the dialog was drawn anew hides it from roles in jsdom
  fireEvent.click(screen.getByRole('button', { name: 'Place', hidden: true }))
  expect(await screen.findByText(/too late for 3 recordings/)).toBeTruthy()
  expect(sent.at(-1)).toMatchObject({
    path: '/api/v1/holds',
    body: {
      name: 'Case 7',
      reason: 'Letter',
      graceDays: 7,
      scope: { persons: ['anna', 'bo'], query: { text: 'quill' } },
    },
  })
})

it('asks another person to release', async () => {
  show('holds-read', 'holds')
  fireEvent.click(await screen.findByRole('button', { name: 'Release' }))
  fireEvent.change(await screen.findByLabelText('Reason'), { target: { value: 'settled' } })
  fireEvent.click(screen.getByRole('button', { name: 'Ask' }))
  expect(await screen.findByText(/It was asked for/)).toBeTruthy()
  expect(sent.at(-1)).toMatchObject({ path: `/api/v1/holds/${hold.id}/release`, body: { reason: 'settled' } })
})
