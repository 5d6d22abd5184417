/** Digits with tabular width: 42 s as 0:42, an hour as 1:00:00. */
export function formatDuration(millis: number): string {
  const total = Math.max(0, Math.round(millis / 1000))
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  const seconds = String(total % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
}

/** A position as screen readers should say it. */
export function spokenDuration(millis: number): string {
  const total = Math.max(0, Math.round(millis / 1000))
  const parts: [number, string][] = [
    [Math.floor(total / 3600), 'hour'],
    [Math.floor((total % 3600) / 60), 'minute'],
    [total % 60, 'second'],
  ]
  const said = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}${n === 1 ? '' : 's'}`)
  return said.length > 0 ? said.join(' ') : '0 seconds'
}

/** Seconds from 90, 1:30, 1:02:03, 45s, 2m or 1h; undefined if the text is none of these. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase()
  const clock = /^(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)$/.exec(trimmed)
  if (clock) {
    return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3])
  }
  const unit = /^(\d{1,6})\s*(s|sec|m|min|h)?$/.exec(trimmed)
  if (!unit) {
    return undefined
  }
  const factor = unit[2] === 'h' ? 3600 : unit[2] === 'm' || unit[2] === 'min' ? 60 : 1
  return Number(unit[1]) * factor
}

/** Date, time and offset of an ISO 8601 text with offset, as it stands: no conversion. */
export function splitLocal(iso: string): { date: string; time: string; offset: string } {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?(?:\.\d+)?(Z|[+-]\d{2}:\d{2})$/.exec(iso)
  if (!match) {
    return { date: iso, time: '', offset: '' }
  }
  const [, date = '', minutes = '', seconds = ':00', offset = ''] = match
  return { date, time: minutes + seconds, offset: offset === 'Z' ? '+00:00' : offset }
}

/** An instant as local time with offset in a zone: 2026-11-21 09:30:00 +01:00. */
export function formatInstant(iso: string, zone: string): string {
  const instant = new Date(iso)
  const part = wallClock(instant, zone)
  const offset = offsetMinutes(instant, zone)
  const sign = offset < 0 ? '-' : '+'
  const [h, m] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60]
  return `${part.date} ${part.time} ${sign}${two(h)}:${two(m)}`
}

/** The calendar date of an instant in a zone: 2026-11-21. */
export function formatDate(iso: string, zone: string): string {
  return wallClock(new Date(iso), zone).date
}

/**
 * The instant at which clocks in a zone show a local time such as 2026-11-21T08:00. In the hour that
 * is skipped in spring it is the instant after the change; in the repeated one, the first.
 */
export function zonedInstant(local: string, zone: string): Date | undefined {
  const asUtc = Date.parse(`${local.length === 10 ? `${local}T00:00` : local}Z`)
  if (Number.isNaN(asUtc)) {
    return undefined
  }
  const day = 86_400_000
  const before = offsetMinutes(new Date(asUtc - day), zone)
  const after = offsetMinutes(new Date(asUtc + day), zone)
  const early = new Date(asUtc - before * 60_000)
  if (offsetMinutes(early, zone) === before) {
    return early
  }
  const late = new Date(asUtc - after * 60_000)
  return offsetMinutes(late, zone) === after ? late : early
}

/** 1.4 MB and the like, in powers of 1000. */
export function formatBytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = count
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

export function formatCount(count: number): string {
  return count.toLocaleString('en-GB')
}

function wallClock(instant: Date, zone: string): { date: string; time: string } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(instant)
  const get = (type: string) => parts.find((p) => p.type === type)?.value ?? ''
  return {
    date: `${get('year').padStart(4, '0')}-${get('month')}-${get('day')}`,
    time: `${get('hour')}:${get('minute')}:${get('second')}`,
  }
}

function offsetMinutes(instant: Date, zone: string): number {
  const { date, time } = wallClock(instant, zone)
  const whole = Math.floor(instant.getTime() / 1000) * 1000
  return Math.round((Date.parse(`${date}T${time}Z`) - whole) / 60_000)
}

function two(n: number): string {
  return String(n).padStart(2, '0')
}
