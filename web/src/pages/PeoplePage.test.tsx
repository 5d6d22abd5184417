import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type {
  EncryptionKey,
  IdentityProvider,
  Permission,
  ProvisioningHold,
  Session,
  Team,
  User,
} from '../api/client'
import { SessionContext } from '../app/session'
import PeoplePage from './PeoplePage'

const ana: User = {
  id: 'u-ana',
  name: 'ana',
  displayName: 'Ana Ruiz',
  kind: 'person',
  active: true,
  roles: [{ role: 'supervisor', until: null }],
  teamIds: ['t-desk'],
}
const bo: User = {
  ...ana,
  id: 'u-bo',
  name: 'bo',
  displayName: 'Bo Chen',
  active: false,
  roles: [],
  teamIds: [],
}
const teams: Team[] = [
  { id: 't-all', name: 'All', parent: null, members: [] },
  {
    id: 't-desk',
    name: 'Desk',
    parent: 't-all',
    members: [{ id: 'u-ana', name: 'ana', displayName: 'Ana Ruiz', until: null }],
  },
]

const corp: IdentityProvider = {
  id: 'corp',
  name: 'Acme ID',
  issuer: 'https://id.acme.example',
  clientId: 'earwitness',
  clientSecret: true,
  scopes: ['profile'],
  userClaim: '',
  groupsClaim: 'groups',
  roles: { officers: ['compliance-officer'] },
  teams: { desk: ['t-desk'] },
  provisions: false,
  enabled: true,
}
const key: EncryptionKey = {
  fingerprint: 'ab'.repeat(32),
  subject: 'CN=Acme escrow',
  key: 'RSA 3072 bit',
  validFrom: '2020-01-01T00:00:00Z',
  validUntil: '2021-01-01T00:00:00Z',
  expired: true,
  custody: 'customer-held',
  active: true,
  addedAt: '2020-02-01T00:00:00Z',
}

let sent: { method: string; path: string; body: unknown }[] = []
let answer: Response | undefined
let holds: ProvisioningHold[]

beforeEach(() => {
  sent = []
  answer = undefined
  holds = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    if (request.method !== 'GET') {
      sent.push({ method: request.method, path, body: JSON.parse(await request.text()) })
      return answer ?? Response.json({})
    }
    if (path.endsWith('/identity-providers')) return Response.json({ items: [corp], usable: true })
    if (path.endsWith('/keys')) return Response.json({ items: [key] })
    if (path.includes('/provisioning/')) {
      return Response.json({ items: path.endsWith('/holds') ? holds : [] })
    }
    return Response.json({ items: path.endsWith('/users') ? [ana, bo] : teams })
  })
})
afterEach(() => vi.unstubAllGlobals())

// What is focused decides in Fluent which of page and dialog is hidden; jsdom has no focus of a window, hence hidden.

function show(...permissions: Permission[]) {
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <SessionContext.Provider value={{ permissions, zone: 'UTC' } as Session}>
            <PeoplePage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows people with roles and teams, and those of a team and below when it is chosen', async () => {
  show('people-read')
  expect(await screen.findByText('Ana Ruiz')).toBeTruthy()
  expect(screen.getByText('Supervisor')).toBeTruthy()
  expect(screen.getByText('Inactive')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: /^All/ }))
  expect(screen.getByText('Ana Ruiz')).toBeTruthy()
  expect(screen.queryByText('Bo Chen')).toBeNull()
  fireEvent.change(screen.getByLabelText('Find a person'), { target: { value: 'nobody' } })
  expect(screen.getByText('Nobody is here')).toBeTruthy()
  // An auditor changes nothing
  expect(screen.queryByRole('button', { name: 'Add a person' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Change Ana Ruiz' })).toBeNull()
})

it('changes roles, and says why it is refused', async () => {
  show('people-read', 'people')
  fireEvent.click(await screen.findByRole('button', { name: 'Change Ana Ruiz' }))
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Change roles' }))
  const dialog = await screen.findByRole('dialog', { hidden: true })
  expect(within(dialog).queryByLabelText('Platform operator')).toBeNull()
  fireEvent.click(within(dialog).getByLabelText('Auditor'))
  answer = Response.json({ detail: 'Another administrator must do it.' }, { status: 403 })
  fireEvent.click(await within(dialog).findByRole('button', { name: 'Save', hidden: true }))
  expect(await within(dialog).findByText('Another administrator must do it.')).toBeTruthy()
  answer = undefined
  fireEvent.click(await within(dialog).findByRole('button', { name: 'Save', hidden: true }))
  await waitFor(() => expect(screen.queryByRole('dialog', { hidden: true })).toBeNull())
  expect(sent.at(-1)).toEqual({
    method: 'PUT',
    path: '/api/v1/users/u-ana/roles',
    body: {
      roles: [
        { role: 'supervisor', until: null },
        { role: 'auditor', until: null },
      ],
    },
  })
})

it('lets an administrator decide how many more an identity provider may remove', async () => {
  holds = [
    {
      id: 'h-1',
      openedAt: '2026-11-21T10:00:00Z',
      active: 70,
      removed: 7,
      allowed: 7,
      people: [{ id: 'u-ana', name: 'ana', displayName: 'Ana Ruiz' }],
      decidedAt: null,
      decidedBy: null,
      further: null,
    },
  ]
  show('people-read', 'people')
  fireEvent.click(await screen.findByRole('button', { name: 'Decide' }))
  const dialog = await screen.findByRole('dialog', { hidden: true })
  fireEvent.change(within(dialog).getByLabelText(/^How many more/), { target: { value: '25' } })
  fireEvent.click(await within(dialog).findByRole('button', { name: 'Allow', hidden: true }))
  await waitFor(() => expect(screen.queryByRole('dialog', { hidden: true })).toBeNull())
  expect(sent.at(-1)).toEqual({
    method: 'POST',
    path: '/api/v1/provisioning/holds/h-1/decision',
    body: { further: 25 },
  })
})

it('asks for nothing where the role sees no people', () => {
  show('search')
  expect(screen.getByText('Your role can’t see people and teams')).toBeTruthy()
})

it('asks for a change of an identity provider, whose secret stays unless it is given', async () => {
  show('people-read', 'identity-providers')
  fireEvent.click(await screen.findByRole('tab', { name: 'Identity providers' }))
  expect(await screen.findByText('officers: Compliance officer')).toBeTruthy()
  await waitFor(() => expect(screen.getByText('desk: Desk')).toBeTruthy())
  fireEvent.click(screen.getByRole('button', { name: 'Change' }))
  const dialog = await screen.findByRole('dialog', { hidden: true })
  const groups = within(dialog).getByLabelText(/^What groups give/)
  fireEvent.change(groups, { target: { value: 'officers=boss' } })
  expect(await within(dialog).findByText('‘boss’ is no role of a tenant')).toBeTruthy()
  fireEvent.change(groups, { target: { value: 'officers=auditor\ndesk=team:Desk' } })
  fireEvent.change(within(dialog).getByLabelText(/^Reason/), { target: { value: 'a smaller role' } })
  fireEvent.click(await within(dialog).findByRole('button', { name: 'Ask', hidden: true }))
  await waitFor(() => expect(screen.queryByRole('dialog', { hidden: true })).toBeNull())
  expect(sent.at(-1)).toEqual({
    method: 'PUT',
    path: '/api/v1/identity-providers/corp',
    body: {
      name: 'Acme ID',
      issuer: 'https://id.acme.example',
      clientId: 'earwitness',
      publicClient: false,
      scopes: ['profile'],
      userClaim: '',
      groupsClaim: 'groups',
      roles: { officers: ['auditor'] },
      teams: { desk: ['t-desk'] },
      provisions: false,
      enabled: true,
      reason: 'a smaller role',
    },
  })
})

it('shows for whom recordings are encrypted', async () => {
  show('people-read')
  fireEvent.click(await screen.findByRole('tab', { name: 'Encryption keys' }))
  expect(await screen.findByText('CN=Acme escrow')).toBeTruthy()
  expect(screen.getByText('The customer')).toBeTruthy()
  expect(screen.getByText('Expired')).toBeTruthy()
})
