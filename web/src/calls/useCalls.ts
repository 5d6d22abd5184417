import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { api, type RecordingQuery, unwrap } from '../api/client'

const PAGE = 100

/** The calls that match, page by page, newest first. */
export function useCalls(query: RecordingQuery) {
  return useInfiniteQuery({
    queryKey: ['calls', query],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/recordings', {
          params: { query: { ...query, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: keepPreviousData,
  })
}
