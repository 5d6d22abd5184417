import { expect, it } from 'vitest'
import type { Mark } from '../api/client'
import { drawn } from './marks'

const mark = (fromMs: number, toMs: number, side = 'left', cause: Mark['cause'] = 'loss'): Mark => ({
  side,
  fromMs,
  toMs,
  cause,
})

it('marks that are closer than the eye sees are drawn as one', () => {
  // 0.2 % of 100 s are 200 ms.
  expect(drawn([mark(1000, 1020), mark(1219, 1240), mark(1441, 1500)], 100)).toEqual([
    mark(1000, 1240),
    mark(1441, 1500),
  ])
})

it('marks of another side or cause stay apart, and the given ones as they are', () => {
  const given = [
    mark(1000, 1020),
    mark(1020, 1040, 'right'),
    mark(1030, 1050, 'left', 'pause'),
    mark(1040, 1060),
  ]
  expect(drawn(given, 100)).toEqual([
    mark(1000, 1060),
    mark(1020, 1040, 'right'),
    mark(1030, 1050, 'left', 'pause'),
  ])
  expect(given[0]).toEqual(mark(1000, 1020))
})

it('a mark inside another does not shorten it, whatever the order', () => {
  expect(drawn([mark(2000, 2100), mark(0, 5000)], 100)).toEqual([mark(0, 5000)])
})

it('a hundred thousand marks become few enough to draw', () => {
  const everywhere = Array.from({ length: 100_000 }, (_, n) => mark(n * 72, n * 72 + 20))
  expect(drawn(everywhere, 7200)).toEqual([mark(0, 99_999 * 72 + 20)])
  // As far apart as must be for none to touch.
  const spread = Array.from({ length: 100_000 }, (_, n) => mark(n * 72, n * 72, n % 200 ? 'left' : 'right'))
  expect(drawn(spread, 7200).length).toBeLessThanOrEqual(501)
})

it('a call without length has its marks, too', () => {
  expect(drawn([mark(0, 10)], 0)).toEqual([mark(0, 10)])
  expect(drawn([], 10)).toEqual([])
})
