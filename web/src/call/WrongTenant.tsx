import {
  Button,
  Field,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  Text,
  Textarea,
} from '@fluentui/react-components'
import { useState } from 'react'
import { api, type RecordingDetail, unwrap } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { formatInstant } from '../lib/format'
import { Card } from './Card'

/** Why nothing of a recording is shown, and the way to have that lifted. */
export function Blocked({ call, lift }: { call: RecordingDetail; lift: boolean }) {
  const [asking, setAsking] = useState(false)
  const [asked, setAsked] = useState(false)
  const block = call.blocked
  if (!block) return null
  return (
    <Card title={block.handedOver ? 'Handed over' : 'Blocked'}>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>
            {block.handedOver
              ? 'This was the call of another tenant, who has it now.'
              : 'It may be the call of another tenant.'}
          </MessageBarTitle>
          Nobody is shown or hears anything of it. What is archived stays locked as long as before.
        </MessageBarBody>
      </MessageBar>
      <Text block size={200}>
        {block.by} · {formatInstant(block.at, call.zone)}: {block.reason}
      </Text>
      {asked && (
        <Text block role="status">
          Asked for. Another compliance officer decides it on Approvals.
        </Text>
      )}
      {lift && !block.handedOver && !block.byPlatform && !asked && (
        <div>
          <Button size="small" onClick={() => setAsking(true)}>
            Ask to lift the block…
          </Button>
        </div>
      )}
      {asking && (
        <ReasonDialog
          title="Ask to lift the block"
          submit="Ask"
          text="Another compliance officer has to approve it."
          onClose={() => setAsking(false)}
          onSubmit={async (reason) => {
            await unwrap(
              api.POST('/api/v1/blocked-recordings/lift', { body: { recording: call.id, reason } }),
            )
            setAsked(true)
          }}
        />
      )}
    </Card>
  )
}

/** Lets an officer block a recording that is not this tenant’s. */
export function BlockButton({ id }: { id: string }) {
  const [blocking, setBlocking] = useState(false)
  return (
    <>
      <div>
        <Button size="small" onClick={() => setBlocking(true)}>
          Not our call…
        </Button>
      </div>
      {blocking && (
        <ReasonDialog
          title="Block the recording"
          submit="Block"
          text="At once nobody is shown or hears anything of it, on every node; running plays end. To lift that takes a second person."
          onClose={() => setBlocking(false)}
          onSubmit={(reason) =>
            unwrap(api.POST('/api/v1/blocked-recordings', { body: { recording: id, reason } }))
          }
        />
      )}
    </>
  )
}

function ReasonDialog({
  title,
  submit,
  text,
  onClose,
  onSubmit,
}: {
  title: string
  submit: string
  text: string
  onClose: () => void
  onSubmit: (reason: string) => Promise<unknown>
}) {
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title={title}
      submit={submit}
      changes={['call', 'calls', 'approvals']}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={() => onSubmit(reason.trim())}
    >
      <Text>{text}</Text>
      <Field label="Reason" required>
        <Textarea value={reason} maxLength={1000} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
