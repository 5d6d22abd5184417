import { Field, Input, Radio, RadioGroup, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import { ApiError, type DisposalSettings, type NewDisposalSettings } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { askForRun, askForSettings, fates, modes, save, veto } from './queries'

type SettingsProps = { settings: DisposalSettings; onAsked: () => void; onClose: () => void }

/** Changes what is deleted; what deletes more is asked for, with a reason. */
export function SettingsDialog({ settings, onAsked, onClose }: SettingsProps) {
  const [mode, setMode] = useState(settings.mode)
  const [cdr, setCdr] = useState(settings.cdr)
  const [officers, setOfficers] = useState(settings.officers.map((each) => each.name).join(', '))
  const [days, setDays] = useState(String(settings.everyDays))
  const [reason, setReason] = useState('')
  const [second, setSecond] = useState(false)
  async function send() {
    const wanted: NewDisposalSettings = {
      version: settings.version,
      mode,
      cdr,
      officers: officers.split(/[\s,;]+/).filter(Boolean),
      everyDays: Number(days),
    }
    if (second) {
      await askForSettings({ ...wanted, reason })
      onAsked()
      return
    }
    try {
      await save(wanted)
    } catch (e) {
      if (e instanceof ApiError && e.type === 'needs-second-person') setSecond(true)
      throw e
    }
  }
  return (
    <FormDialog
      title="What is deleted"
      submit={second ? 'Ask a second person' : 'Save'}
      changes={['disposal', 'approvals']}
      onClose={onClose}
      disabled={second && !reason.trim()}
      onSubmit={send}
    >
      <Field label="Disposal">
        <RadioGroup value={mode} onChange={(_, data) => setMode(data.value as DisposalSettings['mode'])}>
          {Object.entries(modes).map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </RadioGroup>
      </Field>
      <Field label="Officers who are told" hint="Names of users, separated by commas">
        <Input value={officers} onChange={(_, data) => setOfficers(data.value)} />
      </Field>
      <Field label="Row in the call detail records">
        <RadioGroup value={cdr} onChange={(_, data) => setCdr(data.value as DisposalSettings['cdr'])}>
          {Object.entries(fates).map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </RadioGroup>
      </Field>
      <Field label="A run is announced every so many days">
        <Input type="number" min={1} max={31} value={days} onChange={(_, data) => setDays(data.value)} />
      </Field>
      {second && (
        <Field label="Reason, for the second person">
          <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
        </Field>
      )}
    </FormDialog>
  )
}

type ReasonProps = { id: string; onClose: () => void }

/** Asks another person to let a run begin. */
export function AskRunDialog({ id, onAsked, onClose }: ReasonProps & { onAsked: () => void }) {
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Ask a second person"
      submit="Ask"
      changes={['approvals', 'disposal-runs']}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={async () => {
        await askForRun(id, reason)
        onAsked()
      }}
    >
      Once somebody else has approved it and its 30 days are over, the recordings of this run are deleted for
      good.
      <Field label="Reason">
        <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}

/** Objects to the disposal of a recording: places a legal hold on it. */
export function VetoDialog({ id, onClose }: ReasonProps) {
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Object to its disposal"
      submit="Object"
      changes={['disposal-items', 'disposal-runs', 'disposal-preview', 'holds']}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={async () => {
        await veto(id, reason)
      }}
    >
      That places a legal hold on the recording: it stays until two persons have released the hold and its
      grace of 7 days has passed.
      <Field label="Reason">
        <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
