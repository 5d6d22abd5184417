import {
  Button,
  Divider,
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
import { ApiError, api, type Session, type SignInProvider, unwrap } from '../api/client'
import { Mark } from '../app/Mark'
import { LockedOutDialog } from '../approvals/LockedOut'
import { useSettled } from '../lib/useSettled'
import { signInProblems } from '../lib/words'

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
  providers: {
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    marginTop: tokens.spacingVerticalL,
  },
})

const KEY = 'earwitness-tenant'

type Props = { sessionEnded: boolean; onSignedIn: (session: Session) => void }

export function SignInPage({ sessionEnded, onSignedIn }: Props) {
  const styles = useStyles()
  const [tenant, setTenant] = useState(() => localStorage.getItem(KEY) ?? '')
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState<string>()
  const [error, setError] = useState(takeProblem)
  const [busy, setBusy] = useState(false)
  const providers = useProviders(tenant.trim())
  const [locked, setLocked] = useState(false)
  const [restored, setRestored] = useState<{ user: string; until: string }>()
  const first = useRef<HTMLInputElement>(null)
  const second = useRef<HTMLInputElement>(null)
  const third = useRef<HTMLInputElement>(null)
  const fourth = useRef<HTMLInputElement>(null)

  useEffect(() => {
    document.title = 'Sign in · Earwitness'
    ;(localStorage.getItem(KEY) ? second : first).current?.focus()
  }, [])
  const asksForCode = code !== undefined
  useEffect(() => {
    if (asksForCode) fourth.current?.focus()
  }, [asksForCode])

  async function submit(event: FormEvent) {
    event.preventDefault()
    const missing = !tenant.trim() ? first : !user.trim() ? second : !password ? third : undefined
    if (missing) {
      setError('Fill in tenant, user name and password.')
      missing.current?.focus()
      return
    }
    if (code?.trim() === '') {
      setError('Fill in the code.')
      fourth.current?.focus()
      return
    }
    setBusy(true)
    setError(undefined)
    try {
      const body = {
        tenant: tenant.trim(),
        user: user.trim(),
        password,
        ...(code !== undefined && { code: code.trim() }),
      }
      const session = await unwrap(api.POST('/api/v1/session', { body }))
      localStorage.setItem(KEY, session.tenant)
      onSignedIn(session)
    } catch (e) {
      setBusy(false)
      if (e instanceof ApiError && e.type === 'code-needed') {
        setCode('')
        return
      }
      setError(e instanceof ApiError ? e.message : 'Signing in failed. Try again.')
      if (e instanceof ApiError && e.type === 'wrong-code') {
        setCode('')
        fourth.current?.focus()
        return
      }
      setCode(undefined)
      setPassword('')
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
          {asksForCode && (
            <Field label="Code" hint="From your authenticator app, or one of your recovery codes.">
              <Input
                ref={fourth}
                value={code}
                maxLength={40}
                autoComplete="one-time-code"
                autoCapitalize="characters"
                spellCheck={false}
                onChange={(_, data) => setCode(data.value)}
              />
            </Field>
          )}
          {restored && (
            <MessageBar intent="success" layout="multiline" role="status">
              <MessageBarBody>
                {restored.user} is a tenant admin until {new Date(restored.until).toLocaleString('en')}. Sign
                in.
              </MessageBarBody>
            </MessageBar>
          )}
          <Button
            className={styles.submit}
            appearance="primary"
            type="submit"
            disabledFocusable={busy}
            icon={busy ? <Spinner size="tiny" /> : undefined}
          >
            {busy ? 'Signing in' : 'Sign in'}
          </Button>
          <Button appearance="transparent" onClick={() => setLocked(true)}>
            Locked out?
          </Button>
        </form>
        {providers.length > 0 && (
          <div className={styles.providers}>
            <Divider>or</Divider>
            {providers.map((provider) => (
              <Button
                key={provider.id}
                as="a"
                href={`/sign-in/oidc/${encodeURIComponent(tenant.trim())}/${encodeURIComponent(provider.id)}`}
                onClick={() => localStorage.setItem(KEY, tenant.trim())}
              >
                Sign in with {provider.name}
              </Button>
            ))}
          </div>
        )}
        {locked && (
          <LockedOutDialog
            tenant={tenant}
            user={user}
            onUsed={(given) => {
              setTenant(given.tenant)
              setUser(given.user)
              setError(undefined)
              setRestored(given)
            }}
            onClose={() => setLocked(false)}
          />
        )}
      </div>
    </main>
  )
}

/** What went wrong at an identity provider, as the address says it, which then no longer does. */
function takeProblem(): string | undefined {
  const word = new URLSearchParams(location.search).get('sign-in')
  if (!word) return undefined
  history.replaceState(history.state, '', location.pathname)
  return signInProblems[word] ?? signInProblems.unavailable
}

/** Through whom people of a tenant sign in, once its name was typed. */
function useProviders(tenant: string): SignInProvider[] {
  const settled = useSettled(tenant, 300)
  const [found, setFound] = useState<{ tenant: string; items: SignInProvider[] }>()
  useEffect(() => {
    if (!settled) return
    const abort = new AbortController()
    unwrap(
      api.GET('/api/v1/sign-in/providers', {
        params: { query: { tenant: settled } },
        signal: abort.signal,
      }),
    ).then(
      (answer) => setFound({ tenant: settled, items: answer.items }),
      // Whoever has a password signs in without them
      () => setFound(undefined),
    )
    return () => abort.abort()
  }, [settled])
  return found?.tenant === tenant ? found.items : []
}
