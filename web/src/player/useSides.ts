import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'

type Graph = { context: AudioContext; gains: GainNode[] }

/**
 * Silences single channels. The audio runs past the Web Audio API until somebody asks for that, so
 * plain playback does not depend on it.
 */
export function useSides(audio: RefObject<HTMLAudioElement | null>, channels: number) {
  const [muted, setMuted] = useState<readonly boolean[]>(() => Array.from({ length: channels }, () => false))
  const graph = useRef<Graph | undefined>(undefined)

  useEffect(() => () => void graph.current?.context.close(), [])

  const toggleSide = useCallback(
    (channel: number) => {
      const element = audio.current
      if (!element) return
      graph.current ??= build(element, channels)
      void graph.current.context.resume()
      const next = muted.map((m, i) => (i === channel ? !m : m))
      next.forEach((m, i) => {
        const gain = graph.current?.gains[i]
        if (gain) gain.gain.value = m ? 0 : 1
      })
      setMuted(next)
    },
    [audio, channels, muted],
  )
  return { muted, toggleSide }
}

function build(element: HTMLAudioElement, channels: number): Graph {
  const context = new AudioContext()
  const split = context.createChannelSplitter(channels)
  const merge = context.createChannelMerger(2)
  context.createMediaElementSource(element).connect(split)
  const gains = Array.from({ length: channels }, (_, channel) => {
    const gain = context.createGain()
    split.connect(gain, channel)
    gain.connect(merge, 0, channel % 2)
    // One channel alone is heard on both ears.
    if (channels === 1) gain.connect(merge, 0, 1)
    return gain
  })
  merge.connect(context.destination)
  return { context, gains }
}
