import { Button, Field, Text, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import { api, type RecordingDetail, unwrap } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { formatInstant } from '../lib/format'
import { Card } from './Card'
import { FactList } from './FactList'

/** What the policy of recording said of a call, and the button that keeps a held one. */
export function PolicyCard({ call }: { call: RecordingDetail }) {
  const [asking, setAsking] = useState(false)
  const policy = call.policy
  if (!policy || policy.version === 0) return null
  const held =
    policy.action === 'on-demand' && !policy.keptAt && (call.state === 'live' || call.state === 'closed')
  return (
    <Card title="Recording policy">
      <Text>
        By version {policy.version}: {policy.reason}.
      </Text>
      <FactList
        facts={[
          [
            'Not recorded',
            policy.notRecorded &&
              (policy.notRecorded === 'not-kept' ? 'Nobody marked it in time' : 'By policy'),
          ],
          ['May be marked until', held && policy.heldUntil && formatInstant(policy.heldUntil, call.zone)],
          ['Kept', policy.keptAt && `${formatInstant(policy.keptAt, call.zone)}, by ${policy.keptBy}`],
          ['Why', policy.keptReason],
        ]}
      />
      {held && call.permissions.includes('keep') && (
        <div>
          <Button appearance="primary" onClick={() => setAsking(true)}>
            Keep this call
          </Button>
        </div>
      )}
      {asking && <KeepDialog id={call.id} onClose={() => setAsking(false)} />}
    </Card>
  )
}

function KeepDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Keep this call"
      submit="Keep"
      changes={['call', 'recordings']}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={() =>
        unwrap(api.POST('/api/v1/recordings/{id}/keep', { params: { path: { id } }, body: { reason } }))
      }
    >
      <Field label="Reason" hint="It is entered in the audit trail">
        <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
