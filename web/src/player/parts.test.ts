import { describe, expect, it } from 'vitest'
import { numbered, partsOf, placeOf, positionOf } from './parts'

const listed = [
  { part: 1, startMs: 0, durationMs: 3750, size: 10 },
  { part: 2, startMs: 3750, durationMs: 3750, size: 10 },
  { part: 3, startMs: 7500, durationMs: 2500, size: 10 },
]
const call = (parts: typeof listed) => ({ id: 'x', archive: { durationMs: 10_000 } as never, parts })
const parts = partsOf(call(listed))

describe('the parts of a call', () => {
  it('each have an address, and the first that of an ordinary call', () => {
    expect(parts.map((part) => part.source)).toEqual([
      '/api/v1/recordings/x/media',
      '/api/v1/recordings/x/media?part=2',
      '/api/v1/recordings/x/media?part=3',
    ])
    expect(numbered(1)).toBe('')
    expect(numbered(2, 'download=true')).toBe('?download=true&part=2')
  })

  it('are one as long as the call where the server could not list them', () => {
    expect(partsOf(call([]))).toEqual([
      { number: 1, start: 0, length: 10, source: '/api/v1/recordings/x/media' },
    ])
  })
})

describe('a position of the call', () => {
  it('lies in one part, and where two meet in the later one', () => {
    expect(placeOf(parts, 0)).toEqual({ index: 0, offset: 0 })
    expect(placeOf(parts, 3.749).index).toBe(0)
    expect(placeOf(parts, 3.75)).toEqual({ index: 1, offset: 0 })
    expect(placeOf(parts, 5)).toEqual({ index: 1, offset: 1.25 })
    expect(placeOf(parts, 7.5)).toEqual({ index: 2, offset: 0 })
  })

  it('before the beginning is the beginning, and behind the end the end', () => {
    expect(placeOf(parts, -1)).toEqual({ index: 0, offset: 0 })
    expect(placeOf(parts, 10)).toEqual({ index: 2, offset: 2.5 })
    expect(placeOf(parts, 99)).toEqual({ index: 2, offset: 2.5 })
    expect(placeOf([], 3)).toEqual({ index: 0, offset: 0 })
  })

  it('comes back from the part and the place in it', () => {
    for (const seconds of [0, 1, 3.75, 5, 7.5, 9.999, 10]) {
      const { index, offset } = placeOf(parts, seconds)
      expect(positionOf(parts, index, offset)).toBeCloseTo(seconds, 9)
    }
    expect(positionOf(parts, 2, 2.5002)).toBe(10)
  })
})
