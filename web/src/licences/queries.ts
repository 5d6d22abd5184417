import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api, type LicenceStatus, unwrap } from '../api/client'

export const licences: Record<LicenceStatus['licence'], string> = {
  standard: 'Standard',
  extended: 'Extended',
}

export const states: Record<
  LicenceStatus['state'],
  { label: string; color: 'success' | 'warning' | 'danger' }
> = {
  active: { label: 'Active', color: 'success' },
  'over-use': { label: 'Over-use', color: 'warning' },
  grace: { label: 'Grace', color: 'warning' },
  suspended: { label: 'Suspended', color: 'danger' },
  ended: { label: 'Ended', color: 'danger' },
}

/** Of one’s own tenant, or of all for operators. */
export function useLicences(platform: boolean) {
  return useQuery({
    queryKey: ['licences', platform],
    queryFn: ({ signal }) =>
      unwrap(
        platform ? api.GET('/api/v1/platform/licences', { signal }) : api.GET('/api/v1/licences', { signal }),
      ),
  })
}

/** The extensions that were recorded in a month, such as 2026-11. */
export function useExtensions(month: string) {
  return useInfiniteQuery({
    queryKey: ['licences', 'extensions', month],
    enabled: /^\d{4}-\d{2}$/.test(month),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/licences/extensions', {
          params: { query: { month, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })
}

export type Terms = {
  extensions: number
  until: string | null
  graceDays: number
  suspended: boolean
  stopsRecording: boolean
}

/** Sets what a tenant has of a class. */
export function setTerms(tenant: string, licence: LicenceStatus['licence'], terms: Terms) {
  return unwrap(
    api.PUT('/api/v1/platform/licences/{tenant}/{licence}', {
      params: { path: { tenant, licence } },
      body: terms,
    }),
  )
}

/** Asks another operator for the same, so that recording may stop. */
export function askToStop(
  tenant: string,
  licence: LicenceStatus['licence'],
  terms: Terms & { reason: string },
) {
  return unwrap(
    api.POST('/api/v1/platform/licences/{tenant}/{licence}/stop', {
      params: { path: { tenant, licence } },
      body: terms,
    }),
  )
}
