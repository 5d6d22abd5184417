import { Button, MessageBar, MessageBarBody, Spinner, Tab, TabList, Text } from '@fluentui/react-components'
import { Fragment, type ReactNode, useState } from 'react'
import { useSearchParams } from 'react-router'
import type { LegalHold } from '../api/client'
import { Failed } from '../app/Failed'
import { Link } from '../app/Link'
import { Page, PageHead } from '../app/Page'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { Held } from '../holds/Held'
import { PlaceDialog } from '../holds/PlaceDialog'
import { type HoldState, scopeWords, useHold, useHolds } from '../holds/queries'
import { ReleaseDialog } from '../holds/ReleaseDialog'
import { formatCount, formatInstant } from '../lib/format'
import { may } from '../lib/words'

export default function HoldsPage() {
  const session = useSession()
  return (
    <Page
      title="Legal holds"
      allowed={may(session, 'holds-read') || may(session, 'holds')}
      refused={{
        title: 'Your role can’t see legal holds',
        text: 'They are placed by compliance officers, and shown to auditors.',
      }}
    >
      <Holds change={may(session, 'holds')} zone={session.zone} />
    </Page>
  )
}

function Holds({ change, zone }: { change: boolean; zone: string }) {
  const styles = useTableStyles()
  const [parameters] = useSearchParams()
  const only = parameters.get('hold')
  const [state, setState] = useState<HoldState>('in-force')
  const [dialog, setDialog] = useState<ReactNode>()
  const [told, setTold] = useState<string>()
  const close = () => setDialog(undefined)
  const onRelease = change
    ? (hold: LegalHold) =>
        setDialog(
          <ReleaseDialog
            hold={hold}
            onDone={() => setTold('It was asked for. Another person decides under Approvals.')}
            onClose={close}
          />,
        )
    : undefined
  function placed(gone: number) {
    setTold(
      gone > 0
        ? `It is in force. It came too late for ${formatCount(gone)} recordings, which were disposed of before.`
        : 'It is in force.',
    )
  }
  return (
    <div className={styles.page}>
      <PageHead title="Legal holds">
        {change && (
          <Button
            appearance="primary"
            onClick={() => setDialog(<PlaceDialog zone={zone} onPlaced={placed} onClose={close} />)}
          >
            Place a hold
          </Button>
        )}
      </PageHead>
      <Text>
        What a hold is on is not deleted, whatever the policy of retention says, until it is released by two
        persons and its grace has passed.
      </Text>
      {told && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>{told}</MessageBarBody>
        </MessageBar>
      )}
      {only ? (
        <>
          <Link to="/holds">All holds</Link>
          <One hold={only} zone={zone} onRelease={onRelease} />
        </>
      ) : (
        <>
          <TabList
            aria-label="Which holds"
            selectedValue={state}
            onTabSelect={(_, data) => setState(data.value as HoldState)}
          >
            <Tab value="in-force">In force</Tab>
            <Tab value="released">Released</Tab>
          </TabList>
          <Several state={state} zone={zone} onRelease={onRelease} />
        </>
      )}
      {dialog}
    </div>
  )
}

type Shown = { zone: string; onRelease?: (hold: LegalHold) => void }

/** The hold that a link led to. */
function One({ hold, ...shown }: Shown & { hold: string }) {
  const found = useHold(hold)
  if (found.isPending) return <Spinner label="Loading" />
  if (found.isError) return <Failed title="The hold can’t be read" error={found.error} />
  return <Table holds={[found.data]} {...shown} />
}

function Several({ state, ...shown }: Shown & { state: HoldState }) {
  const holds = useHolds(state)
  if (holds.isPending) return <Spinner label="Loading" />
  if (holds.isError) return <Failed title="The holds can’t be read" error={holds.error} />
  return (
    <>
      <Table holds={holds.data.pages.flatMap((page) => page.items)} {...shown} />
      {holds.hasNextPage && (
        <Button disabled={holds.isFetchingNextPage} onClick={() => holds.fetchNextPage()}>
          Show more
        </Button>
      )}
    </>
  )
}

function Table({ holds, zone, onRelease }: Shown & { holds: LegalHold[] }) {
  const styles = useTableStyles()
  const [open, setOpen] = useState<string>()
  if (holds.length === 0) return <Text>There are none.</Text>
  return (
    <table className={styles.table} aria-label="Legal holds">
      <thead>
        <tr>
          {['Hold', 'On', 'Recordings', 'Placed', ''].map((name) => (
            <th key={name} scope="col" className={styles.head}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {holds.map((hold) => (
          <Fragment key={hold.id}>
            <tr>
              <td className={styles.cell}>
                {hold.name}
                {hold.matter && <div className={styles.quiet}>Matter {hold.matter.name}</div>}
                {hold.ends && (
                  <div className={styles.quiet}>
                    {hold.state === 'ended' ? 'Ended' : 'Released, ends'} {formatInstant(hold.ends, zone)}
                  </div>
                )}
              </td>
              <td className={styles.cell}>
                {scopeWords(hold, zone).map((line) => (
                  <div key={line}>{line}</div>
                ))}
              </td>
              <td className={styles.cell}>{formatCount(hold.recordings)}</td>
              <td className={styles.cell}>
                {formatInstant(hold.placedAt, zone)}
                <div className={styles.quiet}>{hold.placedBy}</div>
              </td>
              <td className={`${styles.cell} ${styles.actions}`}>
                <Button
                  size="small"
                  appearance="subtle"
                  aria-expanded={open === hold.id}
                  onClick={() => setOpen(open === hold.id ? undefined : hold.id)}
                >
                  Recordings
                </Button>
                {onRelease && hold.state === 'in-force' && (
                  <Button size="small" appearance="subtle" onClick={() => onRelease(hold)}>
                    Release
                  </Button>
                )}
              </td>
            </tr>
            {open === hold.id && (
              <tr>
                <td className={styles.cell} colSpan={5}>
                  <Held hold={hold} zone={zone} />
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  )
}
