import { Link, MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useNavigate } from 'react-router'
import { useSession } from '../app/session'
import { formatInstant } from '../lib/format'
import { may } from '../lib/words'
import { states, useClosing } from './queries'

/** Says that the tenant is closed, and leads to how far that is. */
export function ClosingNotice() {
  const session = useSession()
  const navigate = useNavigate()
  const closing = useClosing(may(session, 'retention-read')).data?.closing
  if (!closing) return null
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>
        This tenant is closed; recording stops at {formatInstant(closing.stopAt, session.zone)}.{' '}
        {states[closing.state]}. <Link onClick={() => navigate('/closing')}>See how far it is</Link>
      </MessageBarBody>
    </MessageBar>
  )
}
