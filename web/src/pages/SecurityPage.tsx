import { Button, makeStyles, Spinner, Subtitle2, Title3, tokens } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { api, type OpenSession, type Token, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { useSession } from '../app/session'
import { useTableStylesWith } from '../app/table'
import { may } from '../lib/words'
import { NewToken, NewTokenDialog } from '../security/NewTokenDialog'
import { SessionTable } from '../security/SessionTable'
import { TokenTable } from '../security/TokenTable'
import { TotpCard } from '../security/TotpCard'

const useOwnStyles = makeStyles({
  page: { overflow: 'auto' },
  box: { flexGrow: 0, flexShrink: 0 },
  inside: { padding: tokens.spacingHorizontalL },
  heading: { margin: 0, marginTop: tokens.spacingVerticalM },
})

/** One's own sign-in: second factor, sessions and tokens. */
export default function SecurityPage() {
  const styles = useTableStylesWith(useOwnStyles())
  const session = useSession()
  useEffect(() => {
    document.title = 'Sign-in and sessions · Earwitness'
  }, [])
  return (
    <div className={styles.page}>
      <div className={styles.top}>
        <Title3 as="h1" className={styles.title}>
          Sign-in and sessions
        </Title3>
      </div>
      <Subtitle2 as="h2" className={styles.heading}>
        Second factor
      </Subtitle2>
      <section className={styles.box} aria-label="Second factor">
        <div className={styles.inside}>
          <TotpCard />
        </div>
      </section>
      {!session.enrolmentDue && (
        <>
          <Sessions zone={session.zone} />
          {may(session, 'tokens') && <Tokens zone={session.zone} />}
        </>
      )}
    </div>
  )
}

function Sessions({ zone }: { zone: string }) {
  const styles = useTableStylesWith(useOwnStyles())
  const client = useQueryClient()
  const sessions = useQuery({
    queryKey: ['sessions'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/sessions', { signal })),
    select: (data) => data.items,
  })
  const end = useMutation({
    mutationFn: (session: OpenSession) =>
      unwrap(api.DELETE('/api/v1/sessions/{session}', { params: { path: { session: session.id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  })
  if (sessions.isPending) return <Spinner label="Loading" />
  if (sessions.isError) return <Failed title="The sessions can’t be read" error={sessions.error} />
  return (
    <>
      {end.isError && <Failed title="It was not ended" error={end.error} />}
      <Subtitle2 as="h2" className={styles.heading}>
        Sessions
      </Subtitle2>
      <section className={styles.box} aria-label="Sessions">
        <SessionTable label="Open sessions" sessions={sessions.data} zone={zone} onEnd={end.mutate} />
      </section>
    </>
  )
}

function Tokens({ zone }: { zone: string }) {
  const styles = useTableStylesWith(useOwnStyles())
  const client = useQueryClient()
  const tokens = useQuery({
    queryKey: ['own-tokens'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/tokens', { signal })),
    select: (data) => data.items,
  })
  const [dialog, setDialog] = useState<ReactNode>()
  const [made, setMade] = useState<{ name: string; token: string }>()
  const revoke = useMutation({
    mutationFn: (token: Token) =>
      unwrap(api.DELETE('/api/v1/tokens/{id}', { params: { path: { id: token.id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['own-tokens'] }),
  })
  const close = () => setDialog(undefined)
  if (tokens.isPending) return <Spinner label="Loading" />
  if (tokens.isError) return <Failed title="The tokens can’t be read" error={tokens.error} />
  return (
    <>
      {revoke.isError && <Failed title="It was not revoked" error={revoke.error} />}
      <div className={styles.top}>
        <Subtitle2 as="h2" className={styles.heading}>
          Tokens
        </Subtitle2>
        <Button
          size="small"
          icon={<AddRegular />}
          onClick={() => setDialog(<NewTokenDialog onMade={setMade} onClose={close} />)}
        >
          Make a token
        </Button>
      </div>
      {made && <NewToken name={made.name} token={made.token} />}
      {tokens.data.length > 0 && (
        <section className={styles.box} aria-label="Tokens">
          <TokenTable tokens={tokens.data} zone={zone} onRevoke={revoke.mutate} />
        </section>
      )}
      {dialog}
    </>
  )
}
