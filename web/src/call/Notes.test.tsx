import { FluentProvider, webLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import type { RecordingDetail } from '../api/client'
import { Notes } from './Notes'

afterEach(() => vi.unstubAllGlobals())

const call = { id: '019', zone: 'UTC', permissions: ['notes-read', 'annotate'] } as unknown as RecordingDetail

const tag = {
  tag: 'vip',
  addedAt: '2026-11-20T10:00:00Z',
  addedBy: 'user:a@b',
  removedAt: null,
  removedBy: null,
}

const note = {
  id: 'n1',
  author: 'user:olivia@acme',
  offsetMs: 85_000,
  at: '2026-11-20T10:00:00Z',
  version: 2,
  text: 'Names two prices.',
  withdrawn: false,
  own: true,
  versions: [
    { version: 1, at: '2026-11-20T10:00:00Z', text: 'Names a price.' },
    { version: 2, at: '2026-11-20T10:01:00Z', text: 'Names two prices.' },
  ],
}

function show(detail: RecordingDetail, onSeek = vi.fn()) {
  render(
    <FluentProvider theme={webLightTheme}>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <Notes call={detail} onSeek={onSeek} />
      </QueryClientProvider>
    </FluentProvider>,
  )
  return onSeek
}

function answer(sent: string[]) {
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, search } = new URL(request.url)
    if (request.method !== 'GET') {
      sent.push(`${request.method} ${pathname}${search} ${await request.text()}`)
      return Response.json({ items: [] }, { status: 201 })
    }
    return Response.json({ items: pathname.endsWith('/tags') ? [tag] : [note] })
  })
}

it('leads to the place in the audio, and shows what a note said before', async () => {
  answer([])
  const seek = show(call)
  fireEvent.click(await screen.findByText('At 1:25'))
  expect(seek).toHaveBeenCalledWith(85)
  expect(screen.getByText(/Names a price\./)).toBeTruthy()
  expect(screen.getByText('vip')).toBeTruthy()
})

it('writes a note at a place, and takes back a tag', async () => {
  const sent: string[] = []
  answer(sent)
  show(call)
  fireEvent.click(await screen.findByText('Write a note…'))
  const [text, at] = screen.getAllByRole('textbox')
  if (!text || !at) throw new Error('the dialog asks for a text and a place')
  fireEvent.change(text, { target: { value: 'Who is that?' } })
  fireEvent.change(at, { target: { value: '0:12' } })
  fireEvent.click(screen.getByText('Save'))
  await waitFor(() =>
    expect(sent).toEqual(['POST /api/v1/recordings/019/notes {"text":"Who is that?","offsetMs":12000}']),
  )
  fireEvent.click(await screen.findByLabelText(/Remove vip/))
  fireEvent.click(await screen.findByText('Remove'))
  await waitFor(() => expect(sent.at(-1)).toBe('DELETE /api/v1/recordings/019/tags/vip '))
})

it('asks for nothing where one may not see notes', () => {
  const fetched = vi.fn()
  vi.stubGlobal('fetch', fetched)
  show({ ...call, permissions: ['search'] } as RecordingDetail)
  expect(screen.queryByText('Tags and notes')).toBeNull()
  expect(fetched).not.toHaveBeenCalled()
})
