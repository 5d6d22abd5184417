import { Field, Input, Radio, RadioGroup, Select, Text, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import { severities } from '../alarms/queries'
import { type AlarmKind, type AlarmSeverity, api, type PersonRef, unwrap } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { listed } from '../lib/listed'

const CHANGES = ['approvals', 'alarms']

function Reason({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Field label="Reason" required hint="For whoever decides, and for the audit trail">
      <Textarea value={value} maxLength={1000} onChange={(_, data) => onChange(data.value)} />
    </Field>
  )
}

export function AskRecipientDialog({ people, onClose }: { people: PersonRef[]; onClose: () => void }) {
  const [certificate, setCertificate] = useState('')
  const [holder, setHolder] = useState('')
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Ask for one more encryption recipient"
      submit="Ask"
      changes={CHANGES}
      onClose={onClose}
      disabled={!certificate.trim() || !reason.trim()}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/keys', {
            body: { certificate, holder: holder || null, reason: reason.trim() },
          }),
        )
      }
    >
      <Text>Whoever holds its private key can decrypt what is archived from then on.</Text>
      <Field label="Certificate" required hint="PEM; RSA of at least 3072 bit, or EC on P-256 or P-384">
        <Textarea
          value={certificate}
          rows={6}
          maxLength={20_000}
          onChange={(_, data) => setCertificate(data.value)}
        />
      </Field>
      <Field label="Who holds the private key" hint="That person doesn’t decide it">
        <Select value={holder} onChange={(_, data) => setHolder(data.value)}>
          <option value="">None of these</option>
          {people.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
            </option>
          ))}
        </Select>
      </Field>
      <Reason value={reason} onChange={setReason} />
    </FormDialog>
  )
}

type TargetType = 'email' | 'webhook' | 'teams' | 'syslog'

export function AskTargetDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [type, setType] = useState<TargetType>('email')
  const [address, setAddress] = useState('')
  const [minimum, setMinimum] = useState<AlarmSeverity>('major')
  const [minutes, setMinutes] = useState('0')
  const [kinds, setKinds] = useState('')
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Ask for a delivery target"
      submit="Ask"
      changes={CHANGES}
      onClose={onClose}
      disabled={!name.trim() || !address.trim() || !reason.trim() || !/^\d+$/.test(minutes)}
      onSubmit={() =>
        unwrap(
          api.PUT('/api/v1/delivery-targets/{target}', {
            params: { path: { target: name.trim() } },
            body: {
              type,
              address: address.trim(),
              minimumSeverity: minimum,
              afterMinutes: Number(minutes),
              kinds: listed(kinds) as AlarmKind[],
              reason: reason.trim(),
            },
          }),
        )
      }
    >
      <Text>Where this tenant’s alarms are told. One of this name gets the new address.</Text>
      <Field label="Name" required hint="1 to 40 of a-z, 0-9 and '-'">
        <Input value={name} maxLength={40} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label="Type" required>
        <Select value={type} onChange={(_, data) => setType(data.value as TargetType)}>
          <option value="email">E-mail</option>
          <option value="webhook">Webhook</option>
          <option value="teams">Teams</option>
          <option value="syslog">Syslog</option>
        </Select>
      </Field>
      <Field label="Address" required>
        <Input value={address} maxLength={2000} onChange={(_, data) => setAddress(data.value)} />
      </Field>
      <Field label="From severity" required>
        <Select value={minimum} onChange={(_, data) => setMinimum(data.value as AlarmSeverity)}>
          {severities.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </Select>
      </Field>
      <Field
        label="Only these alarms"
        hint="Such as disposal-announced, with commas between, whatever their severity; empty for all"
      >
        <Input value={kinds} onChange={(_, data) => setKinds(data.value)} />
      </Field>
      <Field label="Only what nobody has acknowledged for so many minutes">
        <Input type="number" value={minutes} onChange={(_, data) => setMinutes(data.value)} />
      </Field>
      <Reason value={reason} onChange={setReason} />
    </FormDialog>
  )
}

export function AskTargetRemovalDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Ask to remove a delivery target"
      submit="Ask"
      changes={CHANGES}
      onClose={onClose}
      disabled={!name.trim() || !reason.trim()}
      onSubmit={() =>
        unwrap(
          api.DELETE('/api/v1/delivery-targets/{target}', {
            params: { path: { target: name.trim() }, query: { reason: reason.trim() } },
          }),
        )
      }
    >
      <Field label="Name" required>
        <Input value={name} maxLength={40} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Reason value={reason} onChange={setReason} />
    </FormDialog>
  )
}

export function AskMatchingDialog({ onClose }: { onClose: () => void }) {
  const [what, setWhat] = useState('number')
  const [subject, setSubject] = useState('')
  const [tenant, setTenant] = useState('')
  const [holder, setHolder] = useState('')
  const [reason, setReason] = useState('')
  const isNumber = what === 'number'
  return (
    <FormDialog
      title="Ask for a change of tenant matching"
      submit="Ask"
      changes={CHANGES}
      onClose={onClose}
      disabled={!subject.trim() || !tenant.trim() || !reason.trim()}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/tenant-matching', {
            body: {
              tenant: tenant.trim(),
              ...(isNumber ? { number: subject.trim() } : { src: subject.trim() }),
              ...(isNumber && holder.trim() ? { holder: holder.trim() } : {}),
              reason: reason.trim(),
            },
          }),
        )
      }
    >
      <Field label="What is given to a tenant">
        <RadioGroup value={what} onChange={(_, data) => setWhat(data.value)}>
          <Radio value="number" label="A number or range" />
          <Radio value="src" label="A recording client" />
        </RadioGroup>
      </Field>
      <Field
        label={isNumber ? 'Number' : 'Name of the recording client'}
        required
        hint={isNumber ? '+4930123, or +4930* for all that begin so' : undefined}
      >
        <Input value={subject} maxLength={200} onChange={(_, data) => setSubject(data.value)} />
      </Field>
      <Field label="Tenant" required hint={isNumber ? 'Its slug' : 'Its slug; none for no tenant'}>
        <Input value={tenant} maxLength={40} onChange={(_, data) => setTenant(data.value)} />
      </Field>
      {isNumber && (
        <Field label="Holder’s account name">
          <Input value={holder} maxLength={200} onChange={(_, data) => setHolder(data.value)} />
        </Field>
      )}
      <Reason value={reason} onChange={setReason} />
    </FormDialog>
  )
}
