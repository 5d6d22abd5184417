import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { SignInPage } from './SignInPage'

const session = { csrf: 'c', tenant: 'acme' }
const fetched = vi.fn<(request: Request) => Promise<Response>>()

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('fetch', fetched)
})
afterEach(() => {
  vi.unstubAllGlobals()
  fetched.mockReset()
})

function show(sessionEnded = false) {
  const signedIn = vi.fn()
  render(
    <FluentProvider theme={teamsLightTheme}>
      <SignInPage sessionEnded={sessionEnded} onSignedIn={signedIn} />
    </FluentProvider>,
  )
  return signedIn
}

function fill(tenant: string, user: string, password: string) {
  fireEvent.change(screen.getByLabelText('Tenant'), { target: { value: tenant } })
  fireEvent.change(screen.getByLabelText('User name'), { target: { value: user } })
  fireEvent.change(screen.getByLabelText('Password'), { target: { value: password } })
  fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
}

it('shows what the server says of a wrong password, and empties the field', async () => {
  const detail = 'Tenant, user name or password is wrong.'
  fetched.mockResolvedValue(Response.json({ type: 'x', title: 'x', status: 401, detail }, { status: 401 }))
  const signedIn = show()
  fill('acme', 'anna', 'wrong')
  expect((await screen.findByRole('alert')).textContent).toBe(detail)
  expect(screen.getByLabelText<HTMLInputElement>('Password').value).toBe('')
  expect(document.activeElement).toBe(screen.getByLabelText('Password'))
  expect(signedIn).not.toHaveBeenCalled()
})

it('signs in, and remembers the tenant for the next time but nothing else', async () => {
  fetched.mockResolvedValue(Response.json(session, { status: 201 }))
  const signedIn = show()
  fill(' acme ', 'anna', ' secret ')
  await waitFor(() => expect(signedIn).toHaveBeenCalledWith(session))
  expect(await fetched.mock.calls[0]?.[0].json()).toEqual({
    tenant: 'acme',
    user: 'anna',
    password: ' secret ',
  })
  expect({ ...localStorage }).toEqual({ 'earwitness-tenant': 'acme' })
})

it('asks nobody while a field is empty', async () => {
  show()
  fill('acme', '', 'secret')
  expect((await screen.findByRole('alert')).textContent).toContain('Fill in')
  expect(document.activeElement).toBe(screen.getByLabelText('User name'))
  expect(fetched).not.toHaveBeenCalled()
})

it('says that the session has ended, where it has', () => {
  show(true)
  expect(screen.getByText(/session has ended/)).toBeTruthy()
})

it('says that the server can not be reached', async () => {
  fetched.mockRejectedValue(new TypeError('network'))
  show()
  fill('acme', 'anna', 'secret')
  expect((await screen.findByRole('alert')).textContent).toContain('can’t be reached')
})

/** Answers the sign-in as given, and says of every tenant that it has one provider. */
function answering(...signIns: Response[]) {
  const bodies: unknown[] = []
  fetched.mockImplementation(async (request) => {
    if (request.method === 'GET') {
      return Response.json({ items: [{ id: 'dir', name: 'Acme ID' }] })
    }
    bodies.push(await request.json())
    return signIns.shift() ?? Response.json(session, { status: 201 })
  })
  return bodies
}

function problem(type: string, detail: string): Response {
  return Response.json({ type: `urn:earwitness:problem:${type}`, detail }, { status: 401 })
}

it('asks for a code where the account has a second factor, and again if it was wrong', async () => {
  const bodies = answering(problem('code-needed', 'x'), problem('wrong-code', 'The code is wrong.'))
  const signedIn = show()
  fill('acme', 'anna', 'secret')
  const code = await screen.findByLabelText('Code')
  expect(screen.queryByRole('alert')).toBeNull()
  fireEvent.change(code, { target: { value: ' 123 456 ' } })
  fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
  expect((await screen.findByRole('alert')).textContent).toBe('The code is wrong.')
  expect(screen.getByLabelText<HTMLInputElement>('Code').value).toBe('')
  expect(screen.getByLabelText<HTMLInputElement>('Password').value).toBe('secret')
  fireEvent.change(screen.getByLabelText('Code'), { target: { value: '654321' } })
  fireEvent.click(screen.getByRole('button', { name: 'Sign in' }))
  await waitFor(() => expect(signedIn).toHaveBeenCalledWith(session))
  const shown = { tenant: 'acme', user: 'anna', password: 'secret' }
  expect(bodies).toEqual([shown, { ...shown, code: '123 456' }, { ...shown, code: '654321' }])
})

it('offers the identity providers of the tenant whose name was typed', async () => {
  answering()
  show()
  expect(screen.queryByRole('link')).toBeNull()
  fireEvent.change(screen.getByLabelText('Tenant'), { target: { value: 'acme' } })
  const link = await screen.findByRole('link', { name: 'Sign in with Acme ID' })
  expect(link.getAttribute('href')).toBe('/sign-in/oidc/acme/dir')
  fireEvent.change(screen.getByLabelText('Tenant'), { target: { value: 'acm' } })
  expect(screen.queryByRole('link')).toBeNull()
})

it('says what went wrong at the identity provider, once', () => {
  history.replaceState(null, '', '/?sign-in=no-account')
  show()
  expect(screen.getByRole('alert').textContent).toContain('You have no account here')
  expect(location.search).toBe('')
})
