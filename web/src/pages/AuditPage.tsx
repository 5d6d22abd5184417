import {
  Button,
  Link,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Spinner,
  tokens,
} from '@fluentui/react-components'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type AuditEntry, api, unwrap } from '../api/client'
import { Page, PageHead } from '../app/Page'
import { useSession } from '../app/session'
import { useTableStylesWith } from '../app/table'
import { AuditFilterBar } from '../audit/AuditFilterBar'
import { Destinations } from '../audit/Destinations'
import { noFilter, queryOf, recordingOf } from '../audit/filter'
import { Head } from '../audit/Head'
import { ProofOf } from '../audit/ProofOf'
import { formatInstant } from '../lib/format'
import { useSettled } from '../lib/useSettled'
import { may } from '../lib/words'

const useOwnStyles = makeStyles({
  table: { minWidth: '860px' },
  cell: { padding: '5px 12px' },
  bad: { color: tokens.colorStatusDangerForeground1 },
  more: { padding: tokens.spacingVerticalS, display: 'flex', justifyContent: 'center' },
})

const useStyles = () => useTableStylesWith(useOwnStyles())

export default function AuditPage() {
  const session = useSession()
  return (
    <Page
      title="Audit trail"
      allowed={may(session, 'audit') || may(session, 'audit-own')}
      refused={{
        title: 'Your role can’t read the audit trail',
        text: 'It is open to auditors, tenant admins and recording admins; compliance officers and operators see their own acts.',
      }}
    >
      <Trail whole={may(session, 'audit')} asks={may(session, 'delivery-targets')} zone={session.zone} />
    </Page>
  )
}

function Trail({ whole, asks, zone }: { whole: boolean; asks: boolean; zone: string }) {
  const styles = useStyles()
  const [filter, setFilter] = useState(noFilter)
  const asked = useSettled(filter, 400)
  const query = queryOf(asked)
  const trail = useInfiniteQuery({
    queryKey: ['audit', 'entries', query],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/audit', {
          params: { query: { limit: 100, ...query, ...(pageParam ? { cursor: pageParam } : {}) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const columns = ['Time', 'Who', 'Act', 'Object', 'Details', 'Outcome', ...(whole ? ['Proof'] : [])]
  const acts = withOutcomes(trail.data?.pages.flatMap((page) => page.items) ?? [])
  return (
    <div className={styles.page}>
      <PageHead title={whole ? 'Audit trail' : 'Audit trail: your own acts'} />
      {whole && <Head query={query} />}
      {whole && <Destinations asks={asks} zone={zone} />}
      <AuditFilterBar filter={filter} whole={whole} onChange={setFilter} />
      {trail.isError && (
        <MessageBar intent="error">
          <MessageBarBody>
            <MessageBarTitle>The audit trail can’t be read</MessageBarTitle>
            {trail.error.message}
          </MessageBarBody>
        </MessageBar>
      )}
      {trail.isPending ? (
        <Spinner label="Loading" />
      ) : (
        <section className={styles.box} aria-label="Entries" tabIndex={-1}>
          <table className={styles.table}>
            <thead>
              <tr>
                {columns.map((name) => (
                  <th key={name} scope="col" className={styles.head}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {acts.map(({ entry, outcome, details }) => (
                <tr key={entry.id}>
                  <td className={mergeClasses(styles.cell, styles.nowrap)}>
                    {formatInstant(entry.at, zone)}
                  </td>
                  <td className={styles.cell}>{entry.actor}</td>
                  <td className={styles.cell}>{entry.action}</td>
                  <td className={mergeClasses(styles.cell, styles.quiet)}>
                    {entry.object}
                    {whole && <Custody object={entry.object} />}
                  </td>
                  <td className={mergeClasses(styles.cell, styles.quiet)}>
                    {Object.entries(details)
                      .map(([name, value]) => `${name}: ${value}`)
                      .join(', ')}
                  </td>
                  <td className={mergeClasses(styles.cell, !good.has(outcome) && styles.bad)}>{outcome}</td>
                  {whole && (
                    <td className={styles.cell}>
                      <ProofOf entry={entry.id} />
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
          {trail.hasNextPage && (
            <div className={styles.more}>
              <Button
                appearance="subtle"
                disabledFocusable={trail.isFetchingNextPage}
                onClick={() => void trail.fetchNextPage()}
              >
                Show older entries
              </Button>
            </div>
          )}
        </section>
      )}
    </div>
  )
}

/** Outcomes that need nobody's attention; without one the act goes on. */
const good = new Set(['done', 'closed', ''])

type Act = { entry: AuditEntry; outcome: string; details: Record<string, string> }

/** All that was ever done with a recording, to take away. */
function Custody({ object }: { object: string | null }) {
  const recording = recordingOf(object)
  return recording ? (
    <>
      {' '}
      <Link href={`/api/v1/recordings/${recording}/custody?format=zip`} download>
        Chain of custody
      </Link>
    </>
  ) : undefined
}

/**
 * Acts with their outcomes beside them; an outcome whose act is on no page yet stands alone. What was
 * done for an act, such as the use of a key, names it too, but is an entry of its own.
 */
function withOutcomes(entries: AuditEntry[]): Act[] {
  const isOutcome = (entry: AuditEntry) => entry.actId !== null && entry.outcome !== null
  const acts = new Set(entries.filter((entry) => !isOutcome(entry)).map((entry) => entry.id))
  const outcomes = new Map<string, string>()
  const learnt = new Map<string, Record<string, string>>()
  for (const entry of entries) {
    // Newest first: where an act has two outcomes, such as a play that broke off later, the last counts.
    if (!entry.actId || !entry.outcome) continue
    if (!outcomes.has(entry.actId)) outcomes.set(entry.actId, entry.outcome)
    learnt.set(entry.actId, { ...entry.details, ...learnt.get(entry.actId) })
  }
  return entries
    .filter((entry) => !isOutcome(entry) || !acts.has(entry.actId ?? ''))
    .map((entry) => ({
      entry,
      outcome: entry.outcome ?? outcomes.get(entry.id) ?? '',
      details: { ...entry.details, ...learnt.get(entry.id) },
    }))
}
