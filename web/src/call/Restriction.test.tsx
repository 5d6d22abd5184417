import { FluentProvider, webLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import type { RecordingDetail, Restriction, Session } from '../api/client'
import { SessionContext } from '../app/session'
import { isClosed, RestrictionCard } from './Restriction'

afterEach(() => vi.unstubAllGlobals())

const free = {
  id: '019',
  zone: 'UTC',
  flags: [],
  permissions: [],
  archive: { generation: 0 },
} as unknown as RecordingDetail

const none: Restriction = {
  recording: '019',
  restricted: false,
  at: null,
  spans: [],
  derivative: null,
  problem: null,
  reason: null,
  legalBasis: null,
  by: null,
  openUntil: null,
  openings: [],
  correction: null,
  settlingUntil: null,
}

function show(detail: RecordingDetail, state: Restriction, permissions: string[]) {
  const posted: string[] = []
  const originals: boolean[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'POST') {
      posted.push(`${new URL(request.url).pathname} ${await request.text()}`)
      return Response.json({}, { status: 202 })
    }
    return Response.json(state)
  })
  const session = { permissions, tenantName: 'Acme', csrf: 'x' } as unknown as Session
  render(
    <FluentProvider theme={webLightTheme}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <SessionContext value={session}>
          <RestrictionCard call={detail} original={false} onOriginal={(each) => originals.push(each)} />
        </SessionContext>
      </QueryClientProvider>
    </FluentProvider>,
  )
  return { posted, originals }
}

it('asks for a restriction of what was typed, and not before all is there', async () => {
  const { posted } = show(free, none, ['matters'])
  fireEvent.click(await screen.findByText('Restrict…'))
  fireEvent.change(screen.getByLabelText('Make silent'), { target: { value: '1:05' } })
  fireEvent.change(screen.getByLabelText('Legal basis'), { target: { value: 'PCI DSS' } })
  fireEvent.change(screen.getByLabelText(/^Reason/), { target: { value: 'a card' } })
  fireEvent.click(screen.getByText('Ask'))
  expect(posted).toEqual([])
  await screen.findByText(/is no span such as/)
  fireEvent.change(screen.getByLabelText('Make silent'), { target: { value: '1:05-1:20 left' } })
  fireEvent.click(screen.getByText('Ask'))
  await screen.findByText(/^Asked for/)
  expect(posted).toEqual([
    '/api/v1/recordings/019/restriction {"legalBasis":"PCI DSS","spans":[{"fromMs":65000,"toMs":80000,"sides":["left"]}],"reason":"a card"}',
  ])
})

it('shows what is silent to everybody, and lets whom it is open for play the original', async () => {
  const restricted = { ...free, flags: ['restricted'] } as RecordingDetail
  expect(isClosed(restricted)).toBe(true)
  expect(isClosed({ ...restricted, archive: { generation: 4 } } as RecordingDetail)).toBe(false)
  const { originals } = show(
    restricted,
    {
      ...none,
      restricted: true,
      at: '2026-11-27T10:00:00Z',
      derivative: 'made',
      spans: [{ fromMs: 65_000, toMs: 80_000, sides: ['left'] }],
      openUntil: '2026-11-27T12:00:00Z',
    },
    [],
  )
  await screen.findByText(/Silent: 1:05–1:20 left\./)
  fireEvent.click(screen.getByText('Play the original'))
  expect(originals).toEqual([true])
  expect(screen.queryByText('Lift…')).toBeNull()
})

it('offers to correct only within the settling time', async () => {
  const { posted } = show(free, { ...none, settlingUntil: '2026-12-07T10:00:00Z' }, ['matters'])
  fireEvent.click(await screen.findByText('Correct…'))
  fireEvent.change(screen.getByLabelText(/^Reason/), { target: { value: 'private' } })
  fireEvent.click(screen.getByText('Ask'))
  await screen.findByText(/^Asked for/)
  expect(posted).toEqual(['/api/v1/recordings/019/removal {"reason":"private"}'])
})
