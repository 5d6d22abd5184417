import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Spinner,
  Text,
  Title3,
  tokens,
} from '@fluentui/react-components'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { ApiError, api, type Session, unwrap } from '../api/client'
import { Mark } from '../app/Mark'

const useStyles = makeStyles({
  page: { flexGrow: 1, display: 'grid', placeItems: 'center', padding: tokens.spacingHorizontalL },
  card: {
    width: '100%',
    maxWidth: '360px',
    boxSizing: 'border-box',
    padding: tokens.spacingHorizontalXXXL,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow8,
  },
  brand: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
  title: { margin: 0 },
  lead: { display: 'block', marginTop: tokens.spacingVerticalS, color: tokens.colorNeutralForeground2 },
  form: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    marginTop: tokens.spacingVerticalXL,
  },
  submit: { marginTop: tokens.spacingVerticalS },
})

const KEY = 'earwitness-tenant'

type Props = { sessionEnded: boolean; onSignedIn: (session: Session) => void }

export function SignInPage({ sessionEnded, onSignedIn }: Props) {
  const styles = useStyles()
  const [tenant, setTenant] = useState(() => localStorage.getItem(KEY) ?? '')
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<string>()
  const [busy, setBusy] = useState(false)
  const first = useRef<HTMLInputElement>(null)
  const second = useRef<HTMLInputElement>(null)
  const third = useRef<HTMLInputElement>(null)

  useEffect(() => {
    document.title = 'Sign in · Earwitness'
    ;(localStorage.getItem(KEY) ? second : first).current?.focus()
  }, [])

  async function submit(event: FormEvent) {
    event.preventDefault()
    const missing = !tenant.trim() ? first : !user.trim() ? second : !password ? third : undefined
    if (missing) {
      setError('Fill in tenant, user name and password.')
      missing.current?.focus()
      return
    }
    setBusy(true)
    setError(undefined)
    try {
      const body = { tenant: tenant.trim(), user: user.trim(), password }
      const session = await unwrap(api.POST('/api/v1/session', { body }))
      localStorage.setItem(KEY, session.tenant)
      onSignedIn(session)
    } catch (e) {
      setError(e instanceof ApiError ? e.message : 'Signing in failed. Try again.')
      setPassword('')
      setBusy(false)
      third.current?.focus()
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
        <Text className={styles.lead}>Sign in to search and play recorded calls.</Text>
        <form className={styles.form} onSubmit={submit} noValidate>
          {error ? (
            <MessageBar intent="error" layout="multiline" role="alert">
              <MessageBarBody>{error}</MessageBarBody>
            </MessageBar>
          ) : (
            sessionEnded && (
              <MessageBar intent="warning" layout="multiline">
                <MessageBarBody>Your session has ended. Sign in again to go on.</MessageBarBody>
              </MessageBar>
            )
          )}
          <Field label="Tenant">
            <Input
              ref={first}
              value={tenant}
              maxLength={40}
              autoComplete="organization"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(_, data) => setTenant(data.value)}
            />
          </Field>
          <Field label="User name">
            <Input
              ref={second}
              value={user}
              maxLength={200}
              autoComplete="username"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(_, data) => setUser(data.value)}
            />
          </Field>
          <Field label="Password">
            <Input
              ref={third}
              type="password"
              value={password}
              autoComplete="current-password"
              onChange={(_, data) => setPassword(data.value)}
            />
          </Field>
          <Button
            className={styles.submit}
            appearance="primary"
            type="submit"
            disabledFocusable={busy}
            icon={busy ? <Spinner size="tiny" /> : undefined}
          >
            {busy ? 'Signing in' : 'Sign in'}
          </Button>
        </form>
      </div>
    </main>
  )
}
