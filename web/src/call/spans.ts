import type { components } from '../api/schema'

export type MaskedSpan = components['schemas']['MaskedSpan']

const TIME = '(?:(\\d+):)?(\\d{1,2}):([0-5]\\d)(?:\\.(\\d{1,3}))?'
const SPAN = new RegExp(`^${TIME}\\s*[-–]\\s*${TIME}(?:\\s+([a-z0-9+-]+))?$`)
const SIDE = /^(left|right|channel-\d{1,3})$/

/**
 * Spans as somebody typed them: 1:05-1:20 left, 1:02:00.500-1:02:03.
 *
 * @throws Error saying what is wrong
 */
export function parseSpans(text: string): MaskedSpan[] {
  return text
    .split(/[,\n]/)
    .map((each) => each.trim())
    .filter(Boolean)
    .map(one)
}

function one(text: string): MaskedSpan {
  const match = SPAN.exec(text)
  if (!match) throw new Error(`“${text}” is no span such as 1:05-1:20 or 1:05-1:20 left`)
  const fromMs = millis(match.slice(1, 5))
  const toMs = millis(match.slice(5, 9))
  if (toMs <= fromMs) throw new Error(`“${text}” ends before it begins`)
  const sides = match[9]?.split('+') ?? []
  const unknown = sides.find((side) => !SIDE.test(side))
  if (unknown !== undefined) throw new Error(`“${unknown}” is no side; there are left and right`)
  return sides.length ? { fromMs, toMs, sides } : { fromMs, toMs }
}

function millis([hours, minutes, seconds, fraction]: (string | undefined)[]): number {
  const whole = (Number(hours ?? 0) * 60 + Number(minutes)) * 60 + Number(seconds)
  return whole * 1000 + Number((fraction ?? '').padEnd(3, '0'))
}

/** Spans as people read them. */
export function spansText(spans: MaskedSpan[]): string {
  return spans
    .map(({ fromMs, toMs, sides }) =>
      [`${time(fromMs)}–${time(toMs)}`, sides?.length ? sides.join(' and ') : ''].filter(Boolean).join(' '),
    )
    .join(', ')
}

function time(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const two = (n: number) => String(n).padStart(2, '0')
  const rest = ms % 1000 ? `.${String(ms % 1000).padStart(3, '0')}` : ''
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes}:${two(seconds % 60)}${rest}`
    : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}${rest}`
}
