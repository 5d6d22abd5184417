import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import type { RecordingDetail } from '../api/client'
import { formatCount } from '../lib/format'
import { sideLabel } from '../lib/words'
import { Card } from './Card'

const useStyles = makeStyles({
  scroll: { overflowX: 'auto' },
  table: {
    width: '100%',
    borderCollapse: 'collapse',
    fontSize: tokens.fontSizeBase200,
    fontVariantNumeric: 'tabular-nums',
  },
  head: {
    fontWeight: tokens.fontWeightRegular,
    color: tokens.colorNeutralForeground2,
    textAlign: 'right',
    padding: '4px 0 4px 12px',
    whiteSpace: 'nowrap',
    ':first-child': { textAlign: 'left', paddingLeft: 0 },
  },
  cell: {
    textAlign: 'right',
    padding: '4px 0 4px 12px',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    whiteSpace: 'nowrap',
  },
  side: { textAlign: 'left', paddingLeft: 0, fontWeight: tokens.fontWeightSemibold },
})

/** What was received, by RFC 3550. */
export function Quality({ quality }: { quality: RecordingDetail['quality'] }) {
  const styles = useStyles()
  return (
    <Card title="Reception">
      <div className={styles.scroll}>
        <table className={styles.table}>
          <thead>
            <tr>
              {['Stream', 'Packets', 'Lost', 'Duplicate', 'Reordered', 'Jitter'].map((name) => (
                <th key={name} scope="col" className={styles.head}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {quality.map((stream) => (
              <tr key={stream.side}>
                <th scope="row" className={mergeClasses(styles.cell, styles.side)}>
                  {sideLabel(stream.side)}
                </th>
                <td className={styles.cell}>{formatCount(stream.packets)}</td>
                <td className={styles.cell}>
                  {formatCount(stream.lost)} ({percent(stream.lost, stream.expected)})
                </td>
                <td className={styles.cell}>{formatCount(stream.duplicates)}</td>
                <td className={styles.cell}>{formatCount(stream.reordered)}</td>
                <td className={styles.cell}>
                  {stream.jitterMillis === null ? 'not measured' : `${stream.jitterMillis.toFixed(1)} ms`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

function percent(part: number, whole: number): string {
  if (whole <= 0 || part <= 0) return '0 %'
  const value = (100 * part) / whole
  return value < 0.1 ? '< 0.1 %' : `${value.toFixed(1)} %`
}
