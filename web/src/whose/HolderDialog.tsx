import { Button, Checkbox, Field, Input, Select, Text } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type HolderEffect, type HolderKind, type Licence, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { formatInstant } from '../lib/format'
import { useUsers } from '../people/queries'
import { effectText, holderKinds, licences } from './words'

const SHOWN = 20

/** Says who holds a number; what that does to calls that were is shown before it is done. */
export function HolderDialog({
  number,
  zone,
  onClose,
}: {
  number: string
  zone: string
  onClose: () => void
}) {
  const users = useUsers()
  const [digits, setDigits] = useState(number)
  const [kind, setKind] = useState<HolderKind | 'nobody'>('person')
  const [user, setUser] = useState('')
  const [name, setName] = useState('')
  const [licence, setLicence] = useState<Licence | ''>('')
  const [from, setFrom] = useState('')
  const [until, setUntil] = useState('')
  const [replace, setReplace] = useState(false)
  const [shown, setShown] = useState<HolderEffect>()
  const complete = digits.trim() && (kind === 'nobody' || (kind === 'person' ? user : name.trim()))

  function send(dryRun: boolean): Promise<HolderEffect> {
    return unwrap(
      api.POST('/api/v1/numbers/holders', {
        params: { query: { dryRun } },
        body: {
          number: digits.trim(),
          kind: kind === 'nobody' ? null : kind,
          user: kind === 'person' ? user : null,
          name: kind === 'nobody' || kind === 'person' ? null : name.trim(),
          licence: kind === 'nobody' ? null : licence || null,
          from: from || null,
          until: until || null,
          replace,
        },
      }),
    )
  }
  const preview = useMutation({ mutationFn: () => send(true), onSuccess: setShown })
  /** What was shown is not what would be done any more. */
  function changing<T>(set: (value: T) => void) {
    return (value: T) => {
      setShown(undefined)
      set(value)
    }
  }
  return (
    <FormDialog
      title="Who holds a number"
      submit="Set"
      changes={['numbers', 'allocation', 'calls']}
      onClose={onClose}
      disabled={!complete || !shown?.changed}
      onSubmit={() => send(false)}
    >
      <Field label="Number" required hint="+4930123, or +4930* for all that begin so">
        <Input value={digits} maxLength={40} onChange={(_, data) => changing(setDigits)(data.value)} />
      </Field>
      <Field label="Held by">
        <Select value={kind} onChange={(_, data) => changing(setKind)(data.value as HolderKind | 'nobody')}>
          {Object.entries(holderKinds).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
          <option value="nobody">Nobody</option>
        </Select>
      </Field>
      {kind === 'person' && (
        <Field label="Person" required>
          <Select value={user} onChange={(_, data) => changing(setUser)(data.value)}>
            <option value="">Choose</option>
            {users.data?.map((each) => (
              <option key={each.id} value={each.id}>
                {each.displayName}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {kind !== 'person' && kind !== 'nobody' && (
        <Field label="Name" required>
          <Input value={name} maxLength={100} onChange={(_, data) => changing(setName)(data.value)} />
        </Field>
      )}
      {kind !== 'nobody' && (
        <Field label="Recording licence">
          <Select value={licence} onChange={(_, data) => changing(setLicence)(data.value as Licence | '')}>
            <option value="">None</option>
            {Object.entries(licences).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <Field label="From" hint="As 2026-05-01T00:00:00Z; now if empty. It may be past.">
        <Input value={from} onChange={(_, data) => changing(setFrom)(data.value.trim())} />
      </Field>
      <Field label="Until" hint="Exclusive; no end if empty">
        <Input value={until} onChange={(_, data) => changing(setUntil)(data.value.trim())} />
      </Field>
      <Checkbox
        label="Put aside whoever holds it in that time"
        checked={replace}
        onChange={(_, data) => changing(setReplace)(data.checked === true)}
      />
      <div>
        <Button disabled={!complete || preview.isPending} onClick={() => preview.mutate()}>
          What would change?
        </Button>
      </div>
      {preview.isError && <Failed title="It can’t be so" error={preview.error} />}
      {shown && <Text role="status">{effectText(shown)}</Text>}
      {shown?.heard.slice(0, SHOWN).map((heard) => (
        <Text key={`${heard.recording} ${heard.who} ${heard.at}`} size={200}>
          {heard.who} · {formatInstant(heard.at, zone)} · {heard.recording}
        </Text>
      ))}
    </FormDialog>
  )
}
