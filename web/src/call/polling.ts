import type { CallState } from '../api/client'

const LONGEST = 15_000

/** Updates after which a call is taken for a long one: about a quarter of an hour. */
const PATIENT_AFTER = 60
const PATIENT = 60_000

/**
 * How long to wait for the next look at a call that is not archived yet; false where nothing is to come. Never gives up: a call may take
 * hours, and its page says that it follows by itself.
 */
export function pollMillis(state: CallState | undefined, updates: number): number | false {
  if (state !== 'live' && state !== 'closed') return false
  return updates > PATIENT_AFTER ? PATIENT : Math.min(LONGEST, 2_000 * 1.3 ** updates)
}
