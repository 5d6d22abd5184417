import { useQuery } from '@tanstack/react-query'
import { type Approval, type ApprovalSummary, api, unwrap } from '../api/client'

export type Scope = 'decide' | 'asked' | 'all'

/** How much there is to decide and to review, asked for once a minute. */
export function useApprovalSummary() {
  return useQuery({
    queryKey: ['approvals', 'summary'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/approvals/summary', { signal })),
    refetchInterval: 60_000,
  })
}

export function useApprovals(scope: Scope, all: boolean) {
  return useQuery({
    queryKey: ['approvals', 'list', scope, all],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/approvals', {
          params: { query: { scope, state: all ? 'all' : 'open', limit: 500 } },
          signal,
        }),
      ),
    select: (data) => data.items,
  })
}

export function useDelegations() {
  return useQuery({
    queryKey: ['approvals', 'delegations'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/approvals/delegations', { signal })),
  })
}

export function useBreakGlassUses() {
  return useQuery({
    queryKey: ['approvals', 'break-glass'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/break-glass', { signal })),
    select: (data) => data.items,
  })
}

/** All that waits for the asking person; 0 if that is unknown. */
export function pending(summary: ApprovalSummary | undefined): number {
  return summary ? summary.decide + summary.review : 0
}

/** The facts that differ, then those that stay; of one kind in the order in which they come. */
export function ordered(changes: Approval['changes']): Approval['changes'] {
  const differs = (change: Approval['changes'][number]) => change.before !== change.after
  return [...changes.filter(differs), ...changes.filter((change) => !differs(change))]
}
