import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Approval, BreakGlassUse, Permission, Session } from '../api/client'
import { SessionContext } from '../app/session'
import ApprovalsPage from './ApprovalsPage'

const approval: Approval = {
  id: '00000000-0000-0000-0000-000000000001',
  kind: 'delivery-target.set',
  meaning: 'The tenant’s alarms are told to one more address.',
  state: 'requested',
  tenant: 'acme',
  object: 'alarm-channel:desk',
  changes: [
    { name: 'type', before: 'email', after: 'email' },
    { name: 'address', before: 'old@acme.example', after: 'new@acme.example' },
  ],
  sha256: 'ab'.repeat(32),
  reason: 'The desk moved',
  asker: { id: 'u1', name: 'Ann' },
  benefits: [],
  askedAt: '2026-11-20T09:00:00Z',
  expiresAt: '2026-11-27T09:00:00Z',
  executesAt: null,
  steps: [
    { state: 'requested', at: '2026-11-20T09:00:00Z', by: 'user:ann@acme', onBehalfOf: null, note: '' },
  ],
  mayApprove: true,
  mayReject: true,
  mayWithdraw: false,
  whyNot: null,
}

const use: BreakGlassUse = {
  id: '00000000-0000-0000-0000-000000000002',
  user: { id: 'u2', name: 'Bob' },
  usedAt: '2026-11-20T09:00:00Z',
  until: '2026-11-21T09:00:00Z',
  reviewBy: '2026-11-25T09:00:00Z',
  review: null,
  mayReview: true,
}

let sent: { method: string; path: string; body: unknown }[] = []
let asked: string[] = []
let items: Approval[]
let uses: BreakGlassUse[]

beforeEach(() => {
  sent = []
  asked = []
  items = [approval]
  uses = []
  vi.stubGlobal('fetch', async (request: Request) => {
    const url = new URL(request.url)
    if (request.method !== 'GET') {
      const body = JSON.parse((await request.text()) || 'null')
      sent.push({ method: request.method, path: url.pathname, body })
      return Response.json({})
    }
    if (url.pathname.endsWith('/delegations')) {
      return Response.json({ items: [], candidates: [{ id: 'u3', name: 'Cy' }] })
    }
    if (url.pathname.endsWith('/break-glass')) return Response.json({ items: uses })
    asked.push(url.search)
    return Response.json({ items })
  })
})
afterEach(() => vi.unstubAllGlobals())

function show(...permissions: Permission[]) {
  const session = { permissions, zone: 'UTC' } as Session
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <SessionContext.Provider value={session}>
            <ApprovalsPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows what changes, before and after, and approves exactly that', async () => {
  show('approvals-read', 'approvals')
  fireEvent.click(await screen.findByRole('button', { name: 'Set a delivery target' }))
  const rows = within(screen.getByRole('table', { name: 'Changes' })).getAllByRole('row')
  expect(rows[1]?.textContent).toBe('Addressold@acme.examplenew@acme.example')
  expect(rows[2]?.textContent).toBe('Typeemailemail')
  expect(asked[0]).toContain('scope=decide')

  fireEvent.click(screen.getByRole('button', { name: 'Approve' }))
  const dialog = await screen.findByRole('dialog', { hidden: true })
  fireEvent.click(within(dialog).getByRole('button', { name: 'Approve', hidden: true }))
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toEqual({
    method: 'POST',
    path: `/api/v1/approvals/${approval.id}/approve`,
    body: { sha256: approval.sha256, note: null },
  })
})

it('rejects with a reason only', async () => {
  show('approvals-read', 'approvals')
  fireEvent.click(await screen.findByRole('button', { name: 'Reject' }))
  const dialog = await screen.findByRole('dialog', { hidden: true })
  const submit = within(dialog).getByRole('button', { name: 'Reject', hidden: true })
  fireEvent.click(submit)
  fireEvent.change(within(dialog).getByLabelText(/^Reason/), { target: { value: ' unknown ' } })
  fireEvent.click(submit)
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]?.body).toEqual({ reason: 'unknown' })
})

it('shows an auditor all and offers no decision', async () => {
  items = [{ ...approval, mayApprove: false, mayReject: false, state: 'failed' }]
  show('approvals-read')
  expect(await screen.findByText('Failed')).toBeTruthy()
  expect(asked[0]).toContain('scope=all')
  expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull()
  expect(screen.queryByRole('button', { name: 'Ask for' })).toBeNull()
})

it('has the use of a sealed code reviewed', async () => {
  items = []
  uses = [use]
  show('approvals-read', 'approvals')
  expect(await screen.findByText('Nothing waits for your decision')).toBeTruthy()
  fireEvent.click(await screen.findByRole('button', { name: 'Review' }))
  const dialog = await screen.findByRole('dialog', { hidden: true })
  fireEvent.change(within(dialog).getByLabelText(/^What you found/), { target: { value: 'roles only' } })
  fireEvent.click(within(dialog).getByRole('button', { name: 'Enter the review', hidden: true }))
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toEqual({
    method: 'POST',
    path: `/api/v1/break-glass/${use.id}/review`,
    body: { note: 'roles only' },
  })
})

it('asks for nothing where the role sees no approvals', () => {
  show('search')
  expect(screen.getByText('Your role can’t see approvals')).toBeTruthy()
})
