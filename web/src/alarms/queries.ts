import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { type AlarmSeverity, type AlarmSummary, api, unwrap } from '../api/client'

/** The most severe first. */
export const severities: AlarmSeverity[] = ['critical', 'major', 'minor', 'warning']

/** How many alarms are open, asked for once a minute. */
export function useAlarmSummary() {
  return useQuery({
    queryKey: ['alarms', 'summary'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/alarms/summary', { signal })),
    refetchInterval: 60_000,
  })
}

export function useAlarms(all: boolean, severity: AlarmSeverity | '') {
  return useInfiniteQuery({
    queryKey: ['alarms', 'list', all, severity],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/alarms', {
          params: {
            query: {
              state: all ? 'all' : 'open',
              ...(severity ? { severity } : {}),
              ...(pageParam ? { cursor: pageParam } : {}),
            },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

export function useSilences() {
  return useQuery({
    queryKey: ['alarms', 'silences'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/alarms/silences', { signal })),
    select: (data) => data.items,
  })
}

/** Of the alarms that nobody has acknowledged: how many, and the worst of them. */
export function unseen(summary: AlarmSummary): { count: number; worst: AlarmSeverity } | undefined {
  const worst = severities.find((severity) => summary[severity].unacknowledged > 0)
  if (!worst) return undefined
  return { count: severities.reduce((sum, each) => sum + summary[each].unacknowledged, 0), worst }
}
