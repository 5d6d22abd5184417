import { useQuery } from '@tanstack/react-query'
import {
  api,
  type NewSubjectRequest,
  type SubjectDecision,
  type SubjectRequest,
  type SubjectRequestItem,
  type SubjectSpan,
  unwrap,
} from '../api/client'

export const kinds: Record<SubjectRequest['kind'], string> = {
  access: 'Access: a copy (article 15)',
  restriction: 'Restriction (article 18)',
  objection: 'Objection (article 21)',
  erasure: 'Erasure (article 17)',
}

export const states: Record<SubjectRequest['state'], string> = {
  received: 'Received; who asks is to be made sure of',
  identified: 'Who asks is known; recordings are to be looked for',
  found: 'To be decided',
  decided: 'Decided; to be done',
  executing: 'Being done',
  done: 'Done',
  refused: 'Refused',
  withdrawn: 'Withdrawn',
}

export const decisions: Record<SubjectDecision, string> = {
  release: 'In the copy',
  restrict: 'Restrict',
  erase: 'Erase',
  decline: 'Decline',
}

/** What may be decided of a recording. */
export const possible: Record<SubjectRequest['kind'], SubjectDecision[]> = {
  access: ['release', 'decline'],
  restriction: ['restrict', 'decline'],
  objection: ['erase', 'restrict', 'decline'],
  erasure: ['erase', 'restrict', 'decline'],
}

export const outcomes: Record<SubjectRequestItem['outcome'], string> = {
  pending: 'Not done yet',
  released: 'Released',
  restricted: 'Restricted',
  erased: 'Erased',
  declined: 'Declined',
  gone: 'Deleted before',
}

const ONE = '/api/v1/subject-requests/{request}'

export function useRequests(state: 'open' | 'closed') {
  return useQuery({
    queryKey: ['subject-requests', state],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/subject-requests', { params: { query: { state, limit: 200 } }, signal })),
  })
}

export function useItems(request: string) {
  return useQuery({
    queryKey: ['subject-requests', 'items', request],
    queryFn: ({ signal }) =>
      unwrap(api.GET(`${ONE}/items`, { params: { path: { request }, query: { limit: 100 } }, signal })),
  })
}

const at = (request: string) => ({ path: { request } })

export function open(body: NewSubjectRequest) {
  return unwrap(api.POST('/api/v1/subject-requests', { body }))
}

export function extend(request: string, reason: string) {
  return unwrap(api.POST(`${ONE}/extend`, { params: at(request), body: { reason } }))
}

export function identify(request: string, method: string) {
  return unwrap(api.POST(`${ONE}/identity`, { params: at(request), body: { method } }))
}

export function find(request: string) {
  return unwrap(api.POST(`${ONE}/find`, { params: at(request), body: {} }))
}

export function decide(request: string, decision: SubjectDecision, reason: string, recordings?: string[]) {
  return unwrap(
    api.POST(`${ONE}/decisions`, {
      params: at(request),
      body: { decision, ...(reason.trim() ? { reason } : {}), ...(recordings ? { recordings } : {}) },
    }),
  )
}

export function execute(request: string) {
  return unwrap(api.POST(`${ONE}/execute`, { params: at(request), body: {} }))
}

export function askErasure(request: string, reason: string) {
  return unwrap(api.POST(`${ONE}/erasure`, { params: at(request), body: { reason } }))
}

export function askRelease(request: string, reason: string, days: number, downloads: number) {
  return unwrap(api.POST(`${ONE}/copy/release`, { params: at(request), body: { reason, days, downloads } }))
}

export function drawCode(request: string) {
  return unwrap(api.POST(`${ONE}/copy/code`, { params: at(request) }))
}

export function close(request: string, state: 'done' | 'refused' | 'withdrawn', note: string) {
  return unwrap(api.POST(`${ONE}/close`, { params: at(request), body: { state, note } }))
}

export function plan(request: string, id: string, opened: SubjectSpan[], masked: SubjectSpan[]) {
  return unwrap(
    api.PUT(`${ONE}/items/{id}/plan`, { params: { path: { request, id } }, body: { opened, masked } }),
  )
}

/** Spans as people write them, one a line: channel (1, 2 … or all), from, to, reason. */
export function spansOf(text: string): SubjectSpan[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const match = /^(all|[1-8])\s+(\d+):([0-5]\d)\s*[-–]\s*(\d+):([0-5]\d)\s+(.+)$/.exec(line)
      if (!match)
        throw new Error(
          `“${line}”: a channel, from–to and a reason are needed, as in “2 0:05–0:12 card number”.`,
        )
      const [, channel = '', fromMin, fromSec, toMin, toSec, reason = ''] = match
      return {
        channel: channel === 'all' ? null : Number(channel) - 1,
        fromMs: (Number(fromMin) * 60 + Number(fromSec)) * 1000,
        toMs: (Number(toMin) * 60 + Number(toSec)) * 1000,
        reason,
      }
    })
}

const time = (ms: number) =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1000) % 60).padStart(2, '0')}`

export function spansText(spans: SubjectSpan[]): string {
  return spans
    .map(
      (span) =>
        `${span.channel == null ? 'all' : span.channel + 1} ${time(span.fromMs)}–${time(span.toMs)} ${span.reason}`,
    )
    .join('\n')
}
