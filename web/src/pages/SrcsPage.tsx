import {
  Badge,
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Spinner,
  Text,
  tokens,
} from '@fluentui/react-components'
import { ChevronDownRegular, ChevronRightRegular, ServerRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import { api, type DeviationCount, type Src, unwrap } from '../api/client'
import { Link } from '../app/Link'
import { Message } from '../app/Message'
import { Page, PageHead } from '../app/Page'
import { useSession } from '../app/session'
import { useTableStylesWith } from '../app/table'
import { formatInstant } from '../lib/format'
import { may, srcAnswers, srcProofs } from '../lib/words'

const useOwnStyles = makeStyles({
  table: { minWidth: '900px' },
  cell: { padding: '5px 12px' },
  name: { paddingLeft: '4px', whiteSpace: 'nowrap' },
  toggle: { fontWeight: tokens.fontWeightSemibold, minWidth: 0, paddingLeft: '4px' },
  number: { textAlign: 'right' },
  details: {
    padding: `${tokens.spacingVerticalM} 36px`,
    backgroundColor: tokens.colorNeutralBackground2,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  list: {
    listStyleType: 'none',
    margin: 0,
    padding: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
  },
  deviation: { display: 'flex', flexDirection: 'column', gap: '2px', maxWidth: '110ch' },
  counts: { color: tokens.colorNeutralForeground2, fontVariantNumeric: 'tabular-nums' },
})

const useStyles = () => useTableStylesWith(useOwnStyles())

const columns = [
  'Name',
  'Addresses',
  'Tenant',
  'How it is treated',
  'Calls',
  'Refused',
  'Last seen',
  'Deviations',
]
const numbers = new Set(['Calls', 'Refused'])

export default function SrcsPage() {
  const session = useSession()
  return (
    <Page
      title="Session recording clients"
      allowed={may(session, 'srcs') || may(session, 'srcs-own')}
      refused={{
        title: 'Your role can’t see session recording clients',
        text: 'They are shown to platform operators; tenant admins, recording admins and auditors see those of their tenant.',
      }}
    >
      <Srcs all={may(session, 'srcs')} zone={session.zone} />
    </Page>
  )
}

function Srcs({ all, zone }: { all: boolean; zone: string }) {
  const styles = useStyles()
  const [open, setOpen] = useState<string>()
  const srcs = useQuery({
    queryKey: ['srcs'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/srcs', { signal })),
  })
  const items = srcs.data?.items ?? []
  return (
    <div className={styles.page}>
      <PageHead title={all ? 'Session recording clients' : 'Session recording clients of this tenant'} />
      {srcs.isError && <Failed what="The session recording clients" error={srcs.error} />}
      {srcs.isPending ? (
        <Spinner label="Loading" />
      ) : items.length === 0 && !srcs.isError ? (
        <Message
          icon={<ServerRegular />}
          title={
            all
              ? 'There is no session recording client yet'
              : 'No session recording client is this tenant’s alone'
          }
          text={
            all
              ? 'Add a session border controller on this machine: ./earwitness admin src add --name sbc-1 --network 192.0.2.10'
              : 'Those that serve several tenants are shown to platform operators.'
          }
        />
      ) : (
        <section className={styles.box} aria-label="Clients" tabIndex={-1}>
          <table className={styles.table}>
            <thead>
              <tr>
                {columns.map((name) => (
                  <th
                    key={name}
                    scope="col"
                    className={mergeClasses(styles.head, numbers.has(name) && styles.number)}
                  >
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((src) => (
                <Fragment key={src.name}>
                  <Row
                    src={src}
                    zone={zone}
                    open={open === src.name}
                    onToggle={() => setOpen(open === src.name ? undefined : src.name)}
                  />
                  {open === src.name && (
                    <tr>
                      <td colSpan={columns.length} className={styles.details}>
                        <Conformance name={src.name} zone={zone} />
                      </td>
                    </tr>
                  )}
                </Fragment>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  )
}

function Row({ src, zone, open, onToggle }: { src: Src; zone: string; open: boolean; onToggle: () => void }) {
  const styles = useStyles()
  return (
    <tr>
      <td className={mergeClasses(styles.cell, styles.name)}>
        <Button
          appearance="transparent"
          size="small"
          className={styles.toggle}
          icon={open ? <ChevronDownRegular /> : <ChevronRightRegular />}
          aria-expanded={open}
          onClick={onToggle}
        >
          {src.name}
        </Button>
      </td>
      <td className={styles.cell}>{src.networks.join(', ')}</td>
      <td className={styles.cell}>{src.tenant ?? 'By each call'}</td>
      <td className={styles.cell}>
        {srcProofs[src.proof]}
        <div className={styles.quiet}>
          {[
            srcAnswers[src.answer],
            src.tlsIdentity && `TLS certificate of ${src.tlsIdentity}`,
            !src.options && 'OPTIONS answered 503',
            src.notRecordedStatus && `not to be recorded: refused with ${src.notRecordedStatus}`,
          ]
            .filter(Boolean)
            .join(' · ')}
        </div>
      </td>
      <td className={mergeClasses(styles.cell, styles.number)}>{src.calls.toLocaleString('en')}</td>
      <td className={mergeClasses(styles.cell, styles.number)}>{src.refused.toLocaleString('en')}</td>
      <td className={mergeClasses(styles.cell, styles.nowrap)}>
        {src.lastSeen ? formatInstant(src.lastSeen, zone) : 'Never'}
      </td>
      <td className={styles.cell}>
        {src.deviations > 0 ? (
          <Badge appearance="tint" color="warning">
            {src.deviations} {src.deviations === 1 ? 'kind' : 'kinds'}
          </Badge>
        ) : (
          <span className={styles.quiet}>None seen</span>
        )}
      </td>
    </tr>
  )
}

function Conformance({ name, zone }: { name: string; zone: string }) {
  const styles = useStyles()
  const report = useQuery({
    queryKey: ['srcs', name],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/srcs/{name}/conformance', { params: { path: { name } }, signal })),
  })
  if (report.isPending) return <Spinner size="tiny" label="Loading" />
  if (report.isError) return <Failed what="The report" error={report.error} />
  if (report.data.deviations.length === 0) {
    return <Text>Nothing that this client sent departs from the RFCs.</Text>
  }
  return (
    <ul className={styles.list} aria-label={`Deviations of ${name}`}>
      {report.data.deviations.map((one) => (
        <Deviation key={one.deviation} one={one} zone={zone} />
      ))}
    </ul>
  )
}

function Deviation({ one, zone }: { one: DeviationCount; zone: string }) {
  const styles = useStyles()
  const session = useSession()
  return (
    <li className={styles.deviation}>
      <Text weight="semibold">{one.meaning}</Text>
      <Text>{one.remedy}</Text>
      <Text size={200} className={styles.counts}>
        {one.rule} · in {one.calls.toLocaleString('en')} {one.calls === 1 ? 'call' : 'calls'} since{' '}
        {formatInstant(one.firstSeen, zone)} · last {formatInstant(one.lastSeen, zone)} in call{' '}
        {may(session, 'search') ? <Link to={`/calls/${one.lastCall}`}>{one.lastCall}</Link> : one.lastCall}:{' '}
        {one.lastDetail}
      </Text>
    </li>
  )
}

function Failed({ what, error }: { what: string; error: Error }) {
  return (
    <MessageBar intent="error">
      <MessageBarBody>
        <MessageBarTitle>{what} can’t be read</MessageBarTitle>
        {error.message}
      </MessageBarBody>
    </MessageBar>
  )
}
