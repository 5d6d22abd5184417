import { expect, it } from 'vitest'
import { moveActive } from './tableKeys'

it('arrows stop at the first and the last row', () => {
  expect(moveActive('ArrowUp', 0, 9, 5)).toBe(0)
  expect(moveActive('ArrowDown', 0, 9, 5)).toBe(1)
  expect(moveActive('ArrowDown', 9, 9, 5)).toBe(9)
})

it('pages, home and end jump inside the list', () => {
  expect(moveActive('PageDown', 3, 9, 5)).toBe(8)
  expect(moveActive('PageDown', 8, 9, 5)).toBe(9)
  expect(moveActive('PageUp', 3, 9, 5)).toBe(0)
  expect(moveActive('Home', 7, 9, 5)).toBe(0)
  expect(moveActive('End', 0, 9, 5)).toBe(9)
})

it('other keys, and an empty list, move nothing', () => {
  expect(moveActive('a', 0, 9, 5)).toBeUndefined()
  expect(moveActive('ArrowDown', 0, -1, 5)).toBeUndefined()
})
