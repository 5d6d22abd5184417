import { FluentProvider, webLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import type { RecordingDetail, Session } from '../api/client'
import { SessionContext } from '../app/session'
import { PauseCard } from './PauseCard'

afterEach(() => vi.unstubAllGlobals())

const call = { id: '019', state: 'live', zone: 'UTC', permissions: [] } as unknown as RecordingDetail

function show(permissions: string[], detail = call) {
  const session = { permissions, tenantName: 'Acme', csrf: 'x' } as unknown as Session
  render(
    <FluentProvider theme={webLightTheme}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <SessionContext value={session}>
          <PauseCard call={detail} />
        </SessionContext>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('pauses a running call for a reason, and then offers to resume it', async () => {
  let paused = false
  const posted: string[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'POST') {
      posted.push(`${new URL(request.url).pathname} ${await request.text()}`)
      paused = request.url.endsWith('/pause')
      return Response.json({ id: '019', paused })
    }
    return Response.json({ paused, by: paused ? 'Olivia' : null, reason: null, since: null })
  })
  show(['pause'])
  fireEvent.click(await screen.findByText('Pause…'))
  const submit = screen.getByText('Pause')
  fireEvent.click(submit)
  expect(posted).toEqual([])
  fireEvent.change(screen.getByRole('textbox'), { target: { value: 'a card number' } })
  fireEvent.click(submit)
  await screen.findByText('Resume…')
  expect(posted).toEqual(['/api/v1/recordings/019/pause {"reason":"a card number"}'])
  expect(screen.getByText(/^Paused by Olivia, as of /)).toBeTruthy()
})

it('shows what another did when looked at again', async () => {
  let paused = false
  vi.stubGlobal('fetch', async () =>
    Response.json({ paused, by: paused ? 'keys' : null, reason: null, since: null }),
  )
  show(['pause'])
  await screen.findByText(/^Not paused, as of /)
  paused = true
  fireEvent.click(screen.getByText('Look again'))
  await screen.findByText(/^Paused by keys, as of /)
})

it('is not there for who may not, nor for a call that is over', async () => {
  const fetched = vi.fn()
  vi.stubGlobal('fetch', fetched)
  show(['search'])
  show(['pause'], { ...call, state: 'archived' } as RecordingDetail)
  await waitFor(() => expect(screen.queryByText('Recording')).toBeNull())
  expect(fetched).not.toHaveBeenCalled()
})
