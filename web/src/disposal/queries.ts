import { useQuery } from '@tanstack/react-query'
import { api, type DisposalRun, type DisposalSettings, type NewDisposalSettings, unwrap } from '../api/client'

export const modes: Record<DisposalSettings['mode'], string> = {
  off: 'Off: nothing is deleted',
  'by-approval': 'By approval: two people decide on each run',
  automatic: 'Automatic: after 30 days, unless an officer objects',
}

export const fates: Record<DisposalSettings['cdr'], string> = {
  kept: 'Kept as it is',
  tokenised: 'Kept without places, persons and dialogs',
  removed: 'Removed',
}

export const runStates: Record<DisposalRun['state'], string> = {
  announced: 'Announced',
  running: 'Running',
  done: 'Done',
  stopped: 'Stopped',
}

export const itemStates: Record<DisposalRun['counts'][number]['state'], string> = {
  due: 'Due',
  vetoed: 'Objected to',
  kept: 'Kept',
  refused: 'Refused by the store',
  falling: 'Being deleted',
  gone: 'Gone',
}

export function useSettings() {
  return useQuery({
    queryKey: ['disposal'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/disposal/settings', { signal })),
  })
}

export function usePreview() {
  return useQuery({
    queryKey: ['disposal-preview'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/disposal/preview', { signal })),
  })
}

export function useRuns() {
  return useQuery({
    queryKey: ['disposal-runs'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/disposal/runs', { signal })),
  })
}

export function useItems(run: string) {
  return useQuery({
    queryKey: ['disposal-items', run],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/disposal/runs/{run}/items', {
          params: { path: { run }, query: { limit: 200 } },
          signal,
        }),
      ),
  })
}

export function save(settings: NewDisposalSettings) {
  return unwrap(api.PUT('/api/v1/disposal/settings', { body: settings }))
}

/** Asks another person for what lets more be deleted. */
export function askForSettings(settings: NewDisposalSettings) {
  return unwrap(api.POST('/api/v1/disposal/settings/ask', { body: settings }))
}

/** Asks another person to let a run begin. */
export function askForRun(run: string, reason: string) {
  return unwrap(
    api.POST('/api/v1/disposal/runs/{run}/approval', { params: { path: { run } }, body: { reason } }),
  )
}

export function veto(id: string, reason: string) {
  return unwrap(api.POST('/api/v1/disposal/items/{id}/veto', { params: { path: { id } }, body: { reason } }))
}
