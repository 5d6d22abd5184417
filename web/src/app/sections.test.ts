import { expect, test } from 'vitest'
import { type SectionGroup, sectionsFor } from './sections'

test('what a person may not open is not shown', () => {
  expect(sectionsFor([])).toEqual([])
  expect(sectionsFor(['search']).map((each) => each.name)).toEqual(['Calls'])
})

test('several sections of a kind are one menu, a single one stands by itself', () => {
  expect(sectionsFor(['announcements-read']).map((each) => each.name)).toEqual(['Announcements'])
  const both = sectionsFor(['announcements-read', 'recording-policy-read'])
  expect(both.map((each) => each.name)).toEqual(['Recording'])
  const menu = both[0] as SectionGroup
  expect(menu.sections.map((each) => each.to)).toEqual(['/recording-policy', '/announcements'])
})

test('any of its permissions opens a section', () => {
  expect(sectionsFor(['srcs-own']).map((each) => each.name)).toEqual(['Recording'])
  expect(sectionsFor(['audit-own']).map((each) => each.name)).toEqual(['Audit trail'])
})
