import type { AnnouncementVerdict, CallState, Direction, RecordingQuery } from '../api/client'
import { formatDate, parseDuration, zonedInstant } from './format'
import { directions, states, verdicts } from './words'

export const ranges = {
  any: 'Any time',
  today: 'Today',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  custom: 'From – to',
} as const
export type Range = keyof typeof ranges

/** What a person has filled in; the page's address carries it, so that a search can be kept and shared. */
export type Filters = {
  q: string
  range: Range
  /** Local dates and times in the tenant's zone, as the browser's fields give them. */
  from: string
  to: string
  number: string
  direction: Direction | ''
  states: CallState[]
  announcements: AnnouncementVerdict[]
  tags: string
  min: string
  max: string
}

export const noFilters: Filters = {
  q: '',
  range: 'any',
  from: '',
  to: '',
  number: '',
  direction: '',
  states: [],
  announcements: [],
  tags: '',
  min: '',
  max: '',
}

export function readFilters(params: URLSearchParams): Filters {
  const range = params.get('range') ?? 'any'
  const direction = params.get('direction') ?? ''
  return {
    q: params.get('q') ?? '',
    range: range in ranges ? (range as Range) : 'any',
    from: params.get('from') ?? '',
    to: params.get('to') ?? '',
    number: params.get('number') ?? '',
    direction: direction in directions ? (direction as Direction) : '',
    states: (params.get('state') ?? '').split(',').filter((s): s is CallState => s in states),
    announcements: (params.get('announcement') ?? '')
      .split(',')
      .filter((verdict): verdict is AnnouncementVerdict => verdict in verdicts),
    tags: params.get('tag') ?? '',
    min: params.get('min') ?? '',
    max: params.get('max') ?? '',
  }
}

export function writeFilters(filters: Filters): URLSearchParams {
  const params = new URLSearchParams()
  const put = (name: string, value: string) => {
    if (value) params.set(name, value)
  }
  put('q', filters.q)
  put('range', filters.range === 'any' ? '' : filters.range)
  if (filters.range === 'custom') {
    put('from', filters.from)
    put('to', filters.to)
  }
  put('number', filters.number)
  put('direction', filters.direction)
  put('state', filters.states.join(','))
  put('announcement', filters.announcements.join(','))
  put('tag', filters.tags)
  put('min', filters.min)
  put('max', filters.max)
  return params
}

export function isFiltered(filters: Filters): boolean {
  return writeFilters(filters).size > 0
}

/** What can't be understood, by field; such a field does not restrict the search. */
export function filterErrors(filters: Filters): Partial<Record<'number' | 'min' | 'max' | 'to', string>> {
  const errors: Partial<Record<'number' | 'min' | 'max' | 'to', string>> = {}
  const min = filters.min ? parseDuration(filters.min) : undefined
  const max = filters.max ? parseDuration(filters.max) : undefined
  const hint = 'Seconds, m:ss or h:mm:ss'
  if (filters.min && min === undefined) errors.min = hint
  if (filters.max && max === undefined) errors.max = hint
  if (min !== undefined && max !== undefined && max < min) errors.max = 'Below the minimum'
  if (filters.number && !/^\*?\+?[\d\s()./-]+\*?$/.test(filters.number.trim())) {
    errors.number = 'Digits; +49* or *4711'
  }
  if (filters.range === 'custom' && filters.from && filters.to && filters.to < filters.from) {
    errors.to = 'Before the beginning'
  }
  return errors
}

/** The query that the filters stand for. Ranges such as today are those of the tenant's zone. */
export function toQuery(filters: Filters, zone: string, now: Date): RecordingQuery {
  const errors = filterErrors(filters)
  const query: RecordingQuery = {}
  if (filters.q.trim()) query.q = filters.q.trim()
  const { from, to } = bounds(filters, zone, now)
  if (from) query.from = from.toISOString()
  if (to) query.to = to.toISOString()
  if (filters.number.trim() && !errors.number) query.number = filters.number.replace(/[\s()./-]/g, '')
  if (filters.direction) query.direction = filters.direction
  if (filters.states.length > 0) query.state = filters.states
  if (filters.announcements.length > 0) query.announcement = filters.announcements
  if (filters.tags.trim()) query.tag = filters.tags.trim()
  if (filters.min && !errors.min) query.minDuration = parseDuration(filters.min)
  if (filters.max && !errors.max) query.maxDuration = parseDuration(filters.max)
  return query
}

function bounds(filters: Filters, zone: string, now: Date): { from?: Date; to?: Date } {
  const startOfDay = (daysBack: number) => {
    const today = formatDate(now.toISOString(), zone)
    const day = new Date(Date.parse(`${today}T00:00Z`) - daysBack * 86_400_000).toISOString().slice(0, 10)
    return zonedInstant(day, zone)
  }
  switch (filters.range) {
    case 'any':
      return {}
    case 'today':
      return { from: startOfDay(0) }
    case '7d':
      return { from: startOfDay(6) }
    case '30d':
      return { from: startOfDay(29) }
    case 'custom':
      if (filterErrors(filters).to) return { from: zonedInstant(filters.from, zone) }
      return {
        from: filters.from ? zonedInstant(filters.from, zone) : undefined,
        to: filters.to ? zonedInstant(filters.to, zone) : undefined,
      }
  }
}
