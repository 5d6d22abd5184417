import createClient, { type Middleware } from 'openapi-fetch'
import type { components, paths } from './schema'

export type Session = components['schemas']['Session']
export type StorageUsage = components['schemas']['StorageUsage']
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
export type Token = components['schemas']['Token']
export type User = components['schemas']['User']
export type Team = components['schemas']['Team']
export type Grant = components['schemas']['Grant']
export type Right = components['schemas']['Right']
export type Matter = components['schemas']['Matter']
export type MatterKind = components['schemas']['MatterKind']
export type Alarm = components['schemas']['Alarm']
export type AlarmKind = components['schemas']['AlarmKind']
export type AlarmSeverity = components['schemas']['AlarmSeverity']
export type AlarmSummary = components['schemas']['AlarmSummary']
export type OpenSession = components['schemas']['OpenSession']
export type SignInMethod = components['schemas']['SignInMethod']
export type SignInProvider = components['schemas']['SignInProviders']['items'][number]
export type ProvisioningHold = components['schemas']['ProvisioningHold']
export type ImportResult = components['schemas']['ImportResult']
export type ImportKind = components['schemas']['ImportKind']
export type AccountKind = components['schemas']['AccountKind']
export type Approval = components['schemas']['Approval']
export type ApprovalSummary = components['schemas']['ApprovalSummary']
export type PersonRef = components['schemas']['PersonRef']
export type Guest = components['schemas']['Guest']
export type GuestState = components['schemas']['GuestState']
export type SupportRequest = components['schemas']['SupportRequest']
export type BreakGlassUse = components['schemas']['BreakGlassUse']
export type Prompt = components['schemas']['Prompt']
export type AnnouncementPolicy = components['schemas']['AnnouncementPolicy']
export type AnnouncementRule = components['schemas']['AnnouncementRule']
export type PauseSettings = components['schemas']['PauseSettings']
export type AnnouncementVerdict = components['schemas']['AnnouncementVerdict']
export type Persona = components['schemas']['Persona']
export type RecordingAction = components['schemas']['RecordingAction']
export type RecordingPolicy = components['schemas']['RecordingPolicy']
export type RecordingRule = components['schemas']['RecordingRule']
export type Weekday = components['schemas']['Weekday']
export type AnnouncementReport = components['schemas']['AnnouncementReport']
export type Jurisdiction = components['schemas']['Jurisdiction']
export type TenantClosing = components['schemas']['TenantClosing']
export type DeliveryReceipt = components['schemas']['DeliveryReceipt']
export type DeliveryState = components['schemas']['DeliveryState']
export type DeliveryTarget = components['schemas']['DeliveryTarget']
export type DeliveryTargetWanted = components['schemas']['DeliveryTargetWanted']
export type RetentionPolicy = components['schemas']['RetentionPolicy']
export type NewRetentionPolicy = components['schemas']['NewRetentionPolicy']
export type RetentionRule = components['schemas']['RetentionRule']
export type RetentionSimulation = components['schemas']['RetentionSimulation']
export type LegalHold = components['schemas']['LegalHold']
export type NewLegalHold = components['schemas']['NewLegalHold']
export type RetentionLocks = components['schemas']['RetentionLocks']
export type LockRenewal = components['schemas']['LockRenewal']
export type Restriction = components['schemas']['Restriction']
export type RecordingRetention = components['schemas']['RecordingRetention']
export type DisposalItem = components['schemas']['DisposalItem']
export type DisposalRun = components['schemas']['DisposalRun']
export type DisposalSettings = components['schemas']['DisposalSettings']
export type NewSubjectRequest = components['schemas']['NewSubjectRequest']
export type SubjectDecision = components['schemas']['SubjectDecision']
export type SubjectRequest = components['schemas']['SubjectRequest']
export type SubjectRequestItem = components['schemas']['SubjectRequestItem']
export type SubjectSpan = components['schemas']['SubjectSpan']
export type NewDisposalSettings = components['schemas']['NewDisposalSettings']
export type AllocationKind = components['schemas']['AllocationKind']
export type AllocationResult = components['schemas']['AllocationResult']
export type AllocatedTenant = components['schemas']['AllocatedTenant']
export type RecordingNote = components['schemas']['RecordingNote']
export type Correction = components['schemas']['Correction']
export type HandOver = components['schemas']['HandOver']
export type HolderEffect = components['schemas']['HolderEffect']
export type HolderKind = components['schemas']['HolderKind']
export type Licence = components['schemas']['Licence']
export type LicenceStatus = components['schemas']['LicenceStatus']
export type NumberHolding = components['schemas']['NumberHolding']
export type QuarantineOutcome = components['schemas']['QuarantineOutcome']
export type MatchingRule = components['schemas']['MatchingRule']
export type AuditDestination = components['schemas']['AuditDestination']
export type IdentityProvider = components['schemas']['IdentityProvider']
export type EncryptionKey = components['schemas']['EncryptionKey']
export type RecordingQuery = NonNullable<paths['/api/v1/recordings']['get']['parameters']['query']>

/** The server's answer to a request that it did not fulfil (RFC 9457), or the lack of any answer. */
export class ApiError extends Error {
  readonly status: number
  readonly parameter: string | undefined
  /** The last part of the problem's type, such as not-found. */
  readonly type: string | undefined

  constructor(status: number, detail: string, parameter?: string, type?: string) {
    super(detail)
    this.name = 'ApiError'
    this.status = status
    this.parameter = parameter
    this.type = type
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
    const type = 'type' in body && typeof body.type === 'string' ? body.type.split(':').at(-1) : undefined
    return new ApiError(status, body.detail, parameter, type)
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
