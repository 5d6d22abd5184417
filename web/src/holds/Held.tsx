import { Button, Spinner, Text } from '@fluentui/react-components'
import type { LegalHold } from '../api/client'
import { Failed } from '../app/Failed'
import { Link } from '../app/Link'
import { useTableStyles } from '../app/table'
import { formatCount, formatInstant } from '../lib/format'
import { useRecordings } from './queries'

/** The recordings that a hold is on, as far as one may find them. */
export function Held({ hold, zone }: { hold: LegalHold; zone: string }) {
  const styles = useTableStyles()
  const recordings = useRecordings(hold.id)
  if (recordings.isPending) return <Spinner label="Loading" />
  if (recordings.isError) return <Failed title="They can’t be read" error={recordings.error} />
  const { pages } = recordings.data
  const calls = pages.flatMap((page) => page.items)
  const hidden = pages.reduce((sum, page) => sum + page.hidden, 0)
  return (
    <section aria-label={`Recordings on ${hold.name}`}>
      <Text block>{hold.reason}</Text>
      {calls.length > 0 && (
        <table className={styles.table} aria-label={`Recordings on ${hold.name}`}>
          <tbody>
            {calls.map((call) => (
              <tr key={call.id}>
                <td className={styles.cell}>
                  <Link to={`/calls/${call.id}`}>{formatInstant(call.start, zone)}</Link>
                </td>
                <td className={styles.cell}>
                  {call.parties.map((party) => party.name ?? party.number ?? '?').join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {hidden > 0 && (
        <Text className={styles.quiet}>{formatCount(hidden)} that your rights don’t let you find.</Text>
      )}
      {recordings.hasNextPage && (
        <Button disabled={recordings.isFetchingNextPage} onClick={() => recordings.fetchNextPage()}>
          Show more
        </Button>
      )}
    </section>
  )
}
