import {
  Button,
  Link as FileLink,
  MessageBar,
  MessageBarBody,
  Spinner,
  Text,
} from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'
import type { DisposalRun } from '../api/client'
import { Failed } from '../app/Failed'
import { Page, PageHead } from '../app/Page'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { AskRunDialog, SettingsDialog, VetoDialog } from '../disposal/dialogs'
import {
  fates,
  itemStates,
  modes,
  runStates,
  useItems,
  usePreview,
  useRuns,
  useSettings,
} from '../disposal/queries'
import { Recordings } from '../disposal/Recordings'
import { formatBytes, formatCount, formatInstant } from '../lib/format'
import { may } from '../lib/words'

export default function DisposalPage() {
  const session = useSession()
  return (
    <Page
      title="Disposal"
      allowed={may(session, 'retention-read')}
      refused={{
        title: 'Your role can’t see what is disposed of',
        text: 'It is set by recording admins, and shown to tenant admins, compliance officers and auditors.',
      }}
    >
      <Disposal change={may(session, 'retention')} zone={session.zone} />
    </Page>
  )
}

function Disposal({ change, zone }: { change: boolean; zone: string }) {
  const styles = useTableStyles()
  const settings = useSettings()
  const preview = usePreview()
  const [dialog, setDialog] = useState<ReactNode>()
  const [asked, setAsked] = useState(false)
  const close = () => setDialog(undefined)
  const onVeto = (id: string) => setDialog(<VetoDialog id={id} onClose={close} />)
  if (settings.isPending) return <Spinner label="Loading" />
  if (settings.isError) return <Failed title="The settings can’t be read" error={settings.error} />
  const { mode, cdr, officers, changedAt, changedBy } = settings.data
  return (
    <div className={styles.page}>
      <PageHead title="Disposal">
        {change && (
          <Button
            onClick={() =>
              setDialog(
                <SettingsDialog settings={settings.data} onAsked={() => setAsked(true)} onClose={close} />,
              )
            }
          >
            Change
          </Button>
        )}
      </PageHead>
      <Text>
        {modes[mode]}.{' '}
        {mode !== 'off' &&
          `Told are ${officers.map((each) => each.name).join(', ')}. The row in the call detail records: ${fates[cdr].toLowerCase()}. `}
        {changedAt && `Set ${formatInstant(changedAt, zone)} by ${changedBy}.`}
      </Text>
      {asked && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>It was asked for. Another person decides under Approvals.</MessageBarBody>
        </MessageBar>
      )}
      <Runs
        change={change}
        zone={zone}
        onVeto={onVeto}
        onAsk={(id) => setDialog(<AskRunDialog id={id} onAsked={() => setAsked(true)} onClose={close} />)}
      />
      {preview.isError && <Failed title="What falls due can’t be read" error={preview.error} />}
      {preview.data && (
        <section aria-label="Falls due in 30 days">
          <h2 className={styles.title}>Falls due in 30 days, and is in no run yet</h2>
          <Text>
            {formatCount(preview.data.recordings)} recordings with {formatBytes(preview.data.bytes)}
          </Text>
          {preview.data.items.length > 0 && (
            <Recordings label="Falls due" items={preview.data.items} onVeto={onVeto} />
          )}
        </section>
      )}
      {dialog}
    </div>
  )
}

type RunsProps = {
  change: boolean
  zone: string
  onVeto: (id: string) => void
  onAsk: (run: string) => void
}

function Runs({ change, zone, onVeto, onAsk }: RunsProps) {
  const styles = useTableStyles()
  const runs = useRuns()
  const [open, setOpen] = useState<string>()
  if (runs.isError) return <Failed title="The runs can’t be read" error={runs.error} />
  if (!runs.data || runs.data.items.length === 0) return null
  return (
    <>
      <table className={styles.table} aria-label="Runs">
        <thead>
          <tr>
            {['Announced', 'State', 'Not before', 'Approved by', 'Recordings', ''].map((name) => (
              <th key={name} scope="col" className={styles.head}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {runs.data.items.map((run) => (
            <tr key={run.id}>
              <td className={styles.cell}>{formatInstant(run.openedAt, zone)}</td>
              <td className={styles.cell}>{runStates[run.state]}</td>
              <td className={styles.cell}>{formatInstant(run.notBefore, zone)}</td>
              <td className={styles.cell}>{run.approvedBy ?? 'Nobody yet'}</td>
              <td className={styles.cell}>{counts(run)}</td>
              <td className={`${styles.cell} ${styles.actions}`}>
                {change && run.state === 'announced' && !run.approvedBy && (
                  <Button size="small" appearance="subtle" onClick={() => onAsk(run.id)}>
                    Ask to approve
                  </Button>
                )}
                {run.state === 'done' && (
                  <FileLink href={`/api/v1/disposal/runs/${run.id}/certificate`} download>
                    Certificate
                  </FileLink>
                )}
                <Button
                  size="small"
                  appearance="subtle"
                  onClick={() => setOpen(open === run.id ? undefined : run.id)}
                >
                  {open === run.id ? 'Close' : 'Show'}
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {open && <Items run={open} onVeto={onVeto} />}
    </>
  )
}

function counts(run: DisposalRun) {
  return run.counts.map((each) => `${itemStates[each.state]}: ${formatCount(each.recordings)}`).join(', ')
}

function Items({ run, onVeto }: { run: string; onVeto: (id: string) => void }) {
  const items = useItems(run)
  if (items.isPending) return <Spinner label="Loading" />
  if (items.isError) return <Failed title="The recordings can’t be read" error={items.error} />
  return (
    <>
      <Recordings label="Recordings of the run" items={items.data.items} onVeto={onVeto} />
      {items.data.next && <Text>These are the first 200; the API and the command line list all.</Text>}
    </>
  )
}
