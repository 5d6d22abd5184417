import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { LicenceStatus, Permission, Session } from '../api/client'
import { SessionContext } from '../app/session'
import LicencesPage from './LicencesPage'

const status: LicenceStatus = {
  tenant: 'acme',
  licence: 'extended',
  state: 'over-use',
  recorded: 12,
  above: 2,
  extensions: 10,
  until: '2027-01-01T00:00:00Z',
  graceDays: 30,
  suspended: false,
  stopsRecording: false,
  effects: { recording: 'yes, with an alarm', search: 'yes', keeping: 'as decided', billing: 'counted' },
}

let sent: { method: string; path: string; body: unknown }[] = []

beforeEach(() => {
  sent = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    if (request.method !== 'GET') sent.push({ method: request.method, path, body: await request.json() })
    if (path.endsWith('/extensions')) {
      const items = [
        { licence: 'extended', number: '+4930100', firstRecording: 'r', firstAt: '2026-11-20T09:30:00Z' },
      ]
      return Response.json({ month: '2026-11', items, next: null })
    }
    return Response.json({ items: [status] })
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
            <LicencesPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows a tenant how it stands, and which extensions were recorded', async () => {
  show('licences-read')
  expect(await screen.findByText('Over-use')).toBeTruthy()
  expect(screen.getByText('12 (2 above)')).toBeTruthy()
  expect(await screen.findByText('+4930100')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Change' })).toBeNull()
})

it('lets an operator set one, and ask another one where recording may stop', async () => {
  show('licences')
  fireEvent.click(await screen.findByRole('button', { name: 'Change' }))
  fireEvent.change(await screen.findByLabelText(/^Extensions/), { target: { value: '20' } })
  fireEvent.click(screen.getByRole('button', { name: 'Set' }))
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toMatchObject({
    method: 'PUT',
    path: '/api/v1/platform/licences/acme/extended',
    body: { extensions: 20, until: '2027-01-01T00:00:00Z', graceDays: 30, suspended: false },
  })
  fireEvent.click(await screen.findByRole('button', { name: 'Change', hidden: true }))
  fireEvent.click(await screen.findByLabelText(/^Recording stops once/))
  fireEvent.change(await screen.findByLabelText(/^Reason/), { target: { value: 'unpaid' } })
  fireEvent.click(screen.getByRole('button', { name: 'Ask a second person' }))
  await vi.waitFor(() => expect(sent).toHaveLength(2))
  expect(sent[1]).toMatchObject({
    path: '/api/v1/platform/licences/acme/extended/stop',
    body: { stopsRecording: true, reason: 'unpaid' },
  })
})

it('tells who may see it to whoever may not', () => {
  show('search')
  expect(screen.getByText('Your role can’t see licences')).toBeTruthy()
})
