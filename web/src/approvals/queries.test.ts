import { expect, it } from 'vitest'
import { ordered, pending } from './queries'

it('counts what is to be decided and reviewed', () => {
  expect(pending(undefined)).toBe(0)
  expect(pending({ decide: 2, review: 1 })).toBe(3)
})

it('shows what changes before what stays', () => {
  const changes = [
    { name: 'a', before: '1', after: '1' },
    { name: 'b', before: null, after: '2' },
    { name: 'c', before: '3', after: null },
    { name: 'd', before: null, after: null },
  ]
  expect(ordered(changes).map((change) => change.name)).toEqual(['b', 'c', 'a', 'd'])
})
