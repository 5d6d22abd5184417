import { expect, it } from 'vitest'
import { movedUp } from './order'

it('moves one row before the one above it and leaves the others', () => {
  const rows = ['a', 'b', 'c']
  expect(movedUp(rows, 2)).toEqual(['a', 'c', 'b'])
  expect(movedUp(rows, 1)).toEqual(['b', 'a', 'c'])
  expect(rows).toEqual(['a', 'b', 'c'])
})
