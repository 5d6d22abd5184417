import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor, within } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { OpenSession, Session, Token } from '../api/client'
import { SessionContext } from '../app/session'
import SecurityPage from './SecurityPage'

const browser: OpenSession = {
  id: 'a'.repeat(64),
  kind: 'browser',
  name: null,
  startedAt: '2026-11-21T10:00:00Z',
  lastUsedAt: '2026-11-21T10:05:00Z',
  expiresAt: '2026-11-21T22:00:00Z',
  address: '192.0.2.7',
  userAgent: 'Firefox',
  method: 'password',
  provider: null,
  current: true,
}
const token: Token = {
  id: 'b'.repeat(64),
  name: 'nightly report',
  scopes: ['search'],
  createdAt: '2026-11-21T10:00:00Z',
  createdBy: 'user:ana@acme',
  lastUsedAt: '2026-11-21T10:05:00Z',
  expiresAt: '2026-12-21T10:00:00Z',
}

let sent: { method: string; path: string; body: unknown }[] = []
let totp: object

beforeEach(() => {
  sent = []
  totp = { possible: true, required: false, enrolledAt: null, recoveryCodes: 0 }
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    if (request.method !== 'GET') {
      const text = await request.text()
      sent.push({ method: request.method, path, body: text && JSON.parse(text) })
      if (request.method === 'DELETE') return new Response(null, { status: 204 })
      return path === '/api/v1/totp' && request.method === 'POST'
        ? Response.json({ secret: 'ABCDEFGH', uri: 'otpauth://totp/x?secret=ABCDEFGH' }, { status: 201 })
        : Response.json({ recoveryCodes: ['AAAA-BBBB'], name: 'n', token: 'ewt_secret' })
    }
    return Response.json(
      path.endsWith('/totp') ? totp : { items: [path.endsWith('/tokens') ? token : browser] },
    )
  })
})
afterEach(() => vi.unstubAllGlobals())

function show(enrolmentDue = false) {
  const session = { permissions: ['tokens'], zone: 'UTC', enrolmentDue } as unknown as Session
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <SessionContext.Provider value={session}>
          <SecurityPage />
        </SessionContext.Provider>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows own sessions and tokens, and revokes one', async () => {
  show()
  const sessions = await screen.findByRole('table', { name: 'Open sessions' })
  expect(within(sessions).getByText('This one')).toBeTruthy()
  expect(within(sessions).getByText('192.0.2.7')).toBeTruthy()
  const tokens = await screen.findByRole('table', { name: 'Tokens' })
  expect(within(tokens).getByText('search')).toBeTruthy()
  fireEvent.click(within(tokens).getByRole('button', { name: 'Revoke nightly report' }))
  await waitFor(() =>
    expect(sent).toEqual([{ method: 'DELETE', path: `/api/v1/tokens/${token.id}`, body: '' }]),
  )
})

it('sets a second factor up: password, QR code, code, recovery codes', async () => {
  show(true)
  expect(await screen.findByText(/You need a second factor/)).toBeTruthy()
  expect(screen.queryByRole('table')).toBeNull()
  fireEvent.click(screen.getByRole('button', { name: 'Set up a second factor' }))
  const dialog = await screen.findByRole('dialog', { hidden: true })
  fireEvent.change(within(dialog).getByLabelText(/Your password/), { target: { value: 'secret' } })
  fireEvent.click(await within(dialog).findByRole('button', { name: 'Go on', hidden: true }))
  expect(await screen.findByRole('img', { name: 'QR code of the secret', hidden: true })).toBeTruthy()
  expect(screen.getByText('ABCD EFGH')).toBeTruthy()
  fireEvent.change(screen.getByLabelText(/^Code/), { target: { value: '123456' } })
  fireEvent.click(screen.getByRole('button', { name: 'Confirm', hidden: true }))
  expect(await screen.findByText('AAAA-BBBB')).toBeTruthy()
  expect(sent).toEqual([
    { method: 'POST', path: '/api/v1/totp', body: { password: 'secret' } },
    { method: 'PUT', path: '/api/v1/totp', body: { code: '123456' } },
  ])
})

it('offers nothing where an identity provider signs in', async () => {
  totp = { possible: false, required: false, enrolledAt: null, recoveryCodes: 0 }
  show()
  expect(await screen.findByText(/A second factor is its matter/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: /second factor/ })).toBeNull()
})

it('keeps no way to do without where the roles need one', async () => {
  totp = { possible: true, required: true, enrolledAt: '2026-11-21T10:00:00Z', recoveryCodes: 9 }
  show()
  expect(await screen.findByText(/9 recovery codes are left/)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'New recovery codes' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Remove' })).toBeNull()
})

it('shows the text of a new token', async () => {
  show()
  fireEvent.click(await screen.findByRole('button', { name: 'Make a token' }))
  const dialog = await screen.findByRole('dialog', { hidden: true })
  fireEvent.change(within(dialog).getByLabelText(/Name/), { target: { value: 'n' } })
  fireEvent.click(await within(dialog).findByRole('button', { name: 'Make', hidden: true }))
  expect(await screen.findByText('ewt_secret')).toBeTruthy()
  expect(sent).toEqual([{ method: 'POST', path: '/api/v1/tokens', body: { name: 'n', days: 90 } }])
})
