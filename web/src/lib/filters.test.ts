import { describe, expect, it } from 'vitest'
import {
  type Filters,
  filterErrors,
  isFiltered,
  noFilters,
  readFilters,
  toQuery,
  writeFilters,
} from './filters'

const now = new Date('2026-11-21T23:30:00Z')
const query = (change: Partial<Filters>) => toQuery({ ...noFilters, ...change }, 'Europe/Berlin', now)

describe('the address of a search', () => {
  it('carries every filter there and back', () => {
    const filters: Filters = {
      q: 'anna & co',
      range: 'custom',
      from: '2026-11-01T00:00',
      to: '2026-11-02T00:00',
      number: '+4930*',
      direction: 'inbound',
      states: ['archived', 'archived-partial'],
      announcements: ['missing', 'interrupted'],
      tags: 'vip, complaint',
      min: '0:30',
      max: '10m',
    }
    expect(readFilters(new URLSearchParams(writeFilters(filters).toString()))).toEqual(filters)
  })

  it('is empty without filters, and what it can not know is left out', () => {
    expect(writeFilters(noFilters).toString()).toBe('')
    expect(isFiltered(noFilters)).toBe(false)
    expect(readFilters(new URLSearchParams('range=x&direction=up&state=archived,bogus'))).toEqual({
      ...noFilters,
      states: ['archived'],
    })
  })
})

describe('the query of a search', () => {
  it('asks for nothing where nothing is filled in', () => {
    expect(query({})).toEqual({})
  })

  it('asks for the verdicts on the announcement that were chosen', () => {
    expect(query({ announcements: ['missing'] })).toEqual({ announcement: ['missing'] })
    expect(readFilters(new URLSearchParams('announcement=verified,bogus')).announcements).toEqual([
      'verified',
    ])
  })

  it('begins today at midnight of the tenant, not of the browser', () => {
    expect(query({ range: 'today' })).toEqual({ from: '2026-11-21T23:00:00.000Z' })
    expect(query({ range: '7d' })).toEqual({ from: '2026-11-15T23:00:00.000Z' })
  })

  it('reaches over a change of the clock', () => {
    expect(query({ range: '30d' }), '24 October is summer time').toEqual({ from: '2026-10-23T22:00:00.000Z' })
  })

  it('takes spaces and hyphens out of numbers, and keeps the star', () => {
    expect(query({ number: '+49 (30) 12-34*' })).toEqual({ number: '+49301234*' })
    expect(query({ number: '*4711' })).toEqual({ number: '*4711' })
  })

  it('leaves out what can not be understood, and says so', () => {
    const wrong = { number: 'anna', min: 'long', max: '1:99' }
    expect(query(wrong)).toEqual({})
    expect(Object.keys(filterErrors({ ...noFilters, ...wrong }))).toEqual(['min', 'max', 'number'])
  })

  it('does not ask for calls longer than the longest', () => {
    expect(query({ min: '2:00', max: '60' })).toEqual({ minDuration: 120 })
    expect(query({ min: '1:00', max: '60' })).toEqual({ minDuration: 60, maxDuration: 60 })
  })

  it('does not end before it begins', () => {
    expect(query({ range: 'custom', from: '2026-11-02T00:00', to: '2026-11-01T00:00' })).toEqual({
      from: '2026-11-01T23:00:00.000Z',
    })
  })
})
