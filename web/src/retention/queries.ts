import { useQuery } from '@tanstack/react-query'
import { api, type NewRetentionPolicy, type RetentionPolicy, type RetentionRule, unwrap } from '../api/client'
import { directions } from '../lib/words'

/** What is changed before it is saved. */
export type Draft = Pick<RetentionPolicy, 'standard' | 'rules' | 'settlingDays' | 'extending'>

export const licences: Record<NonNullable<RetentionRule['licences']>[number], string> = {
  standard: 'Standard licence',
  extended: 'Extended licence',
}

export function usePolicy() {
  return useQuery({
    queryKey: ['retention-policy'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/policies/retention', { signal })),
  })
}

/** How far the store’s locks are; asked for again while some wait. */
export function useLocks() {
  return useQuery({
    queryKey: ['retention-policy', 'locks'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/policies/retention/locks', { signal })),
    refetchInterval: (query) => (query.state.data?.waiting ? 30_000 : false),
  })
}

/** Ends the tenant’s trial. */
export function goLive(signedBy: string, reason: string) {
  return unwrap(api.POST('/api/v1/policies/retention/go-live', { body: { signedBy, reason } }))
}

/** Asks for locks that nobody can pass. */
export function askForCompliance(existing: boolean, reason: string) {
  return unwrap(
    api.POST('/api/v1/policies/retention/lock-mode', { body: { mode: 'compliance', existing, reason } }),
  )
}

function body(policy: RetentionPolicy, draft: Draft): NewRetentionPolicy {
  const { standard, rules, settlingDays, extending } = draft
  return { version: policy.version, standard, rules, settlingDays, extending }
}

export function simulate(policy: RetentionPolicy, draft: Draft) {
  return unwrap(api.POST('/api/v1/policies/retention/simulate', { body: body(policy, draft) }))
}

export function save(policy: RetentionPolicy, draft: Draft) {
  return unwrap(api.PUT('/api/v1/policies/retention', { body: body(policy, draft) }))
}

/** Asks for a policy that may keep some calls for a shorter time. */
export function askFor(policy: RetentionPolicy, draft: Draft, reason: string) {
  return unwrap(api.POST('/api/v1/policies/retention/shorten', { body: { ...body(policy, draft), reason } }))
}

/** A class in words. */
export function time(keep: string): string {
  return keep === 'indefinite' ? 'Without an end' : keep.replace('-', ' ')
}

/** To which calls a rule applies, in words. */
export function conditions(rule: RetentionRule): string {
  const parts = [
    ...(rule.directions ?? []).map((each) => directions[each]),
    ...(rule.licences ?? []).map((each) => licences[each]),
  ]
  if (rule.teams?.length) parts.push(`teams ${rule.teams.join(', ')}`)
  if (rule.numbers?.length) parts.push(`numbers ${rule.numbers.join(', ')}`)
  if (rule.tags?.length) parts.push(`tags ${rule.tags.join(', ')}`)
  return parts.length === 0 ? 'All calls' : parts.join('; ')
}

/** The tags of a list that somebody typed; a tag may have blanks inside. */
export function tagList(text: string): string[] {
  return text
    .split(/[,;]+/)
    .map((tag) => tag.trim())
    .filter(Boolean)
}

/** The words of a list that somebody typed. */
export function words(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean)
}
