import { Text } from '@fluentui/react-components'
import type { RetentionSimulation } from '../api/client'
import { Link } from '../app/Link'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { formatBytes, formatCount, formatInstant } from '../lib/format'
import { may } from '../lib/words'
import { time } from './queries'

/** What a draft would make of calls like those that are there. */
export function Trial({ result, zone }: { result: RetentionSimulation; zone: string }) {
  const styles = useTableStyles()
  const session = useSession()
  const rows = [
    ['For longer', result.longer],
    ['For a shorter time', result.shorter],
    ['As long', result.same],
  ] as const
  const lengthened = result.lengthened
  const examples = [...result.shorter.examples, ...(lengthened ?? result.longer).examples]
  return (
    <section aria-label="What would differ">
      <Text>
        Had the recordings that are there been made under this policy.{' '}
        {lengthened
          ? `${formatCount(lengthened.recordings)} of them are really lengthened when it is saved: ${formatBytes(lengthened.bytes)} of audio, by ${formatCount(lengthened.days)} days in all${lengthened.endless > 0 ? `, ${formatCount(lengthened.endless)} of them without an end` : ''}. Their locks are extended, which can’t be undone.`
          : 'They themselves stay as they are.'}
      </Text>
      <table className={styles.table} aria-label="What would differ">
        <thead>
          <tr>
            {['Kept', 'Recordings', 'Audio', 'Days in all', 'With or without an end'].map((name) => (
              <th key={name} scope="col" className={styles.head}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, change]) => (
            <tr key={name}>
              <td className={styles.cell}>{name}</td>
              <td className={styles.cell}>{formatCount(change.recordings)}</td>
              <td className={styles.cell}>{formatBytes(change.bytes)}</td>
              <td className={styles.cell}>{formatCount(change.days)}</td>
              <td className={styles.cell}>{formatCount(change.endless)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {examples.length > 0 && (
        <table className={styles.table} aria-label="Examples">
          <thead>
            <tr>
              {['Call that ended', 'Now', 'Then'].map((name) => (
                <th key={name} scope="col" className={styles.head}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {examples.map((example) => (
              <tr key={example.id}>
                <td className={styles.cell}>
                  {may(session, 'search') ? (
                    <Link to={`/calls/${example.id}`}>{formatInstant(example.end, zone)}</Link>
                  ) : (
                    formatInstant(example.end, zone)
                  )}
                </td>
                {[example.before, example.after].map((each, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the two never change places
                  <td key={at} className={styles.cell}>
                    {time(each.keep)}
                    <div className={styles.quiet}>{each.rule ?? 'No rule applies'}</div>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
