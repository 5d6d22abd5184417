import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { partsOf } from './parts'
import { usePlayback } from './usePlayback'

const parts = partsOf({
  id: 'x',
  archive: null,
  parts: [
    { part: 1, startMs: 0, durationMs: 60_000, size: 10 },
    { part: 2, startMs: 60_000, durationMs: 30_000, size: 10 },
  ],
})

/** An element that plays nothing, but knows its state as a browser's would. */
class FakeAudio extends EventTarget {
  paused = true
  ended = false
  error = null
  readyState = 0
  currentTime = 0
  sources: string[] = []

  get src() {
    return this.sources.at(-1) ?? ''
  }

  set src(source: string) {
    this.sources.push(source)
    this.paused = true
    this.ended = false
    this.readyState = 0
    this.currentTime = 0
  }

  getAttribute() {
    return this.src
  }

  async play() {
    this.paused = false
    this.dispatchEvent(new Event('play'))
  }

  pause() {
    this.paused = true
    this.dispatchEvent(new Event('pause'))
  }

  load() {
    this.readyState = 4
    this.dispatchEvent(new Event('loadedmetadata'))
  }

  reach(seconds: number) {
    this.currentTime = seconds
    this.dispatchEvent(new Event('timeupdate'))
  }

  fail() {
    this.paused = true
    this.dispatchEvent(new Event('error'))
  }

  end() {
    this.ended = true
    this.pause()
    this.dispatchEvent(new Event('ended'))
  }
}

describe('a call of two parts', () => {
  let element: FakeAudio
  const open = vi.fn(async () => true)
  const player = () =>
    renderHook(() => usePlayback({ current: element as unknown as HTMLAudioElement }, parts, 90, open))

  beforeEach(() => {
    element = new FakeAudio()
  })
  afterEach(() => {
    open.mockClear()
    vi.unstubAllGlobals()
  })

  it('goes on with the next part where one ends, and stops at the end of the last', async () => {
    const { result } = player()
    await act(() => result.current.play())
    act(() => element.load())
    expect(element.src).toMatch(/media$/)
    await act(async () => element.end())
    expect(element.src).toMatch(/media\?part=2$/)
    expect(result.current.playing).toBe(true)
    act(() => element.load())
    act(() => element.reach(5))
    expect(result.current.time).toBe(65)
    await act(async () => element.end())
    expect(result.current.playing).toBe(false)
    expect(element.sources).toHaveLength(2)
    expect(open).toHaveBeenCalledTimes(1)
  })

  it('begins anew with the first part once all was heard', async () => {
    const { result } = player()
    act(() => result.current.seek(80))
    await act(() => result.current.play())
    act(() => element.load())
    await act(async () => element.end())
    await act(() => result.current.play())
    act(() => element.load())
    expect(element.src).toMatch(/media$/)
    expect(element.currentTime).toBe(0)
    expect(result.current.position()).toBe(0)
  })

  it('fetches only the part that a position lies in', async () => {
    const { result } = player()
    act(() => result.current.seek(70))
    expect(element.sources).toEqual([])
    await act(() => result.current.play())
    expect(result.current.position()).toBe(70)
    act(() => element.load())
    expect(element.sources).toEqual(['/api/v1/recordings/x/media?part=2'])
    expect(element.currentTime).toBe(10)
    act(() => result.current.seek(65))
    expect(element.currentTime).toBe(5)
    expect(element.sources).toHaveLength(1)
  })

  it('keeps playing, or pausing, across parts', async () => {
    const { result } = player()
    await act(() => result.current.play())
    act(() => element.load())
    await act(async () => result.current.seek(75))
    act(() => element.load())
    expect(element.currentTime).toBe(15)
    expect(element.paused).toBe(false)
    act(() => result.current.pause())
    await act(async () => result.current.seek(20))
    act(() => element.load())
    expect(element.src).toMatch(/media$/)
    expect(element.currentTime).toBe(20)
    expect(element.paused).toBe(true)
    expect(open).toHaveBeenCalledTimes(1)
  })

  it('goes on where it was to begin if the audio failed before anything of it arrived', async () => {
    vi.stubGlobal('fetch', async () => Response.json({ detail: 'Not now.' }, { status: 503 }))
    const { result } = player()
    act(() => result.current.seek(70))
    await act(() => result.current.play())
    await act(async () => element.fail())
    expect(result.current.trouble).toBe('Not now.')
    expect(result.current.position()).toBe(70)
    await act(() => result.current.play())
    act(() => element.load())
    expect(element.src).toMatch(/media\?part=2$/)
    expect(element.currentTime).toBe(10)
    expect(open).toHaveBeenCalledTimes(2)
  })

  it('goes on where it broke off if the audio failed while it was playing', async () => {
    vi.stubGlobal('fetch', async () => Response.json({}, { status: 200 }))
    const { result } = player()
    await act(() => result.current.play())
    act(() => element.load())
    await act(async () => element.end())
    act(() => element.load())
    act(() => element.reach(12))
    await act(async () => element.fail())
    await act(() => result.current.play())
    act(() => element.load())
    expect(element.src).toMatch(/media\?part=2$/)
    expect(element.currentTime).toBe(12)
  })
})
