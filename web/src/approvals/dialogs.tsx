import { Field, Input, Select, Text, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import { type Approval, api, type BreakGlassUse, type PersonRef, unwrap } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { Changes } from './Changes'
import { kinds } from './words'

const CHANGES = ['approvals', 'alarms']
const NOTE = 1000

export function ApproveDialog({ approval, onClose }: { approval: Approval; onClose: () => void }) {
  const [note, setNote] = useState('')
  return (
    <FormDialog
      title={`Approve: ${kinds[approval.kind]}`}
      submit="Approve"
      changes={CHANGES}
      onClose={onClose}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/approvals/{approval}/approve', {
            params: { path: { approval: approval.id } },
            body: { sha256: approval.sha256, note: note.trim() || null },
          }),
        )
      }
    >
      <Text>
        {approval.meaning} It is done at once, exactly as shown here: {approval.object} of {approval.tenant}.
      </Text>
      <Changes approval={approval} />
      <Field label="Note">
        <Textarea value={note} maxLength={NOTE} onChange={(_, data) => setNote(data.value)} />
      </Field>
    </FormDialog>
  )
}

export function RejectDialog({ approval, onClose }: { approval: Approval; onClose: () => void }) {
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title={`Reject: ${kinds[approval.kind]}`}
      submit="Reject"
      changes={CHANGES}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/approvals/{approval}/reject', {
            params: { path: { approval: approval.id } },
            body: { reason: reason.trim() },
          }),
        )
      }
    >
      <Field label="Reason" required>
        <Textarea value={reason} maxLength={NOTE} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}

export function WithdrawDialog({ approval, onClose }: { approval: Approval; onClose: () => void }) {
  return (
    <FormDialog
      title="Withdraw what you asked for"
      submit="Withdraw"
      changes={CHANGES}
      onClose={onClose}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/approvals/{approval}/withdraw', { params: { path: { approval: approval.id } } }),
        )
      }
    >
      <Text>
        {kinds[approval.kind]}: {approval.object}. Nobody decides it any more.
      </Text>
    </FormDialog>
  )
}

export function DelegateDialog({ candidates, onClose }: { candidates: PersonRef[]; onClose: () => void }) {
  const [to, setTo] = useState('')
  const [days, setDays] = useState('14')
  const count = Number(days)
  const valid = Number.isInteger(count) && count >= 1 && count <= 365
  return (
    <FormDialog
      title="Let somebody decide in your place"
      submit="Delegate"
      changes={CHANGES}
      onClose={onClose}
      disabled={!to || !valid}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/approvals/delegations', {
            body: { to, until: new Date(Date.now() + count * 86_400_000).toISOString() },
          }),
        )
      }
    >
      <Text>
        From now on, what you may approve. That person can’t pass it on, and decides nothing of his or her
        own.
      </Text>
      <Field label="Person" required>
        <Select value={to} onChange={(_, data) => setTo(data.value)}>
          <option value="">Choose</option>
          {candidates.map((person) => (
            <option key={person.id} value={person.id}>
              {person.name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="For how many days" required hint="1 to 365">
        <Input type="number" value={days} onChange={(_, data) => setDays(data.value)} />
      </Field>
    </FormDialog>
  )
}

export function ReviewDialog({ use, onClose }: { use: BreakGlassUse; onClose: () => void }) {
  const [note, setNote] = useState('')
  return (
    <FormDialog
      title="Review the use of a sealed code"
      submit="Enter the review"
      changes={CHANGES}
      onClose={onClose}
      disabled={!note.trim()}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/break-glass/{use}/review', {
            params: { path: { use: use.id } },
            body: { note: note.trim() },
          }),
        )
      }
    >
      <Text>
        See in the audit trail what {use.user.name} did as a tenant admin, and say here what you found.
      </Text>
      <Field label="What you found" required>
        <Textarea value={note} maxLength={NOTE} onChange={(_, data) => setNote(data.value)} />
      </Field>
    </FormDialog>
  )
}
