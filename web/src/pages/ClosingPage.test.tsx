import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Permission, Session, TenantClosing } from '../api/client'
import { SessionContext } from '../app/session'
import ClosingPage from './ClosingPage'

const announced: TenantClosing = {
  tenant: 'acme',
  state: 'announced',
  stopAt: '2027-01-01T00:00:00Z',
  keys: 'hand-over',
  begunAt: '2026-12-01T10:00:00Z',
  begunBy: 'user:op@platform',
  unarchived: 1,
  undelivered: 12,
  remaining: 300,
  inventory: null,
  verification: null,
  keysDestroyedAt: null,
  closedAt: null,
}
const exported: TenantClosing = {
  ...announced,
  state: 'exported',
  inventory: {
    target: 'vault',
    at: '2027-01-02T00:00:00Z',
    versionId: 'v',
    sha256: 'ab',
    recordings: 300,
  },
}

let own: TenantClosing | null
let sent: { method: string; path: string; body: unknown }[] = []

beforeEach(() => {
  sent = []
  own = null
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    if (request.method !== 'GET') {
      const body = request.method === 'DELETE' ? null : await request.json()
      sent.push({ method: request.method, path, body })
      if (request.method === 'DELETE') return new Response(null, { status: 204 })
    }
    return Response.json(path.endsWith('/closings') ? { items: [announced] } : { closing: own })
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
            <ClosingPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows an operator each step, and lets a closing be asked for and withdrawn', async () => {
  show('tenant-matching')
  expect(await screen.findByText('Announced')).toBeTruthy()
  expect(screen.getByText('12 recordings to go; 1 calls not archived yet')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Withdraw' }))
  fireEvent.click((await screen.findAllByRole('button', { name: 'Withdraw' })).at(-1) as HTMLElement)
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toMatchObject({ method: 'DELETE', path: '/api/v1/platform/closings/acme' })

  fireEvent.click(await screen.findByRole('button', { name: 'Close a tenant', hidden: true }))
  fireEvent.change(await screen.findByLabelText(/^Tenant/), { target: { value: 'acme' } })
  fireEvent.change(screen.getByLabelText(/^Recording stops at/), { target: { value: '2027-01-01T10:00' } })
  fireEvent.change(screen.getByLabelText(/^Reason/), { target: { value: 'contract ended' } })
  fireEvent.click(screen.getByRole('button', { name: 'Ask a second person' }))
  await vi.waitFor(() => expect(sent).toHaveLength(2))
  expect(sent[1]).toMatchObject({
    method: 'POST',
    path: '/api/v1/platform/closings/acme',
    body: { keys: 'keep', reason: 'contract ended' },
  })
})

it('shows a tenant that is not closed so', async () => {
  show('retention-read', 'delivery-targets', 'keys')
  expect(await screen.findByText('This tenant is not being closed.')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Take the private keys' })).toBeNull()
})

it('lets a tenant admin confirm what was delivered, by the receipt alone', async () => {
  own = exported
  show('retention-read', 'delivery-targets', 'keys')
  fireEvent.click(await screen.findByRole('button', { name: 'Confirm that everything is there' }))
  const receipt = await screen.findByLabelText(/^Receipt/)
  fireEvent.change(receipt, { target: { value: 'it is all there' } })
  fireEvent.click(screen.getByRole('button', { name: 'Confirm' }))
  expect(sent).toHaveLength(0)
  fireEvent.change(receipt, { target: { value: '{"inventorySha256":"ab","problems":0}' } })
  fireEvent.click(screen.getByRole('button', { name: 'Confirm' }))
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toMatchObject({ path: '/api/v1/closing/verification', body: { inventorySha256: 'ab' } })
})
