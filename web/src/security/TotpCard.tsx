import { Button, Field, Input, MessageBar, MessageBarBody, Spinner, Text } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useState } from 'react'
import { api, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { QrCode } from './QrCode'

type Begun = { secret: string; uri: string }

/** One's own second factor: whether there is one, and what can be done about it. */
export function TotpCard() {
  const styles = useTableStyles()
  const session = useSession()
  const totp = useQuery({
    queryKey: ['totp'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/totp', { signal })),
  })
  const [begun, setBegun] = useState<Begun>()
  const [codes, setCodes] = useState<string[]>()
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)

  if (totp.isPending) return <Spinner label="Loading" />
  if (totp.isError) return <Failed title="The second factor can’t be read" error={totp.error} />
  if (!totp.data.possible) {
    return <Text>You sign in by an identity provider. A second factor is its matter.</Text>
  }
  if (codes) return <RecoveryCodes codes={codes} onKept={() => setCodes(undefined)} />
  if (begun) {
    return (
      <Enrol
        begun={begun}
        onDone={(given) => {
          setBegun(undefined)
          setCodes(given)
        }}
        onCancel={() => setBegun(undefined)}
      />
    )
  }
  const enrolledAt = totp.data.enrolledAt
  const needsCode = enrolledAt !== null
  return (
    <div className={styles.form}>
      {session.enrolmentDue && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            You need a second factor. Set it up now; nothing else can be done before.
          </MessageBarBody>
        </MessageBar>
      )}
      <Text>
        {enrolledAt
          ? `Since ${formatInstant(enrolledAt, session.zone)} signing in needs a code of your authenticator app, too. ${totp.data.recoveryCodes} recovery codes are left.`
          : 'With a second factor a stolen password is not enough: signing in needs a code of an authenticator app on your telephone, too.'}
      </Text>
      <div className={styles.row}>
        <Button
          appearance={enrolledAt ? 'secondary' : 'primary'}
          onClick={() =>
            setDialog(
              <ProofDialog
                title={enrolledAt ? 'Set up another second factor' : 'Set up a second factor'}
                submit="Go on"
                needsCode={needsCode}
                onClose={close}
                onProven={async (body) => setBegun(await unwrap(api.POST('/api/v1/totp', { body })))}
              />,
            )
          }
        >
          {enrolledAt ? 'Set up another one' : 'Set up a second factor'}
        </Button>
        {enrolledAt && (
          <Button
            onClick={() =>
              setDialog(
                <ProofDialog
                  title="Make new recovery codes"
                  submit="Make"
                  needsCode
                  onClose={close}
                  onProven={async (body) => {
                    const made = await unwrap(api.POST('/api/v1/totp/recovery-codes', { body }))
                    setCodes(made.recoveryCodes)
                  }}
                />,
              )
            }
          >
            New recovery codes
          </Button>
        )}
        {enrolledAt && !totp.data.required && (
          <Button
            onClick={() =>
              setDialog(
                <ProofDialog
                  title="Do without a second factor?"
                  submit="Remove"
                  needsCode
                  onClose={close}
                  onProven={(body) => unwrap(api.POST('/api/v1/totp/removal', { body }))}
                />,
              )
            }
          >
            Remove
          </Button>
        )}
      </div>
      {dialog}
    </div>
  )
}

type ProofProps = {
  title: string
  submit: string
  needsCode: boolean
  onProven: (proof: { password: string; code?: string }) => Promise<unknown>
  onClose: () => void
}

/** Asks again for what the account is entered with: a browser left alone must not be enough. */
function ProofDialog({ title, submit, needsCode, onProven, onClose }: ProofProps) {
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  return (
    <FormDialog
      title={title}
      submit={submit}
      changes={['totp']}
      onClose={onClose}
      disabled={!password || (needsCode && !code.trim())}
      onSubmit={() => onProven({ password, ...(needsCode && { code: code.trim() }) })}
    >
      <Field label="Your password" required>
        <Input
          type="password"
          value={password}
          autoComplete="current-password"
          onChange={(_, data) => setPassword(data.value)}
        />
      </Field>
      {needsCode && (
        <Field label="Code" required hint="Of your present authenticator app, or a recovery code.">
          <Input value={code} autoComplete="one-time-code" onChange={(_, data) => setCode(data.value)} />
        </Field>
      )}
    </FormDialog>
  )
}

type EnrolProps = { begun: Begun; onDone: (codes: string[]) => void; onCancel: () => void }

function Enrol({ begun, onDone, onCancel }: EnrolProps) {
  const styles = useTableStyles()
  const [code, setCode] = useState('')
  const enrol = useMutation({
    mutationFn: () => unwrap(api.PUT('/api/v1/totp', { body: { code: code.trim() } })),
    onSuccess: (done) => onDone(done.recoveryCodes),
  })
  function send(event: FormEvent) {
    event.preventDefault()
    if (code.trim() && !enrol.isPending) enrol.mutate()
  }
  return (
    <form className={styles.form} onSubmit={send} noValidate>
      <Text>
        Scan this with an authenticator app, or type the secret into it. Then enter the code it shows.
      </Text>
      <QrCode text={begun.uri} label="QR code of the secret" />
      <Text>
        Secret: <code>{(begun.secret.match(/.{1,4}/g) ?? []).join(' ')}</code>
      </Text>
      {enrol.isError && <Failed title="It is not set up yet" error={enrol.error} />}
      <div className={styles.row}>
        <Field label="Code" required>
          <Input
            value={code}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={10}
            onChange={(_, data) => setCode(data.value)}
          />
        </Field>
        <Button appearance="primary" type="submit" disabledFocusable={!code.trim() || enrol.isPending}>
          Confirm
        </Button>
        <Button onClick={onCancel}>Cancel</Button>
      </div>
    </form>
  )
}

function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const styles = useTableStyles()
  const client = useQueryClient()
  async function kept() {
    await client.invalidateQueries({ queryKey: ['totp'] })
    onKept()
    // What may be done is more now, if this was due
    await client.invalidateQueries({ queryKey: ['session'] })
  }
  return (
    <div className={styles.form}>
      <Text>
        These recovery codes sign you in once each if the app is lost. They are shown this once: print them or
        keep them in a password manager.
      </Text>
      <ul aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={styles.row}>
        <Button appearance="primary" onClick={kept}>
          I have kept them
        </Button>
      </div>
    </div>
  )
}
