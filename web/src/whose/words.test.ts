import { expect, it } from 'vitest'
import { effectText } from './words'

const nothing = { applied: false, changed: true, recordings: 0, cdrRows: 0, grants: 0, locks: 0, heard: [] }

it('says what a change does to calls that were', () => {
  expect(effectText({ ...nothing, changed: false })).toContain('so already')
  expect(effectText(nothing)).toContain('No call')
  const heard = { recording: 'r', who: 'user:ana@acme', action: 'recording.play', at: '2026-11-20T09:00:00Z' }
  expect(effectText({ ...nothing, recordings: 1, cdrRows: 1, grants: 2, locks: 1, heard: [heard] })).toBe(
    'It re-attributes one recording and writes one CDR row again; 2 grants in force on people or teams reach other calls than before; one recording lies under a lock, which stays as it is. Until now they were played or downloaded one time.',
  )
})
