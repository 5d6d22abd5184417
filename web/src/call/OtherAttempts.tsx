import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { Fragment } from 'react'
import type { RecordingDetail } from '../api/client'
import { Link } from '../app/Link'

/** A line on other attempts at recording the same conversation; nothing if there were none. */
export function OtherAttempts({ call }: { call: Pick<RecordingDetail, 'recordedAs' | 'refusedAttempts'> }) {
  if (call.recordedAs.length > 0) {
    return (
      <MessageBar intent="success" layout="multiline">
        <MessageBarBody>
          The same conversation was recorded: <Calls ids={call.recordedAs} name="recording" />.
        </MessageBarBody>
      </MessageBar>
    )
  }
  const refused = call.refusedAttempts.length
  if (refused > 0) {
    return (
      <MessageBar intent="info" layout="multiline">
        <MessageBarBody>
          {refused === 1 ? 'Another attempt' : `${refused} other attempts`} at recording this conversation{' '}
          {refused === 1 ? 'was' : 'were'} refused: <Calls ids={call.refusedAttempts} name="attempt" />.
        </MessageBarBody>
      </MessageBar>
    )
  }
  return null
}

function Calls({ ids, name }: { ids: string[]; name: string }) {
  return ids.map((id, n) => (
    <Fragment key={id}>
      {n > 0 && ', '}
      <Link to={`/calls/${id}`}>{ids.length === 1 ? `see the ${name}` : `${name} ${n + 1}`}</Link>
    </Fragment>
  ))
}
