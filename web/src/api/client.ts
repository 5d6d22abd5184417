import createClient, { type Middleware } from 'openapi-fetch'
import type { components, paths } from './schema'

export type Session = components['schemas']['Session']
export type Recording = components['schemas']['Recording']
export type RecordingDetail = components['schemas']['RecordingDetail']
export type RecordingPage = components['schemas']['RecordingPage']
export type Party = components['schemas']['Party']
export type Mark = components['schemas']['Mark']
export type TimelineEvent = components['schemas']['TimelineEvent']
export type CallState = components['schemas']['CallState']
export type CallFlag = components['schemas']['CallFlag']
export type Direction = components['schemas']['Direction']
export type Role = components['schemas']['Role']
export type Permission = components['schemas']['Permission']
export type Problem = components['schemas']['Problem']
export type AuditEntry = components['schemas']['AuditEntry']
export type AuditProof = components['schemas']['AuditProof']
export type Src = components['schemas']['Src']
export type DeviationCount = components['schemas']['DeviationCount']
export type User = components['schemas']['User']
export type Team = components['schemas']['Team']
export type Grant = components['schemas']['Grant']
export type Right = components['schemas']['Right']
export type Matter = components['schemas']['Matter']
export type MatterKind = components['schemas']['MatterKind']
export type RecordingQuery = NonNullable<paths['/api/v1/recordings']['get']['parameters']['query']>

/** The server's answer to a request that it did not fulfil (RFC 9457), or the lack of any answer. */
export class ApiError extends Error {
  readonly status: number
  readonly parameter: string | undefined

  constructor(status: number, detail: string, parameter?: string) {
    super(detail)
    this.name = 'ApiError'
    this.status = status
    this.parameter = parameter
  }
}

let csrf: string | undefined
let onSignedOut: () => void = () => {}

/** Remembers the token that unsafe requests must carry. */
export function setCsrf(token: string | undefined) {
  csrf = token
}

/** Calls back when the server says that the session is over. */
export function whenSignedOut(listener: () => void) {
  onSignedOut = listener
}

const security: Middleware = {
  onRequest({ request }) {
    if (csrf && request.method !== 'GET' && request.method !== 'HEAD') {
      request.headers.set('X-CSRF-Token', csrf)
    }
    return request
  },
  onResponse({ response, schemaPath }) {
    if (response.status === 401 && schemaPath !== '/api/v1/session') {
      onSignedOut()
    }
    return response
  },
}

export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => globalThis.fetch(request),
})
api.use(security)

/** The data of an answer, or an ApiError that says what the server said. */
export async function unwrap<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  let result: { data?: T; error?: unknown; response: Response }
  try {
    result = await call
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') throw e
    throw new ApiError(0, 'The server can’t be reached. Check your connection and try again.')
  }
  if (!result.response.ok) {
    throw problem(result.response.status, result.error)
  }
  return result.data as T
}

/** Turns a problem document, or whatever stood in its place, into an ApiError. */
export function problem(status: number, body: unknown): ApiError {
  if (typeof body === 'object' && body !== null && 'detail' in body && typeof body.detail === 'string') {
    const parameter = 'parameter' in body && typeof body.parameter === 'string' ? body.parameter : undefined
    return new ApiError(status, body.detail, parameter)
  }
  return new ApiError(status, `The server answered ${status} without saying why.`)
}

/** Fetches bytes that have no JSON form. */
export async function bytes(path: string): Promise<ArrayBuffer> {
  let response: Response
  try {
    response = await fetch(path)
  } catch {
    throw new ApiError(0, 'The server can’t be reached. Check your connection and try again.')
  }
  if (response.status === 401) {
    onSignedOut()
  }
  if (!response.ok) {
    throw problem(response.status, await response.json().catch(() => undefined))
  }
  return response.arrayBuffer()
}
