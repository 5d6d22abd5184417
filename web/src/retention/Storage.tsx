import { Spinner, Text, Title3 } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { api, type StorageUsage, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { formatBytes, formatCount } from '../lib/format'
import { time } from './queries'

type Sum = StorageUsage['total']
type Price = StorageUsage['price']

/** What so many bytes cost in a month; nothing where nobody says what storage costs. */
function cost(price: Price, { bytes }: Sum) {
  return price
    ? [
        new Intl.NumberFormat('en', { style: 'currency', currency: price.currency }).format(
          (bytes / 1e9) * price.perGigabyteMonth,
        ),
      ]
    : []
}

function Table({ name, heads, rows }: { name: string; heads: string[]; rows: string[][] }) {
  const styles = useTableStyles()
  return (
    <table className={styles.table} aria-label={name}>
      <thead>
        <tr>
          {heads.map((head) => (
            <th key={head} scope="col" className={styles.head}>
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.slice(0, 2).join(' ')}>
            {row.map((cell, i) => (
              <td key={heads[i]} className={styles.cell}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** How much audio is stored, by class and month, when it falls due, and what legal holds keep of it. */
export function Storage() {
  const styles = useTableStyles()
  const usage = useQuery({
    queryKey: ['storage'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/storage', { signal })),
  })
  if (usage.isPending) return <Spinner label="Loading" />
  if (usage.isError) return <Failed title="What is stored can’t be read" error={usage.error} />
  const { total, stored, due, overdue, later, endless, held, price } = usage.data
  const rows = [
    ...(overdue.recordings > 0 ? [{ name: 'Before now', ...overdue }] : []),
    ...due.map(({ month, ...sum }) => ({ name: month, ...sum })),
    ...(later.recordings > 0 ? [{ name: 'Later', ...later }] : []),
    ...(endless.recordings > 0 ? [{ name: 'Without an end', ...endless }] : []),
  ]
  const sum = (of: Sum) => [formatCount(of.recordings), formatBytes(of.bytes), ...cost(price, of)]
  const costs = price ? ['Per month'] : []
  return (
    <section aria-label="Storage">
      <Title3 as="h2" block className={styles.title}>
        Storage
      </Title3>
      <Text block>
        {formatCount(total.recordings)} recordings with {formatBytes(total.bytes)} of audio
        {cost(price, total).map((of) => `, ${of} a month`)}.{' '}
        {held.all.recordings === 0
          ? 'None is on legal hold.'
          : `${formatCount(held.all.recordings)} are on legal hold, and may be kept for longer than told here; ${formatCount(held.pastDue.recordings)} have fallen due and are kept for holds alone.`}
      </Text>
      <div className={styles.row}>
        <Table
          name="Falls due"
          heads={['Falls due', 'Recordings', 'Audio', ...costs]}
          rows={rows.map((row) => [row.name, ...sum(row)])}
        />
        <Table
          name="Stored"
          heads={['Calls of', 'Kept for', 'Recordings', 'Audio', ...costs]}
          rows={stored.map((row) => [
            row.month,
            row.keep ? time(row.keep) : 'As the tenant was set up',
            ...sum(row),
          ])}
        />
      </div>
      {held.holds && held.holds.length > 0 && (
        <Table
          name="On legal hold"
          heads={['On legal hold', 'Recordings', 'Audio', ...costs, 'Past due', 'Audio past due']}
          rows={held.holds.map((hold) => [
            hold.name,
            ...sum(hold.all),
            formatCount(hold.pastDue.recordings),
            formatBytes(hold.pastDue.bytes),
          ])}
        />
      )}
    </section>
  )
}
