import type {
  AnnouncementVerdict,
  CallFlag,
  CallState,
  Direction,
  GuestState,
  Mark,
  MatterKind,
  Permission,
  Right,
  Role,
  SignInMethod,
  Src,
} from '../api/client'

/** What a state is called, and how it is coloured. */
export const states: Record<
  CallState,
  {
    label: string
    color: 'success' | 'warning' | 'danger' | 'informative' | 'important' | 'brand' | 'subtle'
  }
> = {
  live: { label: 'Live', color: 'brand' },
  closed: { label: 'Archiving', color: 'informative' },
  archived: { label: 'Archived', color: 'success' },
  'archived-partial': { label: 'Partial', color: 'warning' },
  'no-media': { label: 'No media', color: 'warning' },
  'not-recorded-by-policy': { label: 'Not recorded', color: 'informative' },
  refused: { label: 'Refused', color: 'danger' },
  quarantined: { label: 'Quarantined', color: 'warning' },
  lost: { label: 'Lost', color: 'danger' },
  disposed: { label: 'Disposed', color: 'subtle' },
  'never-seen': { label: 'Never seen', color: 'danger' },
}

/** What a recording shows of its announcement. */
export const verdicts: Record<
  AnnouncementVerdict,
  { label: string; color: 'success' | 'warning' | 'danger' | 'subtle' }
> = {
  exempt: { label: 'Exempt', color: 'subtle' },
  verified: { label: 'Verified', color: 'success' },
  'signalled-only': { label: 'Signalled only', color: 'warning' },
  interrupted: { label: 'Interrupted', color: 'warning' },
  missing: { label: 'Missing', color: 'danger' },
}

/** Why there is nothing to play in a state that has no media. */
export const withoutMedia: Partial<Record<CallState, { title: string; text: string }>> = {
  live: {
    title: 'This call is in progress',
    text: 'It is being recorded. It can be played once it has ended and was archived; this page follows by itself.',
  },
  closed: {
    title: 'Being archived',
    text: 'The call has ended; its audio is being encrypted and stored. This page follows by itself.',
  },
  'no-media': {
    title: 'No audio arrived',
    text: 'The call was signalled, but not one media packet was received for it. See the flags for what was noticed.',
  },
  'not-recorded-by-policy': {
    title: 'Not recorded by policy',
    text: 'A recording policy of this tenant says that calls like this one are not recorded.',
  },
  lost: {
    title: 'The recording is lost',
    text: 'The call was answered by a recorder, but its capture never reached the archiver. Ask the platform’s operator.',
  },
  disposed: {
    title: 'Disposed of',
    text: 'The recording was deleted when its retention ended. What remains is the evidence that it existed.',
  },
  'never-seen': {
    title: 'Never seen by a recorder',
    text: 'The session border controller’s records name this call, but no recorder was ever asked to record it.',
  },
}

/** How far it is with a guest. */
export const guestStates: Record<
  GuestState,
  { label: string; color: 'success' | 'warning' | 'informative' | 'brand' }
> = {
  invited: { label: 'Invited', color: 'brand' },
  'invitation-over': { label: 'Link is over', color: 'warning' },
  active: { label: 'Has access', color: 'success' },
  ended: { label: 'Ended', color: 'informative' },
}

/** What a flag means, in words for an officer. */
export const flags: Record<
  CallFlag,
  { label: string; text: string; severity: 'info' | 'warning' | 'error' }
> = {
  'metadata-missing': {
    label: 'No metadata',
    text: 'The session border controller sent no recording metadata, so the parties may be incomplete. The audio is not affected.',
    severity: 'warning',
  },
  'metadata-malformed': {
    label: 'Malformed metadata',
    text: 'The recording metadata was not well-formed XML. What could be read was used; the text is kept as received.',
    severity: 'warning',
  },
  'metadata-label-mismatch': {
    label: 'Label mismatch',
    text: 'The metadata and the media description do not name the same streams, so a voice may not be tied to a person.',
    severity: 'warning',
  },
  'attribution-contradicted': {
    label: 'Attribution contradicted',
    text: 'The session border controller said two things that can’t both be true about who is heard on which side, or who called. The timeline says which; the audio is as it came.',
    severity: 'warning',
  },
  'codec-not-decodable': {
    label: 'Codec not decoded',
    text: 'A stream uses a codec that can’t be decoded yet. Its packets are kept as received; the channel is silent here.',
    severity: 'error',
  },
  'source-port-mismatch': {
    label: 'Other source port',
    text: 'Media came from the announced address, but from another port than the announced one.',
    severity: 'info',
  },
  'recorder-interrupted': {
    label: 'Recorder interrupted',
    text: 'The recorder stopped before the call did. Up to the last second of audio before that, and all after it, is missing.',
    severity: 'error',
  },
  rescued: {
    label: 'Rescued',
    text: 'The recorder or its disk was gone, so this was archived from copies made every few seconds. What came after the last copy is missing.',
    severity: 'error',
  },
  'no-bye': {
    label: 'No BYE',
    text: 'The recording session ended without a BYE: the session border controller went away.',
    severity: 'warning',
  },
  'one-way': { label: 'One-way', text: 'At least one side sent no audio at all.', severity: 'warning' },
  'packet-loss': {
    label: 'Packet loss',
    text: 'Packets were lost on the way to the recorder. Each gap is marked on the waveform and is silent.',
    severity: 'warning',
  },
  'recorder-overload': {
    label: 'Recorder overload',
    text: 'Packets reached the recorder’s host, but its buffers were full. Each gap is marked on the waveform.',
    severity: 'error',
  },
  'srtp-failed': {
    label: 'SRTP failed',
    text: 'A stream came encrypted, and none of its packets fitted the key that the session border controller had given. Its channel is silent.',
    severity: 'error',
  },
  'capture-damaged': {
    label: 'Capture damaged',
    text: 'Part of the capture could not be read back, so the end of the audio may be missing.',
    severity: 'error',
  },
  'jitter-not-measured': {
    label: 'Jitter not measured',
    text: 'The recorder’s host gave no kernel time stamps, so jitter is unknown. The audio is not affected.',
    severity: 'info',
  },
  duplicate: {
    label: 'Duplicate',
    text: 'Another recording of the same conversation, at the same time, is the better copy. Both are kept.',
    severity: 'info',
  },
  'announcement-missing': {
    label: 'Announcement missing',
    text: 'By the policy a party should have heard an announcement. It is neither heard in the recording nor was its end signalled.',
    severity: 'error',
  },
  'announcement-interrupted': {
    label: 'Announcement interrupted',
    text: 'A party heard only a part of the announcement, or another wording of it.',
    severity: 'warning',
  },
  'announcement-signalled-only': {
    label: 'Announcement signalled only',
    text: 'It was signalled that the announcement was played, but it is not heard in the recording.',
    severity: 'warning',
  },
  'not-kept': {
    label: 'Not kept',
    text: 'By the policy it was held on demand, and nobody marked it in time. Nothing of its audio is left.',
    severity: 'info',
  },
  'announcement-timed-out': {
    label: 'Announcement’s end not signalled',
    text: 'The recording waited for the end of an announcement, which was not signalled in time. The timeline says what was kept then.',
    severity: 'warning',
  },
  'no-consent': {
    label: 'No consent',
    text: 'Nobody consented to the recording by key, so nothing of the conversation was kept.',
    severity: 'info',
  },
  'consent-withdrawn': {
    label: 'Consent withdrawn',
    text: 'A party objected to the recording by key. What was said after that was not kept.',
    severity: 'info',
  },
  'pause-timed-out': {
    label: 'Pause timed out',
    text: 'A pause lasted so long that the recording resumed by itself.',
    severity: 'warning',
  },
  'on-hold': {
    label: 'On hold',
    text: 'A legal hold is on it: it is not deleted before that is released and its grace has passed.',
    severity: 'info',
  },
  restricted: {
    label: 'Restricted',
    text: 'Its original can’t be heard but by two persons. Where only spans are restricted, a masked copy takes its place.',
    severity: 'info',
  },
  'number-not-owned': {
    label: 'Number not owned',
    text: 'A party claims a number for the tenant that is in none of the tenant’s ranges.',
    severity: 'warning',
  },
  'wrong-tenant': {
    label: 'Wrong tenant',
    text: 'It may be the call of another tenant. Nobody is shown or hears anything of it.',
    severity: 'error',
  },
  'tenant-unknown': {
    label: 'Tenant unknown',
    text: 'No rule told whose call this is. It is held under the platform’s quarantine key.',
    severity: 'error',
  },
}

export const directions: Record<Direction, string> = {
  inbound: 'Inbound',
  outbound: 'Outbound',
  internal: 'Internal',
  unknown: 'Unknown',
}

export const causes: Record<Mark['cause'], { label: string; text: string }> = {
  loss: { label: 'Packet loss', text: 'packets never arrived' },
  overload: { label: 'Overload', text: 'the recorder’s buffers were full' },
  pause: {
    label: 'Paused',
    text: 'the stream was inactive, or withheld by a pause, a gate or a missing consent',
  },
  'not-sent': { label: 'Nothing sent', text: 'the sender sent no audio' },
  'not-decoded': { label: 'Not decoded', text: 'the codec can’t be decoded yet' },
  masked: { label: 'Masked', text: 'it was made silent in this copy' },
}

export const roles: Record<Role, string> = {
  operator: 'Platform operator',
  'tenant-admin': 'Tenant admin',
  'recording-admin': 'Recording admin',
  'compliance-officer': 'Compliance officer',
  supervisor: 'Supervisor',
  analyst: 'Analyst',
  auditor: 'Auditor',
  user: 'User',
}

/** What was shown to sign in. */
export const signInMethods: Record<SignInMethod, string> = {
  password: 'Password',
  'password+totp': 'Password and code',
  'password+recovery-code': 'Password and recovery code',
  oidc: 'Identity provider',
}

/** Why nobody is signed in who comes back from an identity provider, by the word in the address. */
export const signInProblems: Record<string, string> = {
  expired: 'Signing in took too long, or it was begun in another window. Try again.',
  refused: 'Your identity provider did not sign you in. Try again, or ask your administrator.',
  'no-account':
    'You have no account here, or it is not meant for this identity provider. Ask your administrator.',
  inactive: 'Your account is not active. Ask your administrator.',
  'too-many-groups':
    'Your identity provider leaves your groups out because they are too many, so your roles aren’t known. Tell your administrator: it is to give only groups assigned to this application.',
  unreachable: 'Your identity provider can’t be reached, or does not answer as it should. Try again later.',
  unavailable: 'Signing in is not possible at present. Try again in a moment.',
  'not-configured': 'This identity provider is not set up. Ask your administrator.',
  'invitation-void':
    'The invitation can’t be accepted: it was used, renewed or ended already, or its time is over. Ask whoever invited you for a new one.',
  'guest-ended': 'Your access as a guest has ended.',
}

/** What may be done with a call. */
export const rights: Record<Right, string> = {
  search: 'Find',
  listen: 'Listen',
  download: 'Download',
  annotate: 'Tag and note',
  hold: 'Legal hold',
  produce: 'Production',
}

/** What a list of recordings is for. */
export const matterKinds: Record<MatterKind, string> = {
  hold: 'Legal hold',
  production: 'Production',
  sample: 'Sample',
}

/** What proves that an INVITE of a client wants a recording session. */
export const srcProofs: Record<Src['proof'], string> = {
  strict: 'Strict: +sip.src and Require: siprec',
  tolerant: 'Tolerant: any sign of a recording session',
  any: 'Any: every INVITE is recorded',
}

/** Which payload types of its offers are answered. */
export const srcAnswers: Record<Src['answer'], string> = {
  'all-codecs': 'All codecs answered',
  'one-codec': 'One codec answered',
}

/** Whether a session or a call allows something. */
export function may(holder: { permissions: Permission[] }, permission: Permission): boolean {
  return holder.permissions.includes(permission)
}

/** The name of a channel: left, right, then by number. */
export function sideLabel(side: string): string {
  if (side === 'left') return 'Left'
  if (side === 'right') return 'Right'
  const number = /^channel-(\d+)$/.exec(side)?.[1]
  return number ? `Channel ${number}` : side
}

/** The side's channel number, from 0. */
export function channelOf(side: string): number {
  if (side === 'left') return 0
  if (side === 'right') return 1
  return Number(/^channel-(\d+)$/.exec(side)?.[1] ?? 1) - 1
}

/** The channel number's side name. */
export function sideOf(channel: number): string {
  return channel === 0 ? 'left' : channel === 1 ? 'right' : `channel-${channel + 1}`
}
