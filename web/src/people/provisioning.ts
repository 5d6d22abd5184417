import { useQuery } from '@tanstack/react-query'
import { api, type ImportResult, type ProvisioningHold, unwrap } from '../api/client'

export function useHolds() {
  return useQuery({
    queryKey: ['provisioning-holds'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/provisioning/holds', { signal })),
    select: (data) => data.items,
  })
}

export function useRemovals() {
  return useQuery({
    queryKey: ['provisioning-removals'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/provisioning/removals', { signal })),
    select: (data) => data.items,
  })
}

export function useTokens(user: string) {
  return useQuery({
    queryKey: ['tokens', user],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/users/{user}/tokens', { params: { path: { user } }, signal })),
    select: (data) => data.items,
  })
}

/** The hold that waits for a decision; there is one at most. */
export function waiting(holds: ProvisioningHold[]): ProvisioningHold | undefined {
  return holds.find((hold) => hold.decidedAt === null)
}

/** What a hold is about, in a sentence. */
export function holdText(hold: ProvisioningHold): string {
  const asked = hold.people.length
  return `Within an hour ${hold.removed} of ${hold.active} people were put out of use, and no more than ${
    hold.allowed
  } may be without being asked about. ${asked === 1 ? 'One more is' : `${asked} more are`} to follow so far: ${hold.people
    .slice(0, 10)
    .map((person) => person.displayName)
    .join(', ')}${asked > 10 ? ' …' : ''}.`
}

/** What a file would change, or why it can’t be taken, in a sentence. */
export function importText(result: Pick<ImportResult, 'badCount' | 'changeCount' | 'rows'>): string {
  if (result.badCount > 0) {
    return result.badCount === 1
      ? 'One cell is wrong, so nothing of the file can be taken.'
      : `${result.badCount} cells are wrong, so nothing of the file can be taken.`
  }
  if (result.changeCount === 0) {
    return `All ${result.rows} rows are so already: there is nothing to change.`
  }
  return `Of ${result.rows} rows ${result.changeCount === 1 ? 'one changes' : `${result.changeCount} change`} something.`
}
