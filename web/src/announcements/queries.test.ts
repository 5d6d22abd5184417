import { expect, it } from 'vitest'
import type { AnnouncementRule } from '../api/client'
import { conditions, words } from './queries'

const rule = (name: string, more: Partial<AnnouncementRule> = {}): AnnouncementRule => ({
  name,
  mode: 'announce',
  prompt: 'recording',
  ...more,
})

it('says to which calls a rule applies', () => {
  expect(conditions(rule('all'))).toBe('every call')
  expect(
    conditions(rule('some', { directions: ['inbound', 'outbound'], countries: ['all-party-consent'] })),
  ).toBe('inbound or outbound · country all-party-consent')
})

it('reads words however they are separated', () => {
  expect(words(' DE, US-CA;CH\nAT ')).toEqual(['DE', 'US-CA', 'CH', 'AT'])
  expect(words('')).toEqual([])
})
