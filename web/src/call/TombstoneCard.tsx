import { Link as FileLink, Text } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { api, type RecordingDetail, unwrap } from '../api/client'
import { Link } from '../app/Link'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { formatBytes, formatInstant } from '../lib/format'
import { may } from '../lib/words'
import { time } from '../retention/queries'

/** What is left of a recording that was disposed of: when it went, why, and by whose approval. */
export function TombstoneCard({ call }: { call: RecordingDetail }) {
  const styles = useTableStyles()
  const session = useSession()
  const id = call.id
  const stone = useQuery({
    queryKey: ['tombstone', id],
    enabled: call.state === 'disposed',
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/recordings/{id}/tombstone', { params: { path: { id } }, signal })),
  })
  if (!stone.data) return null
  const { disposedAt, keep, rule, until, approvedBy, found, run } = stone.data
  const rows = [
    ['Disposed of', formatInstant(disposedAt, call.zone)],
    ['Class', `${time(keep)}${rule ? `, by rule ${rule}` : ''}`],
    ['Fell due', formatInstant(until, call.zone)],
    ['Approved by', approvedBy],
    ['Deleted', `${found.objects} objects with ${formatBytes(found.bytes)}`],
  ]
  return (
    <section aria-label="Disposal">
      <table className={styles.table}>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row" className={styles.cell}>
                {name}
              </th>
              <td className={styles.cell}>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {may(session, 'retention-read') && (
        <Text>
          <FileLink href={`/api/v1/disposal/runs/${run}/certificate`} download>
            Certificate of disposal
          </FileLink>{' '}
          · <Link to="/disposal">All runs</Link>
        </Text>
      )}
    </section>
  )
}
