import { expect, it } from 'vitest'
import type { AlarmSummary } from '../api/client'
import { unseen } from './queries'

const none: AlarmSummary = {
  critical: { open: 0, unacknowledged: 0 },
  major: { open: 0, unacknowledged: 0 },
  minor: { open: 0, unacknowledged: 0 },
  warning: { open: 0, unacknowledged: 0 },
}

it('counts what nobody has acknowledged, and names the worst of it', () => {
  expect(unseen(none)).toBeUndefined()
  expect(unseen({ ...none, critical: { open: 3, unacknowledged: 0 } })).toBeUndefined()
  expect(
    unseen({
      ...none,
      critical: { open: 3, unacknowledged: 0 },
      major: { open: 1, unacknowledged: 1 },
      warning: { open: 9, unacknowledged: 4 },
    }),
  ).toEqual({ count: 5, worst: 'major' })
})
