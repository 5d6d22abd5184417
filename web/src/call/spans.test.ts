import { expect, test } from 'vitest'
import { parseSpans, spansText } from './spans'

test('spans are read as they are typed, and shown as people read them', () => {
  const spans = parseSpans('1:05-1:20.5 left, 62:00–62:03\n1:02:03.250-2:00:00 left+right')
  expect(spans).toEqual([
    { fromMs: 65_000, toMs: 80_500, sides: ['left'] },
    { fromMs: 3_720_000, toMs: 3_723_000 },
    { fromMs: 3_723_250, toMs: 7_200_000, sides: ['left', 'right'] },
  ])
  expect(spansText(spans)).toBe('1:05–1:20.500 left, 1:02:00–1:02:03, 1:02:03.250–2:00:00 left and right')
  expect(parseSpans('  ')).toEqual([])
})

test('what is wrong is said', () => {
  expect(() => parseSpans('65-80')).toThrow('is no span')
  expect(() => parseSpans('1:05-1:05')).toThrow('ends before it begins')
  expect(() => parseSpans('1:05-1:06 middle')).toThrow('no side')
})
