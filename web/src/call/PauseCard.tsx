import { Button, Field, Input, Text } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type RecordingDetail, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { useSession } from '../app/session'
import { formatInstant } from '../lib/format'
import { may } from '../lib/words'
import { Card } from './Card'

/** Whether a call that runs is paused, and the way to pause and resume it. */
export function PauseCard({ call }: { call: RecordingDetail }) {
  const session = useSession()
  const [asking, setAsking] = useState(false)
  const shown = call.state === 'live' && may(session, 'pause')
  const pause = useQuery({
    queryKey: ['pause', call.id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/recordings/{id}/pause', { params: { path: { id: call.id } }, signal })),
    enabled: shown,
  })
  if (!shown) return null
  const now = pause.data
  return (
    <Card title="Recording">
      {pause.isError && <Failed title="It can’t be told whether it is paused" error={pause.error} />}
      {now && (
        <>
          <Text>
            {now.paused
              ? `Paused by ${now.by}${now.since ? `, since ${formatInstant(now.since, call.zone)}` : ''}${now.reason ? `: ${now.reason}` : ''}`
              : 'Not paused'}
            {/* Each look is an entry in the audit trail, so it is not asked for all the time */}
            {`, as of ${formatInstant(new Date(pause.dataUpdatedAt).toISOString(), call.zone)}`}
          </Text>
          <div>
            <Button size="small" appearance="subtle" onClick={() => pause.refetch()}>
              Look again
            </Button>
            <Button size="small" onClick={() => setAsking(true)}>
              {now.paused ? 'Resume…' : 'Pause…'}
            </Button>
          </div>
          {asking && <PauseDialog id={call.id} paused={now.paused} onClose={() => setAsking(false)} />}
        </>
      )}
    </Card>
  )
}

function PauseDialog({ id, paused, onClose }: { id: string; paused: boolean; onClose: () => void }) {
  const [reason, setReason] = useState('')
  const request = { params: { path: { id } }, body: { reason: reason.trim() || null } }
  return (
    <FormDialog
      title={paused ? 'Resume the recording' : 'Pause the recording'}
      submit={paused ? 'Resume' : 'Pause'}
      changes={['pause']}
      onClose={onClose}
      disabled={!paused && !reason.trim()}
      onSubmit={() =>
        unwrap(
          paused
            ? api.POST('/api/v1/recordings/{id}/resume', request)
            : api.POST('/api/v1/recordings/{id}/pause', request),
        )
      }
    >
      <Text>
        {paused
          ? 'From then on the call is recorded again.'
          : 'From then on nothing of the call is recorded for you, until it is resumed or the limit of a pause is over.'}
      </Text>
      <Field label="Reason" required={!paused} hint="Shown in the call’s timeline and in the audit trail">
        <Input value={reason} maxLength={500} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
