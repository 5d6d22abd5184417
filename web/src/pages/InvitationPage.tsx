import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Spinner,
  Text,
  tokens,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ApiError, api, type Session, unwrap } from '../api/client'
import { EntryCard, takeCode } from '../app/EntryCard'

const useStyles = makeStyles({
  form: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
})

const SHORTEST = 12

/** Where a guest accepts an invitation. */
export default function InvitationPage({ onEntered }: { onEntered: (session: Session) => void }) {
  const [invitation] = useState(takeCode)
  const offer = useQuery({
    queryKey: ['invitation'],
    queryFn: ({ signal }) => unwrap(api.POST('/api/v1/invitations/view', { body: invitation, signal })),
    enabled: invitation.code !== '',
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  return (
    <EntryCard title="Invitation">
      {!invitation.code && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>
            Open the whole link that you were sent: the invitation’s code is missing.
          </MessageBarBody>
        </MessageBar>
      )}
      {offer.isError && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{offer.error.message}</MessageBarBody>
        </MessageBar>
      )}
      {offer.isLoading && <Spinner label="Looking it up" />}
      {offer.data && (
        <>
          <Text>
            {offer.data.tenantName} invites you, {offer.data.displayName}, to listen to the recordings of{' '}
            {offer.data.terms.matter} until {new Date(offer.data.terms.until).toLocaleString('en')}, with{' '}
            {offer.data.terms.plays} plays.
          </Text>
          {offer.data.provider ? (
            <Button
              as="a"
              appearance="primary"
              href={`/sign-in/oidc/${encodeURIComponent(offer.data.tenant)}/${encodeURIComponent(offer.data.provider)}?invitation=${encodeURIComponent(invitation.code)}`}
            >
              Accept and sign in with {offer.data.provider}
            </Button>
          ) : (
            <PasswordForm name={offer.data.name} invitation={invitation} onEntered={onEntered} />
          )}
        </>
      )}
    </EntryCard>
  )
}

type FormProps = {
  name: string
  invitation: { tenant: string; code: string }
  onEntered: (session: Session) => void
}

function PasswordForm({ name, invitation, onEntered }: FormProps) {
  const styles = useStyles()
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)

  async function submit(event: FormEvent) {
    event.preventDefault()
    if (password.length < SHORTEST) return setError(`Choose a password of at least ${SHORTEST} characters.`)
    if (password !== again) return setError('The two passwords differ.')
    setBusy(true)
    setError(undefined)
    try {
      onEntered(await unwrap(api.POST('/api/v1/invitations/accept', { body: { ...invitation, password } })))
    } catch (e) {
      setBusy(false)
      setError(e instanceof ApiError ? e.message : 'It was not done. Try again.')
    }
  }

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Text>
        Choose a password for the account <strong>{name}</strong>. Then you set up a second factor: have an
        authenticator app at hand.
      </Text>
      {error && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{error}</MessageBarBody>
        </MessageBar>
      )}
      <input type="hidden" name="username" autoComplete="username" value={name} />
      <Field label="Password" hint={`At least ${SHORTEST} characters.`}>
        <Input
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(_, data) => setPassword(data.value)}
        />
      </Field>
      <Field label="Password again">
        <Input
          type="password"
          autoComplete="new-password"
          value={again}
          onChange={(_, data) => setAgain(data.value)}
        />
      </Field>
      <Button appearance="primary" type="submit" disabledFocusable={busy}>
        Accept
      </Button>
    </form>
  )
}
