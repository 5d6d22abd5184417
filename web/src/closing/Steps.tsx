import { Text } from '@fluentui/react-components'
import type { TenantClosing } from '../api/client'
import { useTableStyles } from '../app/table'
import { formatCount, formatInstant } from '../lib/format'
import { keys } from './queries'

/** The steps of a closing, and what each still waits for. */
export function Steps({ closing, zone }: { closing: TenantClosing; zone: string }) {
  const styles = useTableStyles()
  const { inventory, verification } = closing
  const steps: [string, string][] = [
    ['Asked for', `${formatInstant(closing.begunAt, zone)}, ${closing.begunBy}`],
    ['Recording stops', formatInstant(closing.stopAt, zone)],
    [
      'Delivered',
      inventory
        ? `${formatInstant(inventory.at, zone)}: ${formatCount(inventory.recordings)} recordings, to ${inventory.target}`
        : closing.undelivered === null
          ? 'There is no delivery target'
          : `${formatCount(closing.undelivered)} recordings to go; ${formatCount(closing.unarchived)} calls not archived yet`,
    ],
    [
      'Verified by the customer',
      verification ? `${formatInstant(verification.at, zone)}, ${verification.by}` : 'Not yet',
    ],
    [
      'Private keys',
      closing.keysDestroyedAt
        ? `The platform has none since ${formatInstant(closing.keysDestroyedAt, zone)}`
        : keys[closing.keys],
    ],
    ['Still kept', `${formatCount(closing.remaining)} recordings, until each falls due`],
    ['Closed', closing.closedAt ? formatInstant(closing.closedAt, zone) : 'Not yet'],
  ]
  return (
    <table className={styles.table} aria-label={`Steps of the closing of ${closing.tenant}`}>
      <tbody>
        {steps.map(([name, text]) => (
          <tr key={name}>
            <th scope="row" className={styles.head}>
              {name}
            </th>
            <td className={styles.cell}>
              <Text>{text}</Text>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
