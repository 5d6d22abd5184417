import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type LegalHold, type NewLegalHold, unwrap } from '../api/client'
import { formatInstant } from '../lib/format'
import { directions } from '../lib/words'

export type HoldState = 'in-force' | 'released'
export type NewScope = NewLegalHold['scope']

export function useHolds(state: HoldState) {
  return useInfiniteQuery({
    queryKey: ['holds', state],
    queryFn: ({ signal, pageParam }) =>
      unwrap(api.GET('/api/v1/holds', { params: { query: { state, cursor: pageParam } }, signal })),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  })
}

export function useHold(hold: string) {
  return useQuery({
    queryKey: ['holds', 'one', hold],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/holds/{hold}', { params: { path: { hold } }, signal })),
  })
}

export function useRecordings(hold: string) {
  return useInfiniteQuery({
    queryKey: ['hold-recordings', hold],
    queryFn: ({ signal, pageParam }) =>
      unwrap(
        api.GET('/api/v1/holds/{hold}/recordings', {
          params: { path: { hold }, query: { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
  })
}

/** What a hold would be on now. */
export function preview(scope: NewScope) {
  return unwrap(api.POST('/api/v1/holds/preview', { body: { scope } }))
}

export function place(hold: NewLegalHold) {
  return unwrap(api.POST('/api/v1/holds', { body: hold }))
}

/** Asks another person to release a hold. */
export function askForRelease(hold: string, reason: string) {
  return unwrap(api.POST('/api/v1/holds/{hold}/release', { params: { path: { hold } }, body: { reason } }))
}

/** Which calls a hold is on, in words. */
export function scopeWords({ scope }: LegalHold, zone: string): string[] {
  const { query } = scope
  const found = query && [
    query.text && `“${query.text}”`,
    query.number && `number ${query.number}`,
    query.person && `person ${query.person}`,
    query.team && `team ${query.team}`,
    query.direction && directions[query.direction],
    query.callId && `call id ${query.callId}`,
  ]
  const any = [
    ...scope.persons.map(({ name }) => name),
    ...scope.teams.map(({ name }) => `team ${name}`),
    ...scope.numbers.map((number) => `number ${number}`),
    ...(found ? [`found by ${found.filter(Boolean).join(', ')}`] : []),
    ...(scope.recordings.length > 0 ? [`${scope.recordings.length} single recordings`] : []),
  ]
  return [
    any.length > 0 ? any.join('; ') : 'All calls',
    ...(scope.from ? [`from ${formatInstant(scope.from, zone)}`] : []),
    ...(scope.until ? [`until ${formatInstant(scope.until, zone)}`] : []),
  ]
}
