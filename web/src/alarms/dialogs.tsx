import { Field, Input, Radio, RadioGroup, Text, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import { type Alarm, api, unwrap } from '../api/client'
import { FormDialog } from '../app/FormDialog'

export function AcknowledgeDialog({ alarm, onClose }: { alarm: Alarm; onClose: () => void }) {
  const [note, setNote] = useState('')
  return (
    <FormDialog
      title="Acknowledge the alarm"
      submit="Acknowledge"
      changes={['alarms']}
      onClose={onClose}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/alarms/{alarm}/acknowledge', {
            params: { path: { alarm: alarm.id } },
            body: { note: note.trim() || null },
          }),
        )
      }
    >
      <Text>{alarm.meaning} Others see that you know of it, and it is not escalated.</Text>
      <Field label="Note">
        <Textarea value={note} maxLength={500} onChange={(_, data) => setNote(data.value)} />
      </Field>
    </FormDialog>
  )
}

const HOURS = { shortest: 1, longest: 720 }

export function SilenceDialog({ alarm, onClose }: { alarm: Alarm; onClose: () => void }) {
  const [scope, setScope] = useState('both')
  const [hours, setHours] = useState('8')
  const [reason, setReason] = useState('')
  const count = Number(hours)
  const valid = Number.isInteger(count) && count >= HOURS.shortest && count <= HOURS.longest
  return (
    <FormDialog
      title="Silence"
      submit="Silence"
      changes={['alarms']}
      onClose={onClose}
      disabled={!valid || !reason.trim()}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/alarms/silences', {
            body: {
              ...(scope !== 'object' && { kind: alarm.kind }),
              ...(scope !== 'kind' && { object: alarm.object }),
              until: new Date(Date.now() + count * 3_600_000 - 1_000).toISOString(),
              reason: reason.trim(),
            },
          }),
        )
      }
    >
      <Text>Alarms are still entered here, but told to nobody until the silence ends.</Text>
      <Field label="What to silence">
        <RadioGroup value={scope} onChange={(_, data) => setScope(data.value)}>
          <Radio value="both" label={`${alarm.kind} on ${alarm.object}`} />
          <Radio value="kind" label={`${alarm.kind} on anything`} />
          <Radio value="object" label={`Every alarm on ${alarm.object}`} />
        </RadioGroup>
      </Field>
      <Field label="For how many hours" required hint="1 to 720, which is 30 days">
        <Input type="number" value={hours} onChange={(_, data) => setHours(data.value)} />
      </Field>
      <Field label="Reason" required>
        <Textarea value={reason} maxLength={500} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
