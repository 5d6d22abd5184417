import { useQuery } from '@tanstack/react-query'
import {
  type AnnouncementPolicy,
  type AnnouncementReport,
  type AnnouncementRule,
  ApiError,
  api,
  type Jurisdiction,
  type Prompt,
  problem,
  unwrap,
} from '../api/client'

export const modes: Record<AnnouncementRule['mode'], string> = {
  none: 'Say nothing',
  announce: 'Announce',
  'announce-and-beep': 'Announce and beep',
  'consent-by-key': 'Consent by key',
}

export const fallbacks: Record<NonNullable<AnnouncementRule['fallback']>, string> = {
  'connect-unrecorded': 'Connect unrecorded',
  'connect-flagged': 'Connect, record and flag',
  'do-not-connect': 'Don’t connect',
}

export function usePolicy() {
  return useQuery({
    queryKey: ['announcement-policy'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/announcements/policy', { signal })),
  })
}

export function usePrompts() {
  return useQuery({
    queryKey: ['prompts'],
    queryFn: async ({ signal }) => (await unwrap(api.GET('/api/v1/announcements/prompts', { signal }))).items,
  })
}

/** What the calls of a day show; today for no day. */
export function useReport(day: string) {
  return useQuery({
    queryKey: ['announcement-report', day],
    queryFn: async ({ signal }) => {
      const query = { day: day || undefined }
      // Without a format it is never CSV
      return (await unwrap(
        api.GET('/api/v1/announcements/report', { params: { query }, signal }),
      )) as AnnouncementReport
    },
  })
}

/** Makes the next version of the policy out of the one that is shown. */
export function savePolicy(
  policy: AnnouncementPolicy,
  change: { rules?: AnnouncementRule[]; jurisdictions?: Jurisdiction[] },
) {
  return unwrap(
    api.PUT('/api/v1/announcements/policy', {
      body: {
        version: policy.version,
        rules: change.rules ?? policy.rules,
        jurisdictions: change.jurisdictions,
      },
    }),
  )
}

/** Sends a sound file; the server says what is wrong with one. */
export async function uploadPrompt(csrf: string, name: string, language: string, file: File): Promise<void> {
  const type = file.name.toLowerCase().endsWith('.flac') ? 'audio/flac' : 'audio/wav'
  const path = `${encodeURIComponent(name)}/${encodeURIComponent(language)}`
  let response: Response
  try {
    response = await fetch(`/api/v1/announcements/prompts/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': type, 'X-CSRF-Token': csrf },
      body: file,
    })
  } catch {
    throw new ApiError(0, 'The server can’t be reached. Check your connection and try again.')
  }
  if (!response.ok) throw problem(response.status, await response.json().catch(() => undefined))
}

/** Where a prompt can be heard. */
export function soundOf(prompt: Prompt): string {
  const { name, language, version } = prompt
  return `/api/v1/announcements/prompts/${name}/${language}/${version}/sound`
}

/** The conditions of a rule in one line. */
export function conditions(rule: AnnouncementRule): string {
  const parts = [
    rule.directions?.length && rule.directions.join(' or '),
    rule.countries?.length && `country ${rule.countries.join(', ')}`,
    rule.numbers?.length && `number ${rule.numbers.join(', ')}`,
    rule.teams?.length && `team ${rule.teams.join(', ')}`,
    rule.languages?.length && `language ${rule.languages.join(', ')}`,
  ].filter(Boolean)
  return parts.length > 0 ? parts.join(' · ') : 'every call'
}

/** What a rule keeps from being recorded, in one line; empty if nothing. */
export function withheld(rule: AnnouncementRule): string {
  const gate =
    rule.gate &&
    `${rule.gate.keep === 'nothing' ? 'nothing' : 'only the announcement’s channel'} kept until its end, at most ${rule.gate.limitSeconds ?? 60} s`
  const consent =
    rule.consent &&
    (rule.consent.kind === 'opt-in'
      ? `kept once key ${rule.consent.key} is pressed`
      : `until key ${rule.consent.withdrawalKey} is pressed`)
  return [gate, consent].filter(Boolean).join(' · ')
}

/** The words of a field in which several are separated by commas or spaces. */
export function words(text: string): string[] {
  return text.split(/[\s,;]+/).filter(Boolean)
}
