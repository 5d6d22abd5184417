import { Dropdown, Field, Input, Option, Text, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import type { SubjectDecision, SubjectRequest, SubjectRequestItem } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { listed } from '../lib/listed'
import {
  askRelease,
  close,
  decide,
  decisions,
  kinds,
  open,
  plan,
  possible,
  spansOf,
  spansText,
} from './queries'

const CHANGES = ['subject-requests']

function Choice<T extends string>(props: {
  label: string
  values: readonly T[]
  words: Record<T, string>
  value: T
  onChange: (value: T) => void
}) {
  return (
    <Field label={props.label}>
      <Dropdown
        value={props.words[props.value]}
        selectedOptions={[props.value]}
        onOptionSelect={(_, data) => props.onChange(data.optionValue as T)}
      >
        {props.values.map((each) => (
          <Option key={each} value={each}>
            {props.words[each]}
          </Option>
        ))}
      </Dropdown>
    </Field>
  )
}

export function OpenDialog({ onClose }: { onClose: () => void }) {
  const [kind, setKind] = useState<SubjectRequest['kind']>('access')
  const [text, setText] = useState({ name: '', contact: '', numbers: '', person: '', received: '' })
  const field = (part: keyof typeof text, label: string, hint: string, type: 'text' | 'date' = 'text') => (
    <Field label={label} hint={hint}>
      <Input
        type={type}
        value={text[part]}
        onChange={(_, data) => setText({ ...text, [part]: data.value })}
      />
    </Field>
  )
  return (
    <FormDialog
      title="Enter a request"
      submit="Enter"
      changes={CHANGES}
      onClose={onClose}
      disabled={!text.name.trim() || !(text.numbers.trim() || text.person.trim())}
      onSubmit={() =>
        open({
          kind,
          name: text.name,
          numbers: listed(text.numbers),
          ...(text.contact.trim() ? { contact: text.contact } : {}),
          ...(text.person.trim() ? { person: text.person } : {}),
          ...(text.received ? { received: text.received } : {}),
        })
      }
    >
      <Choice
        label="What is asked for"
        values={['access', 'restriction', 'objection', 'erasure'] as const}
        words={kinds}
        value={kind}
        onChange={setKind}
      />
      {field('name', 'Who asks', 'Name of the person who was recorded')}
      {field('contact', 'Contact', 'Where the answer goes')}
      {field(
        'numbers',
        'Numbers',
        'Telephone numbers of that person, with commas between, as in +49301234567',
      )}
      {field('person', 'Person', 'User name, if it is one of your own people')}
      {field('received', 'Received on', 'Today, unless given; the month for the answer begins then', 'date')}
    </FormDialog>
  )
}

/** Asks for a sentence or more, and does something with it. */
export function TextDialog(props: {
  title: string
  label: string
  hint?: string
  submit: string
  onSubmit: (text: string) => Promise<unknown>
  onClose: () => void
}) {
  const [text, setText] = useState('')
  return (
    <FormDialog
      title={props.title}
      submit={props.submit}
      changes={[...CHANGES, 'approvals']}
      onClose={props.onClose}
      disabled={!text.trim()}
      onSubmit={() => props.onSubmit(text)}
    >
      <Field label={props.label} hint={props.hint}>
        <Textarea value={text} onChange={(_, data) => setText(data.value)} />
      </Field>
    </FormDialog>
  )
}

export function DecideDialog(props: {
  request: SubjectRequest
  /** All of which nothing is decided yet, unless given. */
  recording?: string
  onClose: () => void
}) {
  const choices = possible[props.request.kind]
  const [decision, setDecision] = useState<SubjectDecision>(choices[0] ?? 'decline')
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title={props.recording ? 'Decide of the recording' : 'Decide of all others'}
      submit="Decide"
      changes={CHANGES}
      onClose={props.onClose}
      disabled={decision === 'decline' && !reason.trim()}
      onSubmit={() =>
        decide(props.request.id, decision, reason, props.recording ? [props.recording] : undefined)
      }
    >
      <Choice label="Decision" values={choices} words={decisions} value={decision} onChange={setDecision} />
      <Field
        label="Reason"
        hint="The subject may read it; needed to decline. Of an objection: the compelling grounds"
      >
        <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}

const closings = { done: 'Done', refused: 'Refused', withdrawn: 'Withdrawn by the subject' }

export function CloseDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [state, setState] = useState<keyof typeof closings>('done')
  const [note, setNote] = useState('')
  return (
    <FormDialog
      title="Close the request"
      submit="Close"
      changes={CHANGES}
      onClose={onClose}
      disabled={!note.trim()}
      onSubmit={() => close(id, state, note)}
    >
      <Choice
        label="How"
        values={['done', 'refused', 'withdrawn'] as const}
        words={closings}
        value={state}
        onChange={setState}
      />
      <Field label="Note" hint="It stands in the answer">
        <Textarea value={note} onChange={(_, data) => setNote(data.value)} />
      </Field>
    </FormDialog>
  )
}

export function PlanDialog(props: { request: string; item: SubjectRequestItem; onClose: () => void }) {
  const { item } = props
  const [masked, setMasked] = useState(spansText(item.plan?.masked ?? []))
  const [opened, setOpened] = useState(spansText(item.plan?.opened ?? []))
  return (
    <FormDialog
      title="What is heard in the copy"
      submit="Save"
      changes={CHANGES}
      onClose={props.onClose}
      onSubmit={async () => plan(props.request, item.recording, spansOf(opened), spansOf(masked))}
    >
      <Text>
        {item.channels.length > 0
          ? `The subject alone is heard on channel ${item.channels.map((each) => each + 1).join(' and ')}; the others are silent.`
          : 'It is not known on which channel the subject is heard, so that all counts as others’ words and is silent. Listen to the call, and open what is the subject’s.'}
      </Text>
      <Field
        label="Silent"
        hint="One a line: channel or all, from–to, reason, as in “all 0:05–0:12 card number”"
      >
        <Textarea value={masked} onChange={(_, data) => setMasked(data.value)} />
      </Field>
      <Field label="Heard all the same" hint="In the same way, as in “2 0:30–0:45 her own words”">
        <Textarea value={opened} onChange={(_, data) => setOpened(data.value)} />
      </Field>
    </FormDialog>
  )
}

export function ReleaseDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const [days, setDays] = useState('14')
  const [downloads, setDownloads] = useState('3')
  return (
    <FormDialog
      title="Ask for the review of the copy"
      submit="Ask"
      changes={[...CHANGES, 'approvals']}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={() => askRelease(id, reason, Number(days), Number(downloads))}
    >
      <Text>
        The copy is made once, which may take a while. Another compliance officer listens to it here, and
        decides under Approvals.
      </Text>
      <Field label="Reason">
        <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
      </Field>
      <Field label="Days" hint="For which it can be fetched; 60 at most">
        <Input type="number" value={days} onChange={(_, data) => setDays(data.value)} />
      </Field>
      <Field label="Downloads" hint="By the subject’s link; 20 at most">
        <Input type="number" value={downloads} onChange={(_, data) => setDownloads(data.value)} />
      </Field>
    </FormDialog>
  )
}
