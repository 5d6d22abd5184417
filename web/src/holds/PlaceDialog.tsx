import { Button, Field, Input, Text, Textarea } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { formatBytes, formatCount, formatInstant, zonedInstant } from '../lib/format'
import { intoView } from '../lib/intoView'
import { listed } from '../lib/listed'
import { type NewScope, place, preview } from './queries'

const empty = { persons: '', teams: '', numbers: '', text: '', recordings: '', from: '', until: '' }
const fields = [
  ['persons', 'Persons', 'User names, with commas between; empty for none'],
  ['teams', 'Teams', 'As of the call’s start'],
  ['numbers', 'Numbers', 'Any party’s; +49301* for all that begin so'],
  ['text', 'Found by', 'As in the search for calls; calls that come later are found too'],
  ['recordings', 'Single recordings', 'Their ids'],
] as const

type Props = { zone: string; onPlaced: (gone: number) => void; onClose: () => void }

/** Asks for a hold; it is shown what it would be on before it can be placed. */
export function PlaceDialog({ zone, onPlaced, onClose }: Props) {
  const [name, setName] = useState('')
  const [matter, setMatter] = useState('')
  const [reason, setReason] = useState('')
  const [grace, setGrace] = useState('7')
  const [scope, setScope] = useState(empty)
  const shown = useMutation({ mutationFn: preview })
  function change(part: Partial<typeof empty>) {
    setScope({ ...scope, ...part })
    shown.reset()
  }
  function wanted(): NewScope {
    return {
      persons: listed(scope.persons),
      teams: listed(scope.teams),
      numbers: listed(scope.numbers),
      ...(scope.text.trim() ? { query: { text: scope.text.trim() } } : {}),
      recordings: listed(scope.recordings),
      from: zonedInstant(scope.from, zone)?.toISOString(),
      until: zonedInstant(scope.until, zone)?.toISOString(),
    }
  }
  const named = fields.some(([part]) => scope[part].trim())
  return (
    <FormDialog
      title="Place a legal hold"
      submit="Place"
      changes={['holds', 'retention']}
      onClose={onClose}
      disabled={!(name.trim() || matter.trim()) || !reason.trim() || !shown.data}
      onSubmit={async () => {
        const placed = await place({
          name: name.trim() || undefined,
          matter: matter.trim() || undefined,
          reason,
          graceDays: Number(grace),
          scope: wanted(),
        })
        onPlaced(placed.gone.count)
      }}
    >
      <Field label="Name" hint="Empty for the matter’s">
        <Input value={name} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label="Matter" hint="Name of an open matter; empty for none">
        <Input value={matter} onChange={(_, data) => setMatter(data.value)} />
      </Field>
      <Field label="Reason">
        <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
      </Field>
      <Text>It is on calls with any of these{named ? '' : ' (none is named: on all calls)'}:</Text>
      {fields.map(([part, label, hint]) => (
        <Field key={part} label={label} hint={hint}>
          <Input value={scope[part]} onChange={(_, data) => change({ [part]: data.value })} />
        </Field>
      ))}
      <Field label="That began from" hint={`In ${zone}; empty for all`}>
        <Input
          type="datetime-local"
          value={scope.from}
          onChange={(_, data) => change({ from: data.value })}
        />
      </Field>
      <Field label="And before" hint="Empty for calls to come, too">
        <Input
          type="datetime-local"
          value={scope.until}
          onChange={(_, data) => change({ until: data.value })}
        />
      </Field>
      <Field label="Days of grace after its release" hint="At least 7">
        <Input type="number" min={7} value={grace} onChange={(_, data) => setGrace(data.value)} />
      </Field>
      <div>
        <Button disabled={shown.isPending} onClick={() => shown.mutate(wanted())}>
          Preview
        </Button>
      </div>
      {shown.isError && (
        <div ref={intoView}>
          <Failed title="It could not be previewed" error={shown.error} />
        </div>
      )}
      {shown.data && (
        <Text role="status" ref={intoView}>
          {formatCount(shown.data.recordings)} recordings, {formatBytes(shown.data.bytes)} of audio.
          {shown.data.nextDue[0] &&
            ` Without it the first falls due at ${formatInstant(shown.data.nextDue[0].keepUntil, zone)}.`}
        </Text>
      )}
    </FormDialog>
  )
}
