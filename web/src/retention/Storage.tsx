import { Spinner, Text, Title3 } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { api, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { formatBytes, formatCount } from '../lib/format'
import { time } from './queries'

/** How much audio is stored, by class and month, and when it falls due. */
export function Storage() {
  const styles = useTableStyles()
  const usage = useQuery({
    queryKey: ['storage'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/storage', { signal })),
  })
  if (usage.isPending) return <Spinner label="Loading" />
  if (usage.isError) return <Failed title="What is stored can’t be read" error={usage.error} />
  const { total, stored, due, overdue, later, endless } = usage.data
  const rows = [
    ...(overdue.recordings > 0 ? [{ name: 'Before now', ...overdue }] : []),
    ...due.map(({ month, ...sum }) => ({ name: month, ...sum })),
    ...(later.recordings > 0 ? [{ name: 'Later', ...later }] : []),
    ...(endless.recordings > 0 ? [{ name: 'Without an end', ...endless }] : []),
  ]
  return (
    <section aria-label="Storage">
      <Title3 as="h2" block className={styles.title}>
        Storage
      </Title3>
      <Text block>
        {formatCount(total.recordings)} recordings with {formatBytes(total.bytes)} of audio. Legal holds may
        keep some of them for longer than told here.
      </Text>
      <div className={styles.row}>
        <table className={styles.table} aria-label="Falls due">
          <thead>
            <tr>
              {['Falls due', 'Recordings', 'Audio'].map((name) => (
                <th key={name} scope="col" className={styles.head}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.name}>
                <td className={styles.cell}>{row.name}</td>
                <td className={styles.cell}>{formatCount(row.recordings)}</td>
                <td className={styles.cell}>{formatBytes(row.bytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <table className={styles.table} aria-label="Stored">
          <thead>
            <tr>
              {['Calls of', 'Kept for', 'Recordings', 'Audio'].map((name) => (
                <th key={name} scope="col" className={styles.head}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {stored.map((row) => (
              <tr key={`${row.month} ${row.keep}`}>
                <td className={styles.cell}>{row.month}</td>
                <td className={styles.cell}>{row.keep ? time(row.keep) : 'As the tenant was set up'}</td>
                <td className={styles.cell}>{formatCount(row.recordings)}</td>
                <td className={styles.cell}>{formatBytes(row.bytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
