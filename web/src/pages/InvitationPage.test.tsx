import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import InvitationPage from './InvitationPage'

const offer = {
  tenant: 'acme',
  tenantName: 'Acme Brokers',
  name: 'ana@audit.example',
  displayName: 'Ana Ruiz',
  provider: null as string | null,
  terms: {
    matter: 'matter Case 7',
    download: false,
    until: '2026-12-31T00:00:00Z',
    plays: 20,
    playsUsed: 0,
  },
}

afterEach(() => {
  vi.unstubAllGlobals()
  history.replaceState(null, '', '/')
})

function show(answer: (path: string, body: unknown) => Response) {
  vi.stubGlobal('fetch', async (asked: Request) =>
    answer(new URL(asked.url).pathname, JSON.parse(await asked.text())),
  )
  const entered = vi.fn()
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <InvitationPage onEntered={entered} />
      </QueryClientProvider>
    </FluentProvider>,
  )
  return entered
}

it('accepts with a password that was typed twice, and takes the code out of the address', async () => {
  history.replaceState(null, '', '/invitation#tenant=acme&code=secret')
  const bodies: unknown[] = []
  const entered = show((path, body) => {
    bodies.push(body)
    return Response.json(path.endsWith('/view') ? offer : { csrf: 'x' })
  })
  expect(await screen.findByText(/Acme Brokers invites you, Ana Ruiz/)).toBeTruthy()
  expect(location.hash).toBe('')
  const type = (label: string, value: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value } })
  const accept = () => fireEvent.click(screen.getByRole('button', { name: 'Accept' }))
  type('Password', 'too short')
  accept()
  expect(await screen.findByText('Choose a password of at least 12 characters.')).toBeTruthy()
  type('Password', 'correct horse battery')
  type('Password again', 'another horse battery')
  accept()
  expect(await screen.findByText('The two passwords differ.')).toBeTruthy()
  type('Password again', 'correct horse battery')
  accept()
  await waitFor(() => expect(entered).toHaveBeenCalled())
  expect(bodies).toEqual([
    { tenant: 'acme', code: 'secret' },
    { tenant: 'acme', code: 'secret', password: 'correct horse battery' },
  ])
})

it('leads to the identity provider with the code where the invitation names one', async () => {
  history.replaceState(null, '', '/invitation#tenant=acme&code=secret')
  show(() => Response.json({ ...offer, provider: 'counsel' }))
  const link = await screen.findByRole('link', { name: 'Accept and sign in with counsel' })
  expect(link.getAttribute('href')).toBe('/sign-in/oidc/acme/counsel?invitation=secret')
})

it('says why an invitation is void', async () => {
  history.replaceState(null, '', '/invitation#tenant=acme&code=used')
  show(() => Response.json({ detail: 'The invitation can’t be accepted.' }, { status: 403 }))
  expect(await screen.findByText('The invitation can’t be accepted.')).toBeTruthy()
})
