import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { problem } from '../api/client'
import { clampTime } from './keys'

/** How long audio may fail to arrive before the page says so. */
const STALL_MILLIS = 8_000

/**
 * Plays one recording. Nothing is fetched before the first play: opening the media is an act that is
 * entered in the audit trail, and looking at a call is not listening to it.
 *
 * @param source where the audio is
 * @param length of the audio in seconds
 * @param open asks the server to open a play; false if the person thought better of it
 */
export function usePlayback(
  audio: RefObject<HTMLAudioElement | null>,
  source: string,
  length: number,
  open: () => Promise<boolean>,
) {
  const [time, setTime] = useState(0)
  const [playing, setPlaying] = useState(false)
  const [waiting, setWaiting] = useState(false)
  const [trouble, setTrouble] = useState<string>()
  const opened = useRef(false)
  const opening = useRef(false)
  const wanted = useRef(0)

  useEffect(() => {
    const element = audio.current
    if (!element) return
    let stall: ReturnType<typeof setTimeout> | undefined
    const arrived = () => {
      clearTimeout(stall)
      stall = undefined
      setWaiting(false)
    }
    const missing = () => {
      if (element.paused || element.error) return
      setWaiting(true)
      stall ??= setTimeout(() => {
        setTrouble(
          'The audio does not arrive. The connection may be slow, or a stored block failed its verification and is not played.',
        )
      }, STALL_MILLIS)
    }
    const listeners: Record<string, () => void> = {
      timeupdate: () => setTime(element.currentTime),
      seeking: () => setTime(element.currentTime),
      loadedmetadata: () => {
        if (wanted.current > 0) element.currentTime = wanted.current
      },
      play: () => setPlaying(true),
      pause: () => {
        setPlaying(false)
        arrived()
      },
      playing: () => {
        arrived()
        setTrouble(undefined)
      },
      canplay: arrived,
      waiting: missing,
      stalled: () => {
        if (element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) missing()
      },
      error: () => {
        arrived()
        setPlaying(false)
        if (!element.getAttribute('src')) return
        opened.current = false
        wanted.current = element.currentTime
        void reason(source).then(setTrouble)
      },
    }
    for (const [name, listener] of Object.entries(listeners)) element.addEventListener(name, listener)
    return () => {
      clearTimeout(stall)
      for (const [name, listener] of Object.entries(listeners)) element.removeEventListener(name, listener)
    }
  }, [audio, source])

  const play = useCallback(async () => {
    const element = audio.current
    if (!element || opening.current) return
    setTrouble(undefined)
    if (!opened.current) {
      opening.current = true
      setWaiting(true)
      try {
        if (!(await open())) return
        opened.current = true
        element.src = source
      } catch (e) {
        setTrouble(e instanceof Error ? e.message : 'The play could not be opened.')
        return
      } finally {
        opening.current = false
        setWaiting(false)
      }
    }
    try {
      await element.play()
    } catch (e) {
      // Pressing pause before the audio is there is no failure, and the error event reports real ones.
      if (e instanceof DOMException && e.name === 'NotAllowedError') {
        setTrouble('The browser did not allow playing. Press play once more.')
      }
    }
  }, [audio, open, source])

  const pause = useCallback(() => audio.current?.pause(), [audio])

  const toggle = useCallback(() => {
    if (audio.current?.paused === false) pause()
    else void play()
  }, [audio, pause, play])

  const seek = useCallback(
    (seconds: number) => {
      const element = audio.current
      const target = clampTime(seconds, length)
      wanted.current = target
      setTime(target)
      if (element && element.readyState >= HTMLMediaElement.HAVE_METADATA) element.currentTime = target
    },
    [audio, length],
  )

  const position = useCallback(() => {
    const element = audio.current
    return element && element.readyState >= HTMLMediaElement.HAVE_METADATA
      ? element.currentTime
      : wanted.current
  }, [audio])

  return { time, playing, waiting, trouble, play, pause, toggle, seek, position }
}

/** Asks the server why the audio did not come. */
async function reason(source: string): Promise<string> {
  try {
    const response = await fetch(source, { headers: { Range: 'bytes=0-0' } })
    if (!response.ok) {
      return problem(response.status, await response.json().catch(() => undefined)).message
    }
    return 'The audio broke off: the connection was lost, or a stored block failed its verification and is not played.'
  } catch {
    return 'The server can’t be reached. Check your connection and try again.'
  }
}
