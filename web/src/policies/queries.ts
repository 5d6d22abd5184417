import { useQuery } from '@tanstack/react-query'
import {
  api,
  type Persona,
  type RecordingAction,
  type RecordingPolicy,
  type RecordingRule,
  unwrap,
  type Weekday,
} from '../api/client'

export const actions: Record<RecordingAction, string> = {
  always: 'Record',
  never: 'Don’t record',
  'on-demand': 'Hold, and keep if marked',
  selective: 'Record some',
}

export const weekdays: Record<Weekday, string> = {
  monday: 'Monday',
  tuesday: 'Tuesday',
  wednesday: 'Wednesday',
  thursday: 'Thursday',
  friday: 'Friday',
  saturday: 'Saturday',
  sunday: 'Sunday',
}

export const fates: Record<'recorded' | 'held' | 'not-recorded', string> = {
  recorded: 'Recorded',
  held: 'Held on demand',
  'not-recorded': 'Not recorded',
}

/** What is being edited, before it is saved as the next version. */
export type Draft = { personas: Persona[]; rules: RecordingRule[] }

export function useRecordingPolicy() {
  return useQuery({
    queryKey: ['recording-policy'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/policies/recording', { signal })),
  })
}

/** Makes the draft the next version of the policy that it was made of. */
export function saveDraft(policy: RecordingPolicy, draft: Draft) {
  return unwrap(api.PUT('/api/v1/policies/recording', { body: { version: policy.version, ...draft } }))
}

/** Asks for a draft that may record some calls less. */
export function askForDraft(policy: RecordingPolicy, draft: Draft, reason: string) {
  return unwrap(
    api.POST('/api/v1/policies/recording/reduce', { body: { version: policy.version, ...draft, reason } }),
  )
}

/** What a rule does, in a few words. */
export function effect(rule: RecordingRule): string {
  if (rule.action === 'on-demand') return `Hold, and keep if marked within ${rule.keepMinutes} minutes`
  if (rule.action === 'selective') return `Record ${rule.percent} % of the calls`
  return actions[rule.action]
}

/** The conditions of a rule in one line. */
export function conditions(rule: RecordingRule): string {
  const hours =
    rule.from || rule.until
      ? `${rule.from?.slice(0, 5) ?? '00:00'}–${rule.until?.slice(0, 5) ?? '24:00'}`
      : ''
  const parts = [
    rule.directions?.length && rule.directions.join(' or '),
    rule.persona && `as ${rule.persona}`,
    rule.persons?.length && `person ${rule.persons.join(', ')}`,
    rule.teams?.length && `team ${rule.teams.join(', ')}`,
    rule.ownNumbers?.length && `own number ${rule.ownNumbers.join(', ')}`,
    rule.otherNumbers?.length && `other number ${rule.otherNumbers.join(', ')}`,
    rule.countries?.length && `country ${rule.countries.join(', ')}`,
    rule.weekdays?.length && rule.weekdays.map((day) => weekdays[day]).join(', '),
    hours,
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(' · ') : 'every call'
}
