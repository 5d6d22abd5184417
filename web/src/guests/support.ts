import type { SupportRequest } from '../api/client'
import { guestStates } from '../lib/words'

type State = { label: string; color: 'success' | 'warning' | 'danger' | 'informative' | 'brand' }

/** What became of a request of support. */
export function supportState(request: SupportRequest): State {
  if (request.state) return guestStates[request.state]
  switch (request.decision) {
    case 'refused':
      return { label: 'Refused', color: 'danger' }
    case 'withdrawn':
      return { label: 'Withdrawn', color: 'informative' }
    default:
      return { label: 'Waits for the tenant', color: 'warning' }
  }
}
