import { expect, it } from 'vitest'
import { pollMillis } from './polling'

it('looks at a running call soon, then less often, and never stops', () => {
  for (const state of ['live', 'closed'] as const) {
    expect(pollMillis(state, 1)).toBeLessThan(3_000)
    expect(pollMillis(state, 20)).toBe(15_000)
    expect(pollMillis(state, 61)).toBe(60_000)
    expect(pollMillis(state, 100_000)).toBe(60_000)
  }
})

it('does not look again at a call that has its outcome', () => {
  expect(pollMillis('archived', 1)).toBe(false)
  expect(pollMillis('lost', 1)).toBe(false)
  expect(pollMillis(undefined, 0)).toBe(false)
})
