import {
  Button,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Spinner,
  Title3,
  tokens,
} from '@fluentui/react-components'
import { LockClosedRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { type AuditEntry, api, unwrap } from '../api/client'
import { Message } from '../app/Message'
import { useSession } from '../app/session'
import { useTableStylesWith } from '../app/table'
import { Head } from '../audit/Head'
import { ProofOf } from '../audit/ProofOf'
import { formatInstant } from '../lib/format'
import { may } from '../lib/words'

const useOwnStyles = makeStyles({
  title: { flexGrow: 0 },
  table: { minWidth: '860px' },
  cell: { padding: '5px 12px' },
  bad: { color: tokens.colorStatusDangerForeground1 },
  more: { padding: tokens.spacingVerticalS, display: 'flex', justifyContent: 'center' },
})

const useStyles = () => useTableStylesWith(useOwnStyles())

export default function AuditPage() {
  const session = useSession()
  useEffect(() => {
    document.title = 'Audit trail · Earwitness'
  }, [])
  if (!may(session, 'audit') && !may(session, 'audit-own')) {
    return (
      <Message
        icon={<LockClosedRegular />}
        title="Your role can’t read the audit trail"
        text="It is open to auditors, tenant admins and recording admins; compliance officers and operators see their own acts."
      />
    )
  }
  return <Trail whole={may(session, 'audit')} zone={session.zone} />
}

function Trail({ whole, zone }: { whole: boolean; zone: string }) {
  const styles = useStyles()
  const trail = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/audit', {
          params: { query: { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } },
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
      <Title3 as="h1" className={styles.title}>
        {whole ? 'Audit trail' : 'Audit trail: your own acts'}
      </Title3>
      {whole && <Head />}
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
              {acts.map(({ entry, outcome }) => (
                <tr key={entry.id}>
                  <td className={mergeClasses(styles.cell, styles.nowrap)}>
                    {formatInstant(entry.at, zone)}
                  </td>
                  <td className={styles.cell}>{entry.actor}</td>
                  <td className={styles.cell}>{entry.action}</td>
                  <td className={mergeClasses(styles.cell, styles.quiet)}>{entry.object}</td>
                  <td className={mergeClasses(styles.cell, styles.quiet)}>
                    {Object.entries(entry.details)
                      .map(([name, value]) => `${name}: ${value}`)
                      .join(', ')}
                  </td>
                  <td className={mergeClasses(styles.cell, outcome !== 'done' && styles.bad)}>{outcome}</td>
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

/**
 * Acts with their outcomes beside them; an outcome whose act is on no page yet stands alone. What was
 * done for an act, such as the use of a key, names it too, but is an entry of its own.
 */
function withOutcomes(entries: AuditEntry[]): { entry: AuditEntry; outcome: string }[] {
  const isOutcome = (entry: AuditEntry) => entry.actId !== null && entry.outcome !== null
  const acts = new Set(entries.filter((entry) => !isOutcome(entry)).map((entry) => entry.id))
  const outcomes = new Map<string, string>()
  for (const entry of entries) {
    // Newest first: where an act has two outcomes, such as a play that broke off later, the last counts.
    if (entry.actId && entry.outcome && !outcomes.has(entry.actId)) outcomes.set(entry.actId, entry.outcome)
  }
  return entries
    .filter((entry) => !isOutcome(entry) || !acts.has(entry.actId ?? ''))
    .map((entry) => ({ entry, outcome: entry.outcome ?? outcomes.get(entry.id) ?? '' }))
}
