import { Badge, Button, Link, Spinner, Text } from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'
import { Failed } from '../app/Failed'
import { Page, PageHead } from '../app/Page'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { CloseDialog, KeysDialog, PasswordDialog, VerifyDialog, WithdrawDialog } from '../closing/dialogs'
import { states, useClosing, useClosings } from '../closing/queries'
import { Steps } from '../closing/Steps'
import { may } from '../lib/words'

export default function ClosingPage() {
  const session = useSession()
  const platform = may(session, 'tenant-matching')
  return (
    <Page
      title="Closing"
      allowed={platform || may(session, 'retention-read')}
      refused={{
        title: 'Your role can’t see closings',
        text: 'Tenants are closed by the platform’s operators, and followed by those who may see retention.',
      }}
    >
      {platform ? <Closings zone={session.zone} /> : <OwnClosing zone={session.zone} />}
    </Page>
  )
}

function Closings({ zone }: { zone: string }) {
  const styles = useTableStyles()
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  const all = useClosings()
  return (
    <div className={styles.page}>
      <PageHead title="Closing">
        <Button onClick={() => setDialog(<CloseDialog onClose={close} />)}>Close a tenant</Button>
      </PageHead>
      {all.isPending && <Spinner label="Loading" />}
      {all.isError && <Failed title="The closings can’t be read" error={all.error} />}
      {all.data?.items.length === 0 && <Text>No tenant is being closed.</Text>}
      {all.data?.items.map((closing) => (
        <section key={closing.tenant} aria-label={closing.tenant}>
          <div className={styles.top}>
            <Text className={styles.title} weight="semibold">
              {closing.tenant} <Badge appearance="tint">{states[closing.state]}</Badge>
            </Text>
            {closing.state === 'announced' && (
              <Button onClick={() => setDialog(<WithdrawDialog tenant={closing.tenant} onClose={close} />)}>
                Withdraw
              </Button>
            )}
            {closing.state === 'closed' && (
              <Link href={`/api/v1/platform/closings/${encodeURIComponent(closing.tenant)}/certificate`}>
                Certificate
              </Link>
            )}
          </div>
          <Steps closing={closing} zone={zone} />
        </section>
      ))}
      {dialog}
    </div>
  )
}

function OwnClosing({ zone }: { zone: string }) {
  const styles = useTableStyles()
  const session = useSession()
  const [dialog, setDialog] = useState<ReactNode>()
  const [password, setPassword] = useState('')
  const close = () => setDialog(undefined)
  const own = useClosing(true)
  const closing = own.data?.closing
  return (
    <div className={styles.page}>
      <PageHead title="Closing">
        {closing?.state === 'exported' && may(session, 'delivery-targets') && (
          <Button onClick={() => setDialog(<VerifyDialog onClose={close} />)}>
            Confirm that everything is there
          </Button>
        )}
        {closing?.inventory && !closing.keysDestroyedAt && may(session, 'keys') && (
          <Button onClick={() => setDialog(<KeysDialog onTaken={setPassword} onClose={close} />)}>
            Take the private keys
          </Button>
        )}
      </PageHead>
      {own.isPending && <Spinner label="Loading" />}
      {own.isError && <Failed title="The closing can’t be read" error={own.error} />}
      {own.data && !closing && <Text>This tenant is not being closed.</Text>}
      {closing && (
        <>
          <Text>
            <Badge appearance="tint">{states[closing.state]}</Badge>
          </Text>
          <Steps closing={closing} zone={zone} />
          {closing.inventory && (
            <Text>
              <Link href="/api/v1/closing/inventory">Take the inventory</Link> and look for everything in your
              own storage: earwitness verify-delivery --inventory inventory.p7 --key key.pem --receipt
              receipt.json PLACE
            </Text>
          )}
        </>
      )}
      {dialog}
      {password && <PasswordDialog password={password} onClose={() => setPassword('')} />}
    </div>
  )
}
