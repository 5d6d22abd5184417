import { Field, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import type { LegalHold } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { askForRelease } from './queries'

type Props = { hold: LegalHold; onDone: () => void; onClose: () => void }

/** Asks another person to release a hold. */
export function ReleaseDialog({ hold, onDone, onClose }: Props) {
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title={`Release ${hold.name}`}
      submit="Ask"
      changes={['approvals']}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={async () => {
        await askForRelease(hold.id, reason)
        onDone()
      }}
    >
      Another compliance officer or a tenant admin decides. For {hold.graceDays} days after that nothing falls
      due.
      <Field label="Reason">
        <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
