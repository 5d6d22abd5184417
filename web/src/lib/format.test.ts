import { describe, expect, it } from 'vitest'
import {
  formatBytes,
  formatDate,
  formatDuration,
  formatInstant,
  parseDuration,
  splitLocal,
  spokenDuration,
  zonedInstant,
} from './format'

describe('durations', () => {
  it('are shown as minutes and seconds, with hours only where there are some', () => {
    expect([0, 999, 59_499, 59_500, 3_599_000, 3_600_000, 36_061_000].map(formatDuration)).toEqual([
      '0:00',
      '0:01',
      '0:59',
      '1:00',
      '59:59',
      '1:00:00',
      '10:01:01',
    ])
  })

  it('are read as seconds, as a clock or with a unit', () => {
    expect(['90', '1:30', '1:02:03', '45s', '2m', '2 min', '1h'].map(parseDuration)).toEqual([
      90, 90, 3723, 45, 120, 120, 3600,
    ])
  })

  it('that are none are not guessed at', () => {
    for (const text of ['', 'x', '1:60', '-5', '1.5', '1:2:3', ':30']) {
      expect(parseDuration(text), text).toBeUndefined()
    }
  })

  it('are said in words without empty units', () => {
    expect(spokenDuration(3_601_000)).toBe('1 hour 1 second')
    expect(spokenDuration(0)).toBe('0 seconds')
    expect(spokenDuration(120_000)).toBe('2 minutes')
  })
})

describe('local times', () => {
  it('keep the offset that the server gave, whatever zone the browser is in', () => {
    expect(splitLocal('2026-11-21T09:30:05.123+01:00')).toEqual({
      date: '2026-11-21',
      time: '09:30:05',
      offset: '+01:00',
    })
    expect(splitLocal('2026-11-21T09:30Z')).toEqual({
      date: '2026-11-21',
      time: '09:30:00',
      offset: '+00:00',
    })
  })

  it('show the offset that held at that instant', () => {
    expect(formatInstant('2026-07-01T12:00:00Z', 'Europe/Berlin')).toBe('2026-07-01 14:00:00 +02:00')
    expect(formatInstant('2026-12-01T12:00:00.9Z', 'Europe/Berlin')).toBe('2026-12-01 13:00:00 +01:00')
    expect(formatInstant('2026-12-01T12:00:00Z', 'America/St_Johns')).toBe('2026-12-01 08:30:00 -03:30')
    expect(formatDate('2026-12-31T23:30:00Z', 'Europe/Berlin')).toBe('2027-01-01')
  })

  it('become instants, also around the changes of the clock', () => {
    const berlin = (local: string) => zonedInstant(local, 'Europe/Berlin')?.toISOString()
    expect(berlin('2026-07-01')).toBe('2026-06-30T22:00:00.000Z')
    expect(berlin('2026-12-01T08:15')).toBe('2026-12-01T07:15:00.000Z')
    expect(berlin('2026-10-25T02:30'), 'repeated: the first').toBe('2026-10-25T00:30:00.000Z')
    expect(berlin('2026-10-25T04:00')).toBe('2026-10-25T03:00:00.000Z')
    expect(berlin('2026-03-29T02:30'), 'skipped: after the change').toBe('2026-03-29T01:30:00.000Z')
    expect(berlin('2026-03-29T04:00')).toBe('2026-03-29T02:00:00.000Z')
    expect(berlin('nonsense')).toBeUndefined()
  })
})

describe('sizes', () => {
  it('have at most three digits', () => {
    expect([0, 999, 1000, 9_940, 99_400, 999_600, 1.5e9].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.0 kB',
      '9.9 kB',
      '99 kB',
      '1.0 MB',
      '1.5 GB',
    ])
  })
})
