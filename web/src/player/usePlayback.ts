import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { problem } from '../api/client'
import { clampTime } from './keys'
import { type Part, placeOf, positionOf } from './parts'

/** How long audio may fail to arrive before the page says so. */
const STALL_MILLIS = 8_000

/**
 * Plays one recording, part after part as if it were one file. Nothing is fetched before the first play: opening the media is an act that is
 * entered in the audit trail, and looking at a call is not listening to it.
 *
 * @param parts where the audio is; the same array as long as they are the same
 * @param length of all of it in seconds
 * @param open asks the server to open a play; false if the person thought better of it
 */
export function usePlayback(
  audio: RefObject<HTMLAudioElement | null>,
  parts: readonly Part[],
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
  /** The part that the element has, as long as a play is open. */
  const shown = useRef(0)

  const position = useCallback(() => {
    const element = audio.current
    return opened.current && element && element.readyState >= HTMLMediaElement.HAVE_METADATA
      ? positionOf(parts, shown.current, element.currentTime)
      : wanted.current
  }, [audio, parts])

  const start = useCallback(async () => {
    try {
      await audio.current?.play()
    } catch (e) {
      // Pressing pause before the audio is there, or going to another part, is no failure, and the
      // error event reports real ones.
      if (e instanceof DOMException && e.name === 'NotAllowedError') {
        setTrouble('The browser did not allow playing. Press play once more.')
      }
    }
  }, [audio])

  /** Gives the element the part in which the wanted position lies. */
  const show = useCallback(() => {
    const { index } = placeOf(parts, wanted.current)
    const part = parts[index]
    if (!audio.current || !part) return
    shown.current = index
    audio.current.src = part.source
  }, [audio, parts])

  useEffect(() => {
    const element = audio.current
    if (!element) return
    const follower = () => parts[shown.current + 1]
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
      timeupdate: () => setTime(position()),
      seeking: () => setTime(position()),
      loadedmetadata: () => {
        const { offset } = placeOf(parts, wanted.current)
        if (offset > 0) element.currentTime = offset
      },
      ended: () => {
        const next = follower()
        if (!next) return
        wanted.current = next.start
        show()
        void start()
      },
      play: () => setPlaying(true),
      pause: () => {
        if (element.ended && follower()) return
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
        wanted.current = position()
        opened.current = false
        void reason(element.src).then(setTrouble)
      },
    }
    for (const [name, listener] of Object.entries(listeners)) element.addEventListener(name, listener)
    return () => {
      clearTimeout(stall)
      for (const [name, listener] of Object.entries(listeners)) element.removeEventListener(name, listener)
    }
  }, [audio, parts, position, show, start])

  const seek = useCallback(
    (seconds: number) => {
      const element = audio.current
      const target = clampTime(seconds, length)
      wanted.current = target
      setTime(target)
      if (!element || !opened.current) return
      const { index, offset } = placeOf(parts, target)
      if (index !== shown.current) {
        const going = !element.paused
        show()
        if (going) void start()
      } else if (element.readyState >= HTMLMediaElement.HAVE_METADATA) {
        element.currentTime = offset
      }
    },
    [audio, length, parts, show, start],
  )

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
        show()
      } catch (e) {
        setTrouble(e instanceof Error ? e.message : 'The play could not be opened.')
        return
      } finally {
        opening.current = false
        setWaiting(false)
      }
    }
    // A file that ended would begin again by itself, but not the call.
    if (element.ended) seek(0)
    await start()
  }, [audio, open, seek, show, start])

  const pause = useCallback(() => audio.current?.pause(), [audio])

  const toggle = useCallback(() => {
    if (audio.current?.paused === false) pause()
    else void play()
  }, [audio, pause, play])

  /** The play is over: another one is opened before more is played. */
  const forget = useCallback(() => {
    wanted.current = position()
    opened.current = false
    pause()
  }, [pause, position])

  return { time, playing, waiting, trouble, play, pause, toggle, seek, position, forget }
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
