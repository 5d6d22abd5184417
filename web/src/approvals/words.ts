import type { Approval } from '../api/client'

/** What is asked for. */
export const kinds: Record<Approval['kind'], string> = {
  'encryption-recipient.add': 'Add an encryption recipient',
  'delivery-target.set': 'Set a delivery target',
  'delivery-target.remove': 'Remove a delivery target',
  'tenant-matching.set': 'Change tenant matching',
  'audit-destination.set': 'Set a receiver of audit entries',
  'audit-destination.remove': 'Remove a receiver of audit entries',
  'identity-provider.set': 'Set an identity provider',
  'identity-provider.remove': 'Remove an identity provider',
  'recording.unblock': 'Lift the block of a recording',
  'recording.hand-over': 'Hand a recording over',
  'recording.take-over': 'Take a recording over',
  'retention.shorten': 'Keep calls for a shorter time',
  'hold.release': 'Release a legal hold',
  'disposal.settings': 'Delete more of what falls due',
  'disposal.run': 'Delete the recordings of a run',
  'recording-policy.reduce': 'Record some calls less',
  'licence.stop-recording': 'Let recording stop by a licence',
}

export const states: Record<
  Approval['state'],
  { label: string; color: 'informative' | 'success' | 'danger' | 'warning' }
> = {
  requested: { label: 'To be decided', color: 'warning' },
  waiting: { label: 'Waiting', color: 'warning' },
  approved: { label: 'Approved', color: 'informative' },
  rejected: { label: 'Rejected', color: 'danger' },
  withdrawn: { label: 'Withdrawn', color: 'informative' },
  expired: { label: 'Expired', color: 'informative' },
  executed: { label: 'Done', color: 'success' },
  failed: { label: 'Failed', color: 'danger' },
}

const names: Record<string, string> = {
  account: 'Account',
  address: 'Address',
  afterMinutes: 'After minutes',
  bytesPerSecond: 'At most bytes per second',
  certificate: 'Certificate',
  clientId: 'Client ID',
  clientSecret: 'Client secret',
  custody: 'Private key held by',
  enabled: 'Enabled',
  fingerprint: 'SHA-256 fingerprint',
  extensions: 'Extensions',
  graceDays: 'Days of grace',
  groupsClaim: 'Claim with groups',
  holder: 'Holder',
  hostKey: 'Host key',
  issuer: 'Issuer',
  key: 'Key',
  kind: 'Kind',
  lake: 'Call detail records too',
  licence: 'Class of licence',
  masked: 'Masked',
  mode: 'Mode',
  minimumSeverity: 'From severity',
  name: 'Name',
  networks: 'Networks',
  number: 'Number',
  personas: 'Personas',
  provisions: 'Makes accounts',
  region: 'Region',
  roles: 'Roles by group',
  rules: 'Rules',
  scopes: 'Scopes',
  secret: 'Secret',
  src: 'Recording client',
  standard: 'Where no rule applies',
  stopsRecording: 'Recording may stop',
  subject: 'Subject',
  suspended: 'Suspended',
  teamNames: 'Teams',
  teams: 'Team ids by group',
  tenant: 'Tenant',
  type: 'Type',
  until: 'Until',
  userClaim: 'Claim with the account name',
  validFrom: 'Valid from',
  validUntil: 'Valid until',
  version: 'Version',
}

/** What people call a fact. */
export function factName(name: string): string {
  return names[name] ?? name
}
