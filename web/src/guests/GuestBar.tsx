import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useLocation } from 'react-router'
import { api, unwrap } from '../api/client'
import { useSession } from '../app/session'
import { formatInstant } from '../lib/format'

/** Tells a guest of what the invitation gives. */
export function GuestBar() {
  const session = useSession()
  const { pathname } = useLocation()
  // Plays are used as one goes on
  const own = useQuery({
    queryKey: ['guest', pathname],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/session', { signal })),
    select: (data) => data.guest,
    enabled: session.guest !== null,
    staleTime: 0,
  })
  const guest = own.data ?? session.guest
  if (!guest) return null
  return (
    <MessageBar intent="info" role="status">
      <MessageBarBody>
        You are a guest on {guest.matter} until {formatInstant(guest.until, session.zone)}. {guest.playsUsed}{' '}
        of {guest.plays} plays are used.
      </MessageBarBody>
    </MessageBar>
  )
}
