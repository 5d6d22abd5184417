import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  makeStyles,
  Spinner,
  Text,
} from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type OpenSession, type User, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { SessionTable } from '../security/SessionTable'

const useStyles = makeStyles({ surface: { maxWidth: '1000px' } })

type Props = { user: User; zone: string; onClose: () => void }

/** How a person signs in, and what an administrator does when that doesn't work or must end. */
export function SignInDialog({ user, zone, onClose }: Props) {
  const own = useStyles()
  const styles = useTableStyles()
  const client = useQueryClient()
  const path = { path: { user: user.id } }
  const signIn = useQuery({
    queryKey: ['sign-in', user.id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/users/{user}/sign-in', { params: path, signal })),
  })
  const sessions = useQuery({
    queryKey: ['sessions', user.id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/users/{user}/sessions', { params: path, signal })),
    select: (data) => data.items,
  })
  const change = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['sign-in', user.id] }),
        client.invalidateQueries({ queryKey: ['sessions', user.id] }),
      ]),
  })
  const unlock = () => unwrap(api.DELETE('/api/v1/users/{user}/lock', { params: path }))
  const reset = () => unwrap(api.DELETE('/api/v1/users/{user}/totp', { params: path }))
  const endAll = () => unwrap(api.DELETE('/api/v1/users/{user}/sessions', { params: path }))
  const end = (session: OpenSession) =>
    unwrap(
      api.DELETE('/api/v1/users/{user}/sessions/{session}', {
        params: { path: { user: user.id, session: session.id } },
      }),
    )
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface className={own.surface}>
        <DialogBody>
          <DialogTitle>Sign-in of {user.displayName}</DialogTitle>
          <DialogContent className={styles.form}>
            {change.isError && <Failed title="It was not done" error={change.error} />}
            {signIn.isError && <Failed title="It can’t be read" error={signIn.error} />}
            {signIn.isPending && <Spinner label="Loading" />}
            {signIn.data && (
              <>
                <Text>
                  {signIn.data.password ? 'Signs in by a password.' : 'Has no password.'}{' '}
                  {signIn.data.providers.map(
                    (each) =>
                      `${each.linkedAt ? 'Signs in' : 'May sign in'} by the identity provider ${each.provider}. `,
                  )}
                </Text>
                {signIn.data.lockedUntil && (
                  <div className={styles.row}>
                    <Text>
                      After too many failures, other browsers are locked out until{' '}
                      {formatInstant(signIn.data.lockedUntil, zone)}.
                    </Text>
                    <Button onClick={() => change.mutate(unlock)}>Unlock</Button>
                  </div>
                )}
                {signIn.data.totpEnrolledAt && (
                  <div className={styles.row}>
                    <Text>
                      Second factor since {formatInstant(signIn.data.totpEnrolledAt, zone)};{' '}
                      {signIn.data.recoveryCodes} recovery codes are left.
                    </Text>
                    <Button onClick={() => change.mutate(reset)}>Take it away</Button>
                  </div>
                )}
              </>
            )}
            {sessions.isError && <Failed title="The sessions can’t be read" error={sessions.error} />}
            {sessions.data &&
              (sessions.data.length > 0 ? (
                <SessionTable
                  label={`Sessions of ${user.displayName}`}
                  sessions={sessions.data}
                  zone={zone}
                  onEnd={(session) => change.mutate(() => end(session))}
                />
              ) : (
                <Text>No session or token is open.</Text>
              ))}
          </DialogContent>
          <DialogActions>
            <Button
              disabledFocusable={!sessions.data || sessions.data.length === 0}
              onClick={() => change.mutate(endAll)}
            >
              End all
            </Button>
            <Button appearance="primary" onClick={onClose}>
              Close
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
