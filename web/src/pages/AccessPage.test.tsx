import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Grant, Permission, Session } from '../api/client'
import { SessionContext } from '../app/session'
import AccessPage from './AccessPage'

const grant: Grant = {
  id: '00000000-0000-0000-0000-000000000001',
  holder: { type: 'user', id: 'u-aud', name: 'Audrey' },
  rights: ['search', 'listen'],
  on: { type: 'matter', id: 'm-1', name: 'matter Case 7' },
  from: '2026-11-01T08:00:00Z',
  until: null,
}
const items: Record<string, unknown[]> = {
  '/api/v1/grants': [grant],
  '/api/v1/matters': [
    {
      id: 'm-1',
      name: 'Case 7',
      kind: 'sample',
      owner: null,
      createdAt: '2026-11-01T08:00:00Z',
      closedAt: null,
    },
  ],
  '/api/v1/users': [
    { id: 'u-aud', name: 'aud', displayName: 'Audrey', kind: 'person', active: true, roles: [], teamIds: [] },
  ],
  '/api/v1/teams': [],
}

let asked: string[] = []
let sent: unknown[] = []

beforeEach(() => {
  asked = []
  sent = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url)
    asked.push(url.pathname + url.search)
    if (request.method !== 'GET') {
      const text = await request.text()
      sent.push(text ? JSON.parse(text) : request.method)
      return request.method === 'DELETE' ? new Response(null, { status: 204 }) : Response.json(grant)
    }
    if (url.pathname.endsWith('/own-calls')) return Response.json({ allowed: true })
    if (url.pathname.endsWith('/review')) {
      return Response.json({
        right: 'listen',
        on: 'recording:x',
        at: '2026-05-03T12:00:00Z',
        note: null,
        items: [
          {
            user: { id: 'u-sue', name: 'sue', displayName: 'Sue' },
            reasons: [{ text: 'Supervisor of team Desk.', grant: null }],
          },
        ],
      })
    }
    return Response.json({ items: items[url.pathname] ?? [] })
  })
})
afterEach(() => vi.unstubAllGlobals())

// What is focused decides in Fluent which of page and dialog is hidden; jsdom has no focus of a window, hence hidden.

function show(part: string, ...permissions: Permission[]) {
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter initialEntries={[`/access?part=${part}`]}>
          <SessionContext.Provider value={{ permissions, zone: 'UTC' } as Session}>
            <AccessPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('tells who could hear a recording on a past date, and why', async () => {
  show('review', 'access-review', 'people-read')
  fireEvent.change(screen.getByLabelText('Id of the recording'), { target: { value: ' abc ' } })
  fireEvent.change(screen.getByLabelText(/^At/), { target: { value: '2026-05-03T12:00' } })
  fireEvent.click(screen.getByRole('button', { name: 'Ask' }))
  expect(await screen.findByText('Supervisor of team Desk.')).toBeTruthy()
  expect(screen.getByText(/1 person has the right “listen” at/)).toBeTruthy()
  expect(asked.at(-1)).toBe(
    '/api/v1/access/review?recording=abc&right=listen&at=2026-05-03T12%3A00%3A00.000Z',
  )
})

it('grants on a matter and revokes', async () => {
  show('grants', 'people-read', 'people', 'matters-read', 'access-review')
  const table = await screen.findByRole('region', { name: 'Grants' })
  expect(await within(table).findByText('matter Case 7')).toBeTruthy()
  const make = screen.getByRole('button', { name: 'Grant access' })
  await waitFor(() => expect(make.getAttribute('aria-disabled')).not.toBe('true'))
  fireEvent.click(make)
  const dialog = await screen.findByRole('dialog', { hidden: true })
  fireEvent.change(within(dialog).getByRole('combobox', { name: /^To/, hidden: true }), {
    target: { value: 'user:u-aud' },
  })
  fireEvent.change(within(dialog).getByRole('combobox', { name: /^On/, hidden: true }), {
    target: { value: 'matter:m-1' },
  })
  fireEvent.click(within(dialog).getByLabelText('Download'))
  fireEvent.click(await within(dialog).findByRole('button', { name: 'Grant', hidden: true }))
  await waitFor(() => expect(screen.queryByRole('dialog', { hidden: true })).toBeNull())
  expect(sent).toEqual([
    {
      holder: { type: 'user', id: 'u-aud' },
      rights: ['search', 'listen', 'download'],
      on: { type: 'matter', id: 'm-1' },
      until: null,
    },
  ])
  fireEvent.click(
    screen.getByRole('button', { name: 'Revoke what Audrey has on matter Case 7', hidden: true }),
  )
  fireEvent.click(await screen.findByRole('button', { name: 'Revoke', hidden: true }))
  await waitFor(() => expect(sent.at(-1)).toBe('DELETE'))
  expect(asked).toContain(`/api/v1/grants/${grant.id}`)
})

it('shows each role its parts only', async () => {
  show('grants', 'matters-read', 'matters')
  expect(screen.queryByRole('tab', { name: 'Grants' })).toBeNull()
  expect(await screen.findByRole('button', { name: 'Case 7' })).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Open a matter' })).toBeTruthy()
})

it('asks for nothing where the role sees nothing of it', () => {
  show('review', 'search')
  expect(screen.getByText('Your role can’t see who has access')).toBeTruthy()
  expect(asked).toEqual([])
})

it('lets an administrator switch whether users hear their own calls, and an auditor see it', async () => {
  show('grants', 'people-read', 'access-review')
  const seen = await screen.findByRole('switch', { name: 'Users find and hear their own calls' })
  expect((seen as HTMLInputElement).checked).toBe(true)
  expect((seen as HTMLInputElement).disabled).toBe(true)
  cleanup()
  show('grants', 'people-read', 'people', 'access-review')
  fireEvent.click(await screen.findByRole('switch', { name: 'Users find and hear their own calls' }))
  await waitFor(() => expect(sent).toEqual([{ allowed: false }]))
})
