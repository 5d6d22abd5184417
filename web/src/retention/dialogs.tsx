import { Checkbox, Field, Input, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import type { Direction, Licence, RetentionPolicy, RetentionRule } from '../api/client'
import { CheckGroup } from '../app/CheckGroup'
import { FormDialog } from '../app/FormDialog'
import { directions } from '../lib/words'
import { askFor, askForCompliance, type Draft, goLive, licences, tagList, words } from './queries'

const keepHint = 'Such as 1-year, 7-years, 180-days or indefinite, from the call’s end'

type RuleProps = { rule?: RetentionRule; onDone: (rule: RetentionRule) => void; onClose: () => void }

/** Asks for a rule; nothing is sent before the policy is saved. */
export function RuleDialog({ rule, onDone, onClose }: RuleProps) {
  const [name, setName] = useState(rule?.name ?? '')
  const [keep, setKeep] = useState(rule?.keep ?? '')
  const [teams, setTeams] = useState(rule?.teams?.join(', ') ?? '')
  const [numbers, setNumbers] = useState(rule?.numbers?.join(', ') ?? '')
  const [tags, setTags] = useState(rule?.tags?.join(', ') ?? '')
  const [ways, setWays] = useState<Direction[]>(rule?.directions ?? [])
  const [paid, setPaid] = useState<Licence[]>(rule?.licences ?? [])
  return (
    <FormDialog
      title={rule ? 'Change a rule' : 'Add a rule'}
      submit="Take over"
      changes={[]}
      onClose={onClose}
      disabled={!name.trim() || !keep.trim()}
      onSubmit={async () =>
        onDone({
          name: name.trim(),
          keep: keep.trim(),
          teams: words(teams),
          numbers: words(numbers),
          directions: ways,
          licences: paid,
          tags: tagList(tags),
        })
      }
    >
      <Field label="Name">
        <Input value={name} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label="Kept for" hint={keepHint}>
        <Input value={keep} onChange={(_, data) => setKeep(data.value)} />
      </Field>
      <Field label="Teams" hint="Ids of teams, with those below; empty for all calls">
        <Input value={teams} onChange={(_, data) => setTeams(data.value)} />
      </Field>
      <Field label="Numbers" hint="Any party’s; +49301* for all that begin so; empty for all">
        <Input value={numbers} onChange={(_, data) => setNumbers(data.value)} />
      </Field>
      <CheckGroup
        label="Directions"
        hint="None for all"
        options={Object.entries(directions) as [Direction, string][]}
        chosen={ways}
        onChange={setWays}
      />
      <CheckGroup
        label="Licences of the parties’ numbers"
        hint="None for all"
        options={Object.entries(licences) as [Licence, string][]}
        chosen={paid}
        onChange={setPaid}
      />
      <Field
        label="Tags"
        hint="Any of them, with commas between; empty for all calls. A rule with tags never shortens."
      >
        <Input value={tags} onChange={(_, data) => setTags(data.value)} />
      </Field>
    </FormDialog>
  )
}

type StandardProps = { standard: string; onDone: (standard: string) => void; onClose: () => void }

/** Asks for how long calls are kept to which no rule applies. */
export function StandardDialog({ standard, onDone, onClose }: StandardProps) {
  const [keep, setKeep] = useState(standard)
  return (
    <FormDialog
      title="Where no rule applies"
      submit="Take over"
      changes={[]}
      onClose={onClose}
      disabled={!keep.trim()}
      onSubmit={async () => onDone(keep.trim())}
    >
      <Field label="Kept for" hint={keepHint}>
        <Input value={keep} onChange={(_, data) => setKeep(data.value)} />
      </Field>
    </FormDialog>
  )
}

type SettlingProps = { days: number; onDone: (days: number) => void; onClose: () => void }

/** Asks for how long a first lock lasts. */
export function SettlingDialog({ days, onDone, onClose }: SettlingProps) {
  const [text, setText] = useState(String(days))
  const valid = /^\d{1,2}$/.test(text.trim()) && Number(text) <= 30
  return (
    <FormDialog
      title="Settling time"
      submit="Take over"
      changes={[]}
      onClose={onClose}
      disabled={!valid}
      onSubmit={async () => onDone(Number(text))}
    >
      For so many days after its end a call is locked for that time only. The lock is renewed to the full term
      before it ends.
      <Field label="Days" hint="0 to 30; 0 locks calls for the full term at once">
        <Input value={text} onChange={(_, data) => setText(data.value)} />
      </Field>
    </FormDialog>
  )
}

/** Asks who signs that the tenant goes live. */
export function GoLiveDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Go live"
      submit="Go live"
      changes={['retention-policy']}
      onClose={onClose}
      disabled={!name.trim() || !reason.trim()}
      onSubmit={() => goLive(name.trim(), reason.trim())}
    >
      The trial ends: all that was recorded is locked from now on for as long as it is kept. That can’t be
      undone.
      <Field label="Signed by">
        <Input value={name} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label="Reason">
        <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}

/** Asks another person for locks that nobody can pass. */
export function ComplianceDialog({ onClose }: { onClose: () => void }) {
  const [existing, setExisting] = useState(false)
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Lock in COMPLIANCE mode"
      submit="Ask"
      changes={['approvals']}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={() => askForCompliance(existing, reason.trim())}
    >
      What is recorded from then on can’t be deleted before its time by anybody: not by an administrator, not
      by a mistake’s correction, not on a person’s request for erasure, which can only restrict it. This can’t
      be undone. Another recording admin or a compliance officer decides.
      <Checkbox
        label="Also strengthen the locks of the recordings that are there"
        checked={existing}
        onChange={(_, data) => setExisting(data.checked === true)}
      />
      <Field label="Reason">
        <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}

type AskProps = { policy: RetentionPolicy; draft: Draft; onDone: () => void; onClose: () => void }

/** Asks another person for what may shorten. */
export function AskDialog({ policy, draft, onDone, onClose }: AskProps) {
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Ask a second person"
      submit="Ask"
      changes={['approvals']}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={async () => {
        await askFor(policy, draft, reason)
        onDone()
      }}
    >
      Some calls may be kept for a shorter time than before, or locked for a shorter time at first. Another
      recording admin or a compliance officer decides; until then nothing changes.
      <Field label="Reason">
        <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
