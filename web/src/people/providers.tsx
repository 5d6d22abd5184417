import { Checkbox, Field, Input, Text, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import { api, type IdentityProvider, type Role, type Team, unwrap } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { type Mapping, mappingText, readMapping } from './mapping'

const CHANGES = ['approvals', 'alarms', 'identity-providers']

type Props = { provider?: IdentityProvider; teams: Team[]; onClose: () => void }

/** Asks for a provider, or for another form of one. */
export function ProviderDialog({ provider, teams, onClose }: Props) {
  const [id, setId] = useState(provider?.id ?? '')
  const [name, setName] = useState(provider?.name ?? '')
  const [issuer, setIssuer] = useState(provider?.issuer ?? '')
  const [clientId, setClientId] = useState(provider?.clientId ?? '')
  const [secret, setSecret] = useState('')
  const [isPublic, setPublic] = useState(provider ? !provider.clientSecret : false)
  const [userClaim, setUserClaim] = useState(provider?.userClaim ?? '')
  const [groupsClaim, setGroupsClaim] = useState(provider?.groupsClaim ?? 'groups')
  const [mapped, setMapped] = useState(provider ? mappingText(provider, teams) : '')
  const [provisions, setProvisions] = useState(provider?.provisions ?? false)
  const [enabled, setEnabled] = useState(provider?.enabled ?? true)
  const [reason, setReason] = useState('')
  const mapping: Mapping | string = readMapping(mapped, teams)
  const wrong = typeof mapping === 'string' ? mapping : undefined
  return (
    <FormDialog
      title={provider ? `Ask to change ${provider.name}` : 'Ask for an identity provider'}
      submit="Ask"
      changes={CHANGES}
      onClose={onClose}
      disabled={!id.trim() || !issuer.trim() || !clientId.trim() || !reason.trim() || wrong !== undefined}
      onSubmit={() => {
        const { roles, teams: teamIds } = mapping as Mapping
        return unwrap(
          api.PUT('/api/v1/identity-providers/{provider}', {
            params: { path: { provider: id.trim() } },
            body: {
              ...(name.trim() ? { name: name.trim() } : {}),
              issuer: issuer.trim(),
              clientId: clientId.trim(),
              ...(secret ? { clientSecret: secret } : {}),
              publicClient: isPublic,
              ...(provider ? { scopes: provider.scopes } : {}),
              userClaim: userClaim.trim(),
              groupsClaim: groupsClaim.trim() || 'groups',
              roles: roles as Record<string, Role[]>,
              teams: teamIds,
              provisions,
              enabled,
              reason: reason.trim(),
            },
          }),
        )
      }}
    >
      <Text>It is as given here from the moment at which another person approves it.</Text>
      {!provider && (
        <Field label="Id" required hint="In addresses: 1 to 40 of a-z, 0-9 and inner '-'">
          <Input value={id} maxLength={40} onChange={(_, data) => setId(data.value)} />
        </Field>
      )}
      <Field label="Name" hint="For people, at the sign-in page">
        <Input value={name} maxLength={200} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label="Issuer" required hint="https://…, as its ID tokens say it">
        <Input value={issuer} maxLength={2000} onChange={(_, data) => setIssuer(data.value)} />
      </Field>
      <Field label="Client ID" required>
        <Input value={clientId} maxLength={500} onChange={(_, data) => setClientId(data.value)} />
      </Field>
      <Field
        label="Client secret"
        hint={provider?.clientSecret ? 'The present one stays if this is empty' : undefined}
      >
        <Input
          type="password"
          autoComplete="off"
          value={secret}
          maxLength={500}
          disabled={isPublic}
          onChange={(_, data) => setSecret(data.value)}
        />
      </Field>
      <Checkbox
        label="Public client, without a secret"
        checked={isPublic}
        onChange={(_, data) => {
          setPublic(data.checked === true)
          setSecret('')
        }}
      />
      <Field
        label="Claim with the account name"
        hint="preferred_username, or else a verified email, if empty"
      >
        <Input value={userClaim} maxLength={500} onChange={(_, data) => setUserClaim(data.value)} />
      </Field>
      <Field label="Claim with groups">
        <Input value={groupsClaim} maxLength={500} onChange={(_, data) => setGroupsClaim(data.value)} />
      </Field>
      <Field
        label="What groups give"
        hint="One on each line: group=role, or group=team:name of the team"
        {...(wrong ? { validationMessage: wrong } : {})}
      >
        <Textarea value={mapped} rows={4} onChange={(_, data) => setMapped(data.value)} />
      </Field>
      <Checkbox
        label="Make accounts for people who have none"
        checked={provisions}
        onChange={(_, data) => setProvisions(data.checked === true)}
      />
      <Checkbox label="Enabled" checked={enabled} onChange={(_, data) => setEnabled(data.checked === true)} />
      <Field label="Reason" required hint="For whoever decides, and for the audit trail">
        <Textarea value={reason} maxLength={1000} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}

export function ProviderRemovalDialog({
  provider,
  onClose,
}: {
  provider: IdentityProvider
  onClose: () => void
}) {
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title={`Ask to remove ${provider.name}`}
      submit="Ask"
      changes={CHANGES}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={() =>
        unwrap(
          api.DELETE('/api/v1/identity-providers/{provider}', {
            params: { path: { provider: provider.id }, query: { reason: reason.trim() } },
          }),
        )
      }
    >
      <Text>Sessions that began through it go on until they end by themselves.</Text>
      <Field label="Reason" required>
        <Textarea value={reason} maxLength={1000} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
