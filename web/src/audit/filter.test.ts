import { expect, it } from 'vitest'
import { isFiltered, noFilter, queryOf, recordingOf } from './filter'

const id = '0193a1b2-0000-7000-8000-000000000002'

it('asks for what is filled in only', () => {
  expect(queryOf(noFilter)).toEqual({})
  expect(isFiltered({ ...noFilter, actor: ' ' })).toBe(false)
  expect(queryOf({ ...noFilter, actor: ' user:ana@acme ' })).toEqual({ actor: 'user:ana@acme' })
})

it('names a recording by its id', () => {
  expect(queryOf({ ...noFilter, object: id.toUpperCase() })).toEqual({ object: `recording:${id}` })
  expect(queryOf({ ...noFilter, object: 'src:sbc-1' })).toEqual({ object: 'src:sbc-1' })
  expect(recordingOf(`recording:${id}`)).toBe(id)
  expect(recordingOf('src:sbc-1')).toBeUndefined()
})

it('asks for whole days of this browser', () => {
  const { from, to } = queryOf({ ...noFilter, from: '2026-11-20', to: '2026-11-20' })
  expect(Date.parse(String(to)) - Date.parse(String(from))).toBe(86_400_000)
  expect(new Date(String(from)).getHours()).toBe(0)
})
