import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Guest, Matter, Permission, Session, SupportRequest } from '../api/client'
import { SessionContext } from '../app/session'
import PeoplePage from '../pages/PeoplePage'
import SupportPage from '../pages/SupportPage'

const guest: Guest = {
  id: 'u-1',
  name: 'ana@audit.example',
  displayName: 'Ana Ruiz',
  support: false,
  matter: { type: 'matter', id: 'm-1', name: 'matter Case 7' },
  download: false,
  reason: 'annual audit',
  provider: null,
  state: 'invited',
  invitedAt: '2026-11-21T10:00:00Z',
  invitedBy: 'user:tenant-admin@acme',
  invitationUntil: '2026-11-28T10:00:00Z',
  acceptedAt: null,
  until: '2026-12-31T00:00:00Z',
  plays: 20,
  playsUsed: 0,
  endedAt: null,
  endedBy: null,
}
const matter: Matter = {
  id: '0199aaaa-0000-7000-8000-000000000001',
  name: 'Case 7',
  kind: 'sample',
  owner: null,
  createdAt: '2026-11-21T10:00:00Z',
  closedAt: null,
}
const request: SupportRequest = {
  id: 'r-1',
  tenant: 'acme',
  person: 'ina',
  reason: 'the player stops',
  askedAt: '2026-11-21T10:00:00Z',
  askedBy: 'user:ina@platform',
  decision: null,
  decidedAt: null,
  decidedBy: null,
  note: null,
  state: null,
  until: null,
  plays: null,
  playsUsed: null,
}

let sent: { method: string; path: string; body: unknown }[]
let guests: Guest[]
let requests: SupportRequest[]

beforeEach(() => {
  sent = []
  guests = [guest]
  requests = [request]
  vi.stubGlobal('fetch', async (asked: Request) => {
    const path = new URL(asked.url).pathname
    if (asked.method !== 'GET') {
      const text = await asked.text()
      sent.push({ method: asked.method, path, body: text && JSON.parse(text) })
      return asked.method === 'DELETE'
        ? new Response(null, { status: 204 })
        : Response.json({ guest, code: 'c', link: '/invitation#tenant=acme&code=c' })
    }
    if (path.endsWith('/guests')) return Response.json({ items: guests })
    if (path.endsWith('/matters')) return Response.json({ items: [matter] })
    return Response.json({ items: path.includes('/support-') ? requests : [] })
  })
})
afterEach(() => vi.unstubAllGlobals())

function show(page: React.ReactNode, at: string, ...permissions: Permission[]) {
  const session = { permissions, roles: [], user: 'ina', zone: 'UTC' } as unknown as Session
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter initialEntries={[at]}>
          <SessionContext.Provider value={session}>{page}</SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

// jsdom has no focus of a window, by which Fluent knows what is hidden
const dialog = () => screen.findByRole('dialog', { hidden: true })

it('invites a guest and shows the link once', async () => {
  show(<PeoplePage />, '/people?part=guests', 'people-read', 'people')
  fireEvent.click(await screen.findByRole('button', { name: 'Invite a guest' }))
  const form = await dialog()
  const fill = (label: RegExp, value: string) =>
    fireEvent.change(within(form).getByLabelText(label), { target: { value } })
  fill(/^Account name/, 'ana@audit.example')
  await within(form).findByRole('option', { name: 'Case 7', hidden: true })
  fill(/^Matter/, matter.id)
  fill(/^Why/, 'annual audit')
  const invite = within(form).getByRole('button', { name: 'Invite', hidden: true })
  expect(invite.getAttribute('aria-disabled')).toBe('true')
  fill(/^Until/, '2126-12-31T00:00')
  fireEvent.click(invite)
  expect(await screen.findByDisplayValue(`${location.origin}/invitation#tenant=acme&code=c`)).toBeTruthy()
  expect(sent).toEqual([
    {
      method: 'POST',
      path: '/api/v1/guests',
      body: {
        name: 'ana@audit.example',
        matter: matter.id,
        download: false,
        reason: 'annual audit',
        until: '2126-12-31T00:00:00.000Z',
        plays: 10,
      },
    },
  ])
})

it('ends a guest’s access, and leaves that to those who may', async () => {
  show(<PeoplePage />, '/people?part=guests', 'people-read', 'people')
  expect(await screen.findByText('matter Case 7')).toBeTruthy()
  expect(screen.getByText('0 of 20')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'End Ana Ruiz' }))
  fireEvent.click(within(await dialog()).getByRole('button', { name: 'End', hidden: true }))
  await waitFor(() => expect(sent.at(-1)).toEqual({ method: 'DELETE', path: '/api/v1/guests/u-1', body: '' }))
})

it('shows an auditor the guests without a way to change them', async () => {
  show(<PeoplePage />, '/people?part=guests', 'people-read')
  expect(await screen.findByText('annual audit')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Invite a guest' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'End Ana Ruiz' })).toBeNull()
})

it('consents to what support asks, with a matter and an end', async () => {
  show(<PeoplePage />, '/people?part=support', 'people-read', 'people')
  fireEvent.click(await screen.findByRole('button', { name: 'Let ina in' }))
  const form = await dialog()
  await within(form).findByRole('option', { name: 'Case 7', hidden: true })
  fireEvent.change(within(form).getByLabelText(/^Matter/), { target: { value: matter.id } })
  fireEvent.change(within(form).getByLabelText(/^Until/), { target: { value: '2126-12-31T00:00' } })
  fireEvent.click(within(form).getByRole('button', { name: 'Consent', hidden: true }))
  await waitFor(() =>
    expect(sent.at(-1)).toEqual({
      method: 'POST',
      path: '/api/v1/support-consents/r-1/consent',
      body: { matter: matter.id, download: false, until: '2126-12-31T00:00:00.000Z', plays: 5 },
    }),
  )
})

it('lets support enter where a tenant consented, and nowhere else', async () => {
  requests = [
    request,
    { ...request, id: 'r-2', tenant: 'globex', decision: 'consented', state: 'active' },
    { ...request, id: 'r-3', tenant: 'other', person: 'kim', decision: 'consented', state: 'active' },
  ]
  const entered = vi.fn()
  show(<SupportPage onEntered={entered} />, '/support', 'support')
  expect(await screen.findByText('Waits for the tenant')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Enter acme' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Enter other' })).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Enter globex' }))
  await waitFor(() => expect(entered).toHaveBeenCalled())
  expect(sent.at(-1)?.path).toBe('/api/v1/support-requests/globex/r-2/enter')
})
