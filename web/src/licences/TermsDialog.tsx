import { Checkbox, Field, Input, Select, Text, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import type { LicenceStatus } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { askToStop, licences, setTerms } from './queries'

type Props = { status?: LicenceStatus; onClose: () => void }

/** Asks what a tenant has of a class. */
export function TermsDialog({ status, onClose }: Props) {
  const [tenant, setTenant] = useState(status?.tenant ?? '')
  const [licence, setLicence] = useState<LicenceStatus['licence']>(status?.licence ?? 'standard')
  const [extensions, setExtensions] = useState(String(status?.extensions ?? ''))
  const [until, setUntil] = useState(status?.until?.slice(0, 10) ?? '')
  const [grace, setGrace] = useState(String(status?.graceDays ?? 30))
  const [suspended, setSuspended] = useState(status?.suspended ?? false)
  const [stops, setStops] = useState(status?.stopsRecording ?? false)
  const [reason, setReason] = useState('')
  const whole = /^\d+$/
  const right = tenant.trim() && whole.test(extensions.trim()) && whole.test(grace.trim())
  const terms = {
    extensions: Number(extensions),
    // As it was, unless the day was changed
    until: until ? (status?.until?.startsWith(until) ? status.until : `${until}T00:00:00Z`) : null,
    graceDays: Number(grace),
    suspended,
    stopsRecording: stops,
  }
  return (
    <FormDialog
      title={status ? 'Change a licence' : 'Set a licence'}
      submit={stops ? 'Ask a second person' : 'Set'}
      changes={['licences', 'approvals']}
      onClose={onClose}
      disabled={!right || (stops && !reason.trim())}
      onSubmit={() =>
        stops
          ? askToStop(tenant.trim(), licence, { ...terms, reason: reason.trim() })
          : setTerms(tenant.trim(), licence, terms)
      }
    >
      <Field label="Tenant" required>
        <Input value={tenant} disabled={status !== undefined} onChange={(_, data) => setTenant(data.value)} />
      </Field>
      <Field label="Class">
        <Select
          value={licence}
          disabled={status !== undefined}
          onChange={(_, data) => setLicence(data.value as LicenceStatus['licence'])}
        >
          {Object.entries(licences).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Extensions" required hint="How many may be recorded in a month">
        <Input value={extensions} onChange={(_, data) => setExtensions(data.value)} />
      </Field>
      <Field label="Until" hint="It ends as this day begins, in UTC; empty for no end">
        <Input type="date" value={until} onChange={(_, data) => setUntil(data.value)} />
      </Field>
      <Field label="Days of grace" hint="0 to 366">
        <Input value={grace} onChange={(_, data) => setGrace(data.value)} />
      </Field>
      <Checkbox
        label="Suspended"
        checked={suspended}
        onChange={(_, data) => setSuspended(data.checked === true)}
      />
      <Checkbox
        label="Recording stops once both classes of the tenant are suspended or ended, and say so"
        checked={stops}
        onChange={(_, data) => setStops(data.checked === true)}
      />
      {stops && (
        <>
          <Text>Calls may be recorded no more. Another operator has to agree.</Text>
          <Field label="Reason" required>
            <Textarea value={reason} maxLength={1000} onChange={(_, data) => setReason(data.value)} />
          </Field>
        </>
      )}
    </FormDialog>
  )
}
