import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Permission, Session, Team, User } from '../api/client'
import { SessionContext } from '../app/session'
import PeoplePage from './PeoplePage'

const ana: User = {
  id: 'u-ana',
  name: 'ana',
  displayName: 'Ana Ruiz',
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

let sent: { method: string; path: string; body: unknown }[] = []
let answer: Response | undefined

beforeEach(() => {
  sent = []
  answer = undefined
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    if (request.method !== 'GET') {
      sent.push({ method: request.method, path, body: JSON.parse(await request.text()) })
      return answer ?? Response.json({})
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

it('asks for nothing where the role sees no people', () => {
  show('search')
  expect(screen.getByText('Your role can’t see people and teams')).toBeTruthy()
})
