import { Button } from '@fluentui/react-components'
import type { DisposalItem } from '../api/client'
import { Link } from '../app/Link'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { formatBytes, formatInstant } from '../lib/format'
import { may } from '../lib/words'
import { time } from '../retention/queries'
import { itemStates } from './queries'

type Props = { label: string; items: DisposalItem[]; onVeto: (id: string) => void }

/** Recordings that fall due, or what became of them. */
export function Recordings({ label, items, onVeto }: Props) {
  const styles = useTableStyles()
  const session = useSession()
  return (
    <table className={styles.table} aria-label={label}>
      <thead>
        <tr>
          {['Call that ended', 'Class', 'Falls due', 'Audio', 'State', ''].map((name) => (
            <th key={name} scope="col" className={styles.head}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.recording}>
            <td className={styles.cell}>
              {may(session, 'search') ? (
                <Link to={`/calls/${item.recording}`}>{formatInstant(item.end, session.zone)}</Link>
              ) : (
                formatInstant(item.end, session.zone)
              )}
            </td>
            <td className={styles.cell}>
              {time(item.keep)}
              <div className={styles.quiet}>{item.rule ?? 'No rule applied'}</div>
            </td>
            <td className={styles.cell}>{formatInstant(item.until, session.zone)}</td>
            <td className={styles.cell}>{formatBytes(item.bytes)}</td>
            <td className={styles.cell}>
              {itemStates[item.state]}
              {item.problem && <div className={styles.quiet}>{item.problem}</div>}
              {item.heldBy.map((hold) => (
                <div key={hold.id} className={styles.quiet}>
                  Held by <Link to={`/holds?hold=${hold.id}`}>{hold.name}</Link>
                </div>
              ))}
            </td>
            <td className={`${styles.cell} ${styles.actions}`}>
              {may(session, 'keep') && (item.state === 'due' || item.state === 'refused') && (
                <Button size="small" appearance="subtle" onClick={() => onVeto(item.recording)}>
                  Object
                </Button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
