/** Peaks for drawing: per channel the largest magnitude of each span, 0 to 1. */
export type Waveform = { peaksPerSecond: number; channels: Float32Array[] }

/** An empty waveform, where none could be read: the lanes stay usable without it. */
export function flat(channels: number): Float32Array[] {
  return Array.from({ length: channels }, () => new Float32Array(2))
}

/** Peaks of a short call drawn out to {@code least} points, so that its lanes look like speech, not like a fence. */
export function stretched(channel: Float32Array, least: number): Float32Array {
  if (channel.length < 2 || channel.length >= least) return channel
  return Float32Array.from({ length: least }, (_, i) => {
    const at = (i * (channel.length - 1)) / (least - 1)
    const before = Math.floor(at)
    const [from = 0, to = from] = [channel[before], channel[before + 1]]
    return from + (to - from) * (at - before)
  })
}

/** The peaks raised by one common factor, so that quiet lines can be seen and loudness compared. */
export function scaled(channels: Float32Array[]): Float32Array[] {
  let loudest = 0
  for (const channel of channels) for (const peak of channel) loudest = Math.max(loudest, peak)
  const factor = loudest > 0 ? Math.min(0.95 / loudest, 12) : 1
  return channels.map((channel) => channel.map((peak) => peak * factor))
}

const MAGIC = 'PKS1'

/**
 * Reads the waveform object (docs/formats/waveform.md); all numbers are big-endian.
 *
 * @throws Error if the bytes are none
 */
export function parseWaveform(bytes: ArrayBuffer): Waveform {
  const view = new DataView(bytes)
  const magic = bytes.byteLength >= 12 ? String.fromCharCode(...new Uint8Array(bytes, 0, 4)) : ''
  if (magic !== MAGIC) {
    throw new Error('the stored waveform has an unknown format.')
  }
  const channels = view.getUint16(4)
  const peaksPerSecond = view.getUint16(6)
  const points = view.getUint32(8)
  if (bytes.byteLength < 12 + channels * points) {
    throw new Error('the stored waveform is cut short.')
  }
  return {
    peaksPerSecond,
    channels: Array.from({ length: channels }, (_, channel) =>
      Float32Array.from(new Uint8Array(bytes, 12 + channel * points, points), (peak) => peak / 255),
    ),
  }
}
