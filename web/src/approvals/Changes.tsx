import { makeStyles, tokens } from '@fluentui/react-components'
import type { Approval } from '../api/client'
import { ordered } from './queries'
import { factName } from './words'

const useStyles = makeStyles({
  table: { borderCollapse: 'collapse', maxWidth: '110ch' },
  head: {
    textAlign: 'left',
    padding: '2px 16px 2px 0',
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightRegular,
    color: tokens.colorNeutralForeground3,
    verticalAlign: 'top',
  },
  cell: { padding: '2px 16px 2px 0', verticalAlign: 'top', overflowWrap: 'anywhere' },
  gone: { textDecorationLine: 'line-through', color: tokens.colorNeutralForeground3 },
  fresh: { fontWeight: tokens.fontWeightSemibold },
  none: { color: tokens.colorNeutralForeground3 },
  pem: { margin: 0, fontSize: tokens.fontSizeBase200, whiteSpace: 'pre-wrap' },
})

/** Every fact of what is asked for: as it was then, and as it is to be. */
export function Changes({ approval }: { approval: Approval }) {
  const styles = useStyles()
  return (
    <table className={styles.table} aria-label="Changes">
      <thead>
        <tr>
          <th className={styles.head} scope="col" aria-label="What" />
          <th className={styles.head} scope="col">
            Before
          </th>
          <th className={styles.head} scope="col">
            After
          </th>
        </tr>
      </thead>
      <tbody>
        {ordered(approval.changes).map((change) => (
          <tr key={change.name}>
            <th className={styles.head} scope="row">
              {factName(change.name)}
            </th>
            <td className={styles.cell}>
              <Fact
                name={change.name}
                value={change.before}
                look={change.before !== change.after ? styles.gone : undefined}
              />
            </td>
            <td className={styles.cell}>
              <Fact
                name={change.name}
                value={change.after}
                look={change.before !== change.after ? styles.fresh : undefined}
              />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Fact({ name, value, look }: { name: string; value: string | null; look: string | undefined }) {
  const styles = useStyles()
  if (value === null) return <span className={styles.none}>–</span>
  if (name === 'certificate') {
    return (
      <details>
        <summary>PEM</summary>
        <pre className={styles.pem}>{value}</pre>
      </details>
    )
  }
  return <span className={look}>{value}</span>
}
