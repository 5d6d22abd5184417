import type { RecordingDetail } from '../api/client'

/** A file of the audio and its place on the time line of the call, in seconds. */
export type Part = { number: number; start: number; length: number; source: string }

/**
 * The parts of a call's audio. Where the server could not list them, there is one as long as the call.
 *
 * @param query more that is asked of the server for each
 */
export function partsOf(call: Pick<RecordingDetail, 'id' | 'archive' | 'parts'>, query = ''): Part[] {
  const listed =
    call.parts.length > 0
      ? call.parts
      : [{ part: 1, startMs: 0, durationMs: call.archive?.durationMs ?? 0, size: 0 }]
  return listed.map(({ part, startMs, durationMs }) => ({
    number: part,
    start: startMs / 1000,
    length: durationMs / 1000,
    source: `/api/v1/recordings/${call.id}/media${numbered(part, query)}`,
  }))
}

/** The query that asks for a part; the first needs none. */
export function numbered(part: number, query = ''): string {
  const all = [query, part > 1 ? `part=${part}` : ''].filter(Boolean).join('&')
  return all && `?${all}`
}

/** Which part plays at a position of the call, and where in it. Where two parts meet, the later one begins. */
export function placeOf(parts: readonly Part[], seconds: number): { index: number; offset: number } {
  const index = Math.max(
    0,
    parts.findLastIndex((part) => part.start <= seconds),
  )
  const part = parts[index]
  return { index, offset: part ? Math.min(Math.max(0, seconds - part.start), part.length) : 0 }
}

/** The position of the call at which a part is when its file is at an offset. */
export function positionOf(parts: readonly Part[], index: number, offset: number): number {
  const part = parts[index]
  return part ? part.start + Math.min(offset, part.length) : offset
}
