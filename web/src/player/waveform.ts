/** Peaks for drawing: per channel the largest magnitude of each span, 0 to 1. */
export type Waveform = { peaksPerSecond: number; channels: Float32Array[] }

/** An empty waveform, where none could be read: the lanes stay usable without it. */
export function flat(channels: number): Float32Array[] {
  return Array.from({ length: channels }, () => new Float32Array(2))
}

/** The peaks raised by one common factor, so that quiet lines can be seen and loudness compared. */
export function scaled(channels: Float32Array[]): Float32Array[] {
  let loudest = 0
  for (const channel of channels) for (const peak of channel) loudest = Math.max(loudest, peak)
  const factor = loudest > 0 ? Math.min(0.95 / loudest, 12) : 1
  return channels.map((channel) => channel.map((peak) => peak * factor))
}

const MAGIC = 'EWPK'

/**
 * Reads the waveform object (docs/formats/waveform.md).
 *
 * @throws Error if the bytes are none
 */
export function parseWaveform(bytes: ArrayBuffer): Waveform {
  const view = new DataView(bytes)
  const magic = bytes.byteLength >= 12 ? String.fromCharCode(...new Uint8Array(bytes, 0, 4)) : ''
  if (magic !== MAGIC) {
    throw new Error('the stored waveform has an unknown format.')
  }
  const channels = view.getUint16(4, true)
  const peaksPerSecond = view.getUint16(6, true)
  const points = view.getUint32(8, true)
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
