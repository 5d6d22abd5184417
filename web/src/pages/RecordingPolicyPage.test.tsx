import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Permission, RecordingDetail, RecordingPolicy, Session } from '../api/client'
import { SessionContext } from '../app/session'
import { PolicyCard } from '../call/PolicyCard'
import RecordingPolicyPage from './RecordingPolicyPage'

const policy: RecordingPolicy = {
  version: 3,
  personas: [{ name: 'desk', identities: ['+4930100'] }],
  rules: [
    { name: 'emergency', action: 'never', otherNumbers: ['112'] },
    { name: 'private line', action: 'on-demand', keepMinutes: 10, persona: 'desk', from: '22:00:00' },
  ],
  versions: [{ version: 3, validFrom: '2026-11-20T09:30:00Z', changedBy: 'user:rada@acme' }],
}

let sent: { method: string; path: string; body: unknown }[] = []
let reducing = false

beforeEach(() => {
  sent = []
  reducing = false
  vi.stubGlobal('fetch', async (request: Request) => {
    const path = new URL(request.url).pathname
    if (request.method !== 'GET') {
      sent.push({ method: request.method, path, body: await request.json().catch(() => null) })
    }
    if (request.method === 'PUT' && reducing) {
      return Response.json(
        { type: 'urn:earwitness:problem:needs-second-person', detail: 'That needs a second person.' },
        { status: 409 },
      )
    }
    if (path.endsWith('/simulate')) {
      return Response.json({
        action: 'never',
        recorded: false,
        rule: 'emergency',
        keepMinutes: null,
        reason: 'rule 1, ‘emergency’, applies',
        policyVersion: 0,
        direction: 'outbound',
        parties: [],
      })
    }
    return Response.json(policy)
  })
})
afterEach(() => vi.unstubAllGlobals())

function wrapped(element: React.ReactNode, permissions: Permission[]) {
  const session = { permissions, zone: 'UTC', csrf: 'c' } as Session
  render(
    <FluentProvider theme={teamsLightTheme}>
      <MemoryRouter>
        <QueryClientProvider client={new QueryClient()}>
          <SessionContext.Provider value={session}>{element}</SessionContext.Provider>
        </QueryClientProvider>
      </MemoryRouter>
    </FluentProvider>,
  )
}

it('shows what each rule applies to and does, and lets nobody change it who may not', async () => {
  wrapped(<RecordingPolicyPage />, ['recording-policy-read'])
  expect(await screen.findByText('other number 112')).toBeTruthy()
  expect(screen.getByText('as desk · 22:00–24:00')).toBeTruthy()
  expect(screen.getByText('Hold, and keep if marked within 10 minutes')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Add a rule' })).toBeNull()
})

it('keeps changes as a draft, tries them out, and saves them with the version that was looked at', async () => {
  wrapped(<RecordingPolicyPage />, ['recording-policy-read', 'recording-policy'])
  fireEvent.click((await screen.findAllByRole('button', { name: 'Up' }))[1] as HTMLElement)
  expect(sent).toHaveLength(0)
  fireEvent.click(screen.getByRole('tab', { name: 'What would happen' }))
  fireEvent.change(screen.getByLabelText('To'), { target: { value: '112' } })
  fireEvent.click(screen.getByRole('button', { name: 'Ask' }))
  expect(await screen.findByText('Don’t record: rule 1, ‘emergency’, applies.')).toBeTruthy()
  const rules = [{ name: 'private line' }, { name: 'emergency' }]
  expect(sent[0]).toMatchObject({
    path: '/api/v1/policies/recording/simulate',
    body: { to: '112', draft: { rules } },
  })
  fireEvent.click(screen.getByRole('button', { name: 'Save as version 4' }))
  await vi.waitFor(() => expect(sent).toHaveLength(2))
  expect(sent[1]).toMatchObject({
    method: 'PUT',
    path: '/api/v1/policies/recording',
    body: { version: 3, rules, personas: policy.personas },
  })
})

it('asks a second person for what may record less', async () => {
  reducing = true
  wrapped(<RecordingPolicyPage />, ['recording-policy-read', 'recording-policy'])
  fireEvent.click((await screen.findAllByRole('button', { name: 'Up' }))[1] as HTMLElement)
  fireEvent.click(screen.getByRole('button', { name: 'Save as version 4' }))
  fireEvent.click(await screen.findByRole('button', { name: 'Ask a second person…' }))
  fireEvent.change(await screen.findByLabelText('Reason'), { target: { value: 'works council' } })
  fireEvent.click(screen.getByRole('button', { name: 'Ask' }))
  expect(await screen.findByText(/It was asked for/)).toBeTruthy()
  expect(sent.at(-1)).toMatchObject({
    method: 'POST',
    path: '/api/v1/policies/recording/reduce',
    body: { version: 3, rules: [{ name: 'private line' }, { name: 'emergency' }], reason: 'works council' },
  })
})

it('tells who may see the page to whoever may not', () => {
  wrapped(<RecordingPolicyPage />, ['search'])
  expect(screen.getByText('Your role can’t see what is recorded')).toBeTruthy()
})

it('keeps a held call with a reason', async () => {
  const call = {
    id: '0192',
    state: 'closed',
    zone: 'UTC',
    permissions: ['search', 'keep'],
    policy: {
      version: 3,
      action: 'on-demand',
      recorded: true,
      rule: 'private line',
      reason: 'it is held',
      keepMinutes: 10,
      heldUntil: '2026-11-27T12:00:00Z',
      keptAt: null,
      keptBy: null,
      keptReason: null,
      notRecorded: null,
    },
  } as unknown as RecordingDetail
  wrapped(<PolicyCard call={call} />, ['search', 'keep'])
  fireEvent.click(screen.getByRole('button', { name: 'Keep this call' }))
  fireEvent.change(screen.getByLabelText('Reason'), { target: { value: 'a complaint' } })
  fireEvent.click(screen.getByRole('button', { name: 'Keep' }))
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toMatchObject({ path: '/api/v1/recordings/0192/keep', body: { reason: 'a complaint' } })
})
