import { useQuery } from '@tanstack/react-query'
import { api, type DeliveryReceipt, type TenantClosing, unwrap } from '../api/client'

/** How far a closing is. */
export const states: Record<TenantClosing['state'], string> = {
  announced: 'Announced',
  stopped: 'Stopped, being delivered',
  exported: 'Delivered, to be verified',
  'read-only': 'Read-only',
  closed: 'Closed',
}

export const keys: Record<TenantClosing['keys'], string> = {
  keep: 'Kept until the last recording is gone',
  'hand-over': 'The customer’s alone, once it has verified',
}

/** Of all tenants, for operators. */
export function useClosings() {
  return useQuery({
    queryKey: ['closing', 'all'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/platform/closings', { signal })),
    refetchInterval: 60_000,
  })
}

/** Of one’s own tenant. */
export function useClosing(enabled: boolean) {
  return useQuery({
    queryKey: ['closing', 'own'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/closing', { signal })),
    enabled,
    refetchInterval: 60_000,
  })
}

export function askToClose(tenant: string, stopAt: string, keep: TenantClosing['keys'], reason: string) {
  return unwrap(
    api.POST('/api/v1/platform/closings/{tenant}', {
      params: { path: { tenant } },
      body: { stopAt, keys: keep, reason },
    }),
  )
}

export function withdraw(tenant: string) {
  return unwrap(api.DELETE('/api/v1/platform/closings/{tenant}', { params: { path: { tenant } } }))
}

/** A file with the tenant’s private keys, and its password. */
export function exportKeys() {
  return unwrap(api.POST('/api/v1/closing/keys'))
}

export function verify(receipt: string) {
  return unwrap(api.POST('/api/v1/closing/verification', { body: JSON.parse(receipt) as DeliveryReceipt }))
}

/** Whether it is a receipt as far as its form goes. */
export function isReceipt(text: string): boolean {
  try {
    return typeof (JSON.parse(text) as DeliveryReceipt).inventorySha256 === 'string'
  } catch {
    return false
  }
}
