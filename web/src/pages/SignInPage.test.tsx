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
