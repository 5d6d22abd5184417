import { app, authentication } from '@microsoft/teams-js'
import { api, type Session, unwrap } from '../api/client'
import { keep, kept } from '../lib/storage'

let started: Promise<void> | undefined

/** Makes itself known to Teams, which else shows no page; once. */
export function start(): Promise<void> {
  started ??= unwrap(api.GET('/api/v1/teams-tab')).then(({ origins }) => app.initialize(origins))
  return started
}

/** Whose tab it is, as its address says, which the app's manifest gives. */
export type Tab = { tenant: string; provider: string }

const KEY = 'earwitness-teams-tab'

/** The tab's own address has it; a page that is loaded anew further on remembers it. */
export function tab(): Tab {
  const parameters = new URLSearchParams(location.search)
  const given = { tenant: parameters.get('tenant'), provider: parameters.get('provider') }
  if (given.tenant && given.provider) {
    keep('sessionStorage', KEY, JSON.stringify(given))
    return { tenant: given.tenant, provider: given.provider }
  }
  const before = kept('sessionStorage', KEY)
  return before ? (JSON.parse(before) as Tab) : { tenant: '', provider: '' }
}

/** Signs in with what Teams says of the person, without a word, where the company allows that. */
export async function signInByTeams({ tenant, provider }: Tab): Promise<Session> {
  await start()
  const token = await authentication.getAuthToken({ silent: true })
  return unwrap(api.POST('/api/v1/teams-tab/session', { body: { tenant, provider, token } }))
}

/** Signs in at the identity provider, in a window of its own: such pages are in nobody's frame. */
export async function signInByWindow({ tenant, provider }: Tab): Promise<Session> {
  await start()
  const verifier = base64url(crypto.getRandomValues(new Uint8Array(32)))
  const challenge = base64url(
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))),
  )
  const url = new URL(
    `/sign-in/oidc/${encodeURIComponent(tenant)}/${encodeURIComponent(provider)}?teams=${challenge}`,
    location.origin,
  )
  const code = await authentication.authenticate({ url: url.toString(), width: 600, height: 640 })
  return unwrap(api.POST('/api/v1/teams-tab/pop-up-session', { body: { code, verifier } }))
}

/** Tells the tab how it went in this window, which Teams closes then. */
export async function tellTab(): Promise<void> {
  await start()
  const code = new URLSearchParams(location.hash.slice(1)).get('code')
  if (code) authentication.notifySuccess(code)
  else authentication.notifyFailure(new URLSearchParams(location.search).get('sign-in') ?? 'unavailable')
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
