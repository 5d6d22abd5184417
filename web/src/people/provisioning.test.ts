import { expect, it } from 'vitest'
import type { ImportResult, ProvisioningHold } from '../api/client'
import { holdText, importText, waiting } from './provisioning'

const hold: ProvisioningHold = {
  id: 'h',
  openedAt: '2026-11-21T10:00:00Z',
  active: 70,
  removed: 7,
  allowed: 7,
  people: [{ id: 'u', name: 'ana', displayName: 'Ana Ruiz' }],
  decidedAt: null,
  decidedBy: null,
  further: null,
}
const result: ImportResult = {
  kind: 'people',
  rows: 3,
  applied: false,
  badCount: 0,
  bad: [],
  changeCount: 0,
  changes: [],
}

it('finds the hold that waits', () => {
  expect(waiting([{ ...hold, id: 'old', decidedAt: '2026-11-20T10:00:00Z', further: 0 }, hold])?.id).toBe('h')
  expect(waiting([])).toBeUndefined()
})

it('says what a hold is about', () => {
  expect(holdText(hold)).toContain('7 of 70 people')
  expect(holdText(hold)).toContain('One more is to follow so far: Ana Ruiz.')
  const many = { ...hold, people: Array.from({ length: 12 }, (_, i) => ({ ...hold.people[0], id: `${i}` })) }
  expect(holdText(many as ProvisioningHold)).toContain('12 more are to follow')
  expect(holdText(many as ProvisioningHold)).toContain(' ….')
})

it('says what a file would change', () => {
  expect(importText(result)).toContain('nothing to change')
  expect(importText({ ...result, changeCount: 1 })).toBe('Of 3 rows one changes something.')
  expect(importText({ ...result, changeCount: 2 })).toBe('Of 3 rows 2 change something.')
  expect(importText({ ...result, badCount: 1 })).toContain('One cell is wrong')
})
