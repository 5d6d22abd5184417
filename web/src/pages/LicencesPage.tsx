import { Badge, Button, Field, Input, Link, Spinner, Text } from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'
import type { LicenceStatus } from '../api/client'
import { Failed } from '../app/Failed'
import { Page, PageHead } from '../app/Page'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { formatCount, formatInstant } from '../lib/format'
import { may } from '../lib/words'
import { licences, states, useExtensions, useLicences } from '../licences/queries'
import { TermsDialog } from '../licences/TermsDialog'

export default function LicencesPage() {
  const session = useSession()
  const platform = may(session, 'licences')
  return (
    <Page
      title="Licences"
      allowed={platform || may(session, 'licences-read')}
      refused={{
        title: 'Your role can’t see licences',
        text: 'They are set by the platform’s operators, and shown to tenant admins, recording admins and auditors.',
      }}
    >
      <Licences platform={platform} zone={session.zone} />
    </Page>
  )
}

function Licences({ platform, zone }: { platform: boolean; zone: string }) {
  const styles = useTableStyles()
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  const all = useLicences(platform)
  return (
    <div className={styles.page}>
      <PageHead title="Licences">
        {platform && (
          <Button onClick={() => setDialog(<TermsDialog onClose={close} />)}>Set a licence</Button>
        )}
      </PageHead>
      <Text>
        Whatever the state, what is recorded is found, heard and kept as it was decided. An extension counts
        once in a month and class.
      </Text>
      {all.isPending && <Spinner label="Loading" />}
      {all.isError && <Failed title="The licences can’t be read" error={all.error} />}
      {all.data && (
        <table className={styles.table} aria-label="Licences">
          <thead>
            <tr>
              {[...(platform ? ['Tenant'] : []), 'Class', 'State', 'Recorded this month', 'Licensed', 'Until']
                .concat('Recording', platform ? 'Changes' : [])
                .map((name) => (
                  <th key={name} scope="col" className={styles.head}>
                    {name}
                  </th>
                ))}
            </tr>
          </thead>
          <tbody>
            {all.data.items.map((status) => (
              <Row
                key={`${status.tenant} ${status.licence}`}
                status={status}
                platform={platform}
                zone={zone}
                onChange={() => setDialog(<TermsDialog status={status} onClose={close} />)}
              />
            ))}
          </tbody>
        </table>
      )}
      {!platform && <Extensions zone={zone} />}
      {dialog}
    </div>
  )
}

type RowProps = { status: LicenceStatus; platform: boolean; zone: string; onChange: () => void }

function Row({ status, platform, zone, onChange }: RowProps) {
  const styles = useTableStyles()
  const state = states[status.state]
  return (
    <tr>
      {platform && <td className={styles.cell}>{status.tenant}</td>}
      <td className={styles.cell}>{licences[status.licence]}</td>
      <td className={styles.cell}>
        <Badge appearance="tint" color={state.color}>
          {state.label}
        </Badge>
      </td>
      <td className={styles.cell}>
        {formatCount(status.recorded)}
        {status.above > 0 && ` (${formatCount(status.above)} above)`}
      </td>
      <td className={styles.cell}>
        {status.extensions === null ? 'Without limits' : formatCount(status.extensions)}
      </td>
      <td className={styles.cell}>{status.until ? formatInstant(status.until, zone) : 'No end'}</td>
      <td className={styles.cell}>
        {status.effects.recording}
        {status.stopsRecording && ' (set to stop)'}
      </td>
      {platform && (
        <td className={`${styles.cell} ${styles.actions}`}>
          <Button size="small" appearance="subtle" onClick={onChange}>
            Change
          </Button>
        </td>
      )}
    </tr>
  )
}

function Extensions({ zone }: { zone: string }) {
  const styles = useTableStyles()
  const [month, setMonth] = useState(() => formatInstant(new Date().toISOString(), zone).slice(0, 7))
  const extensions = useExtensions(month)
  const items = extensions.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <section aria-label="Recorded extensions">
      <div className={styles.row}>
        <Field label="Month" hint="Such as 2026-11">
          <Input value={month} maxLength={7} onChange={(_, data) => setMonth(data.value)} />
        </Field>
        <Link href={`/api/v1/licences/extensions?month=${encodeURIComponent(month)}&format=csv`}>
          Take them away as CSV
        </Link>
      </div>
      {extensions.isError && <Failed title="The extensions can’t be read" error={extensions.error} />}
      <table className={styles.table} aria-label="Recorded extensions">
        <thead>
          <tr>
            {['Number', 'Class', 'First recorded'].map((name) => (
              <th key={name} scope="col" className={styles.head}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((each) => (
            <tr key={`${each.licence} ${each.number}`}>
              <td className={styles.cell}>{each.number}</td>
              <td className={styles.cell}>{licences[each.licence]}</td>
              <td className={styles.cell}>{formatInstant(each.firstAt, zone)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {extensions.data && items.length === 0 && <Text>No extension was recorded in this month.</Text>}
      {extensions.hasNextPage && (
        <Button disabled={extensions.isFetchingNextPage} onClick={() => void extensions.fetchNextPage()}>
          More
        </Button>
      )}
    </section>
  )
}
