import {
  Button,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Spinner,
  Text,
  Title3,
  tokens,
} from '@fluentui/react-components'
import { useEffect, useState } from 'react'
import { ApiError, type Session } from '../api/client'
import { Mark } from '../app/Mark'
import { signInProblems } from '../lib/words'
import { signInByTeams, signInByWindow, tab } from './host'

const useStyles = makeStyles({
  page: { flexGrow: 1, display: 'grid', placeItems: 'center', padding: tokens.spacingHorizontalL },
  card: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, maxWidth: '360px' },
  brand: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
  title: { margin: 0 },
})

type Props = { signedOut: boolean; onSignedIn: (session: Session) => void }

/** Signs in without a word where Teams gives a token, else by a window of the identity provider. */
export default function TeamsSignIn({ signedOut, onSignedIn }: Props) {
  const styles = useStyles()
  const [own] = useState(tab)
  const [busy, setBusy] = useState(!signedOut)
  const [error, setError] = useState<string>()
  const complete = own.tenant !== '' && own.provider !== ''

  useEffect(() => {
    document.title = 'Sign in · Earwitness'
    // Whoever signed out is asked before
    if (signedOut || !complete) return
    let gone = false
    signInByTeams(own).then(
      (session) => !gone && onSignedIn(session),
      (e) => {
        if (gone) return
        setBusy(false)
        // That Teams gives no token is usual: the company did not consent. The window is for that
        if (e instanceof ApiError) setError(e.message)
      },
    )
    return () => {
      gone = true
    }
  }, [own, complete, signedOut, onSignedIn])

  async function open() {
    setBusy(true)
    setError(undefined)
    try {
      onSignedIn(await signInByWindow(own))
    } catch (e) {
      setBusy(false)
      const word = e instanceof Error ? e.message : String(e)
      setError(
        e instanceof ApiError ? e.message : (signInProblems[word] ?? 'You are not signed in. Try again.'),
      )
    }
  }

  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Mark size={32} />
          <Title3 as="h1" className={styles.title}>
            Earwitness
          </Title3>
        </div>
        {!complete && (
          <MessageBar intent="error" layout="multiline" role="alert">
            <MessageBarBody>
              This tab does not say whose it is. Its address in the app’s manifest ends with
              ?tenant=…&amp;provider=….
            </MessageBarBody>
          </MessageBar>
        )}
        {error && (
          <MessageBar intent="error" layout="multiline" role="alert">
            <MessageBarBody>{error}</MessageBarBody>
          </MessageBar>
        )}
        {complete &&
          (busy ? (
            <Spinner label="Signing in" />
          ) : (
            <>
              <Text>Sign in to search and play recorded calls.</Text>
              <Button appearance="primary" onClick={open}>
                Sign in
              </Button>
            </>
          ))}
      </div>
    </main>
  )
}
