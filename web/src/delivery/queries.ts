import { useQuery } from '@tanstack/react-query'
import { api, type DeliveryTargetWanted, unwrap } from '../api/client'

export const kinds = { s3: 'S3 bucket', sftp: 'SFTP server', folder: 'Folder on this machine' } as const

export type Kind = keyof typeof kinds

/** How far each target is; anew every ten seconds. */
export function useDeliveries() {
  return useQuery({
    queryKey: ['deliveries'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/deliveries', { signal })),
    refetchInterval: 10_000,
  })
}

export function useTargets() {
  return useQuery({
    queryKey: ['delivery-targets'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/deliveries/targets', { signal })),
  })
}

/** Has a target tried out, and asks a second person for it. */
export function askFor(target: string, body: DeliveryTargetWanted) {
  return unwrap(api.PUT('/api/v1/deliveries/targets/{target}', { params: { path: { target } }, body }))
}

export function remove(target: string) {
  return unwrap(api.DELETE('/api/v1/deliveries/targets/{target}', { params: { path: { target } } }))
}

export function pause(target: string, paused: boolean) {
  const path = { params: { path: { target } } }
  return unwrap(
    paused
      ? api.POST('/api/v1/deliveries/targets/{target}/pause', path)
      : api.POST('/api/v1/deliveries/targets/{target}/resume', path),
  )
}
