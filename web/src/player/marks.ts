import type { Mark } from '../api/client'

/** About two pixels of a wide screen. */
const TOUCHING = 0.002

/**
 * The marks as they are to be drawn: those of one side and cause that would touch are one. A call may have a hundred thousand, more than a
 * page can hold; of these there are at most about 500 for each side and cause.
 *
 * @param length of the audio in seconds
 */
export function drawn(marks: readonly Mark[], length: number): Mark[] {
  const gap = length * 1000 * TOUCHING
  const spans: Mark[] = []
  const last = new Map<string, Mark>()
  for (const mark of [...marks].sort((a, b) => a.fromMs - b.fromMs)) {
    const lane = `${mark.side} ${mark.cause}`
    const before = last.get(lane)
    if (before && mark.fromMs - before.toMs < gap) {
      before.toMs = Math.max(before.toMs, mark.toMs)
    } else {
      const span = { ...mark }
      last.set(lane, span)
      spans.push(span)
    }
  }
  return spans
}
