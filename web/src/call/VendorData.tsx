import { makeStyles, tokens } from '@fluentui/react-components'
import type { RecordingDetail } from '../api/client'
import { Card } from './Card'
import { LongList } from './LongList'

const useStyles = makeStyles({
  row: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 2fr) minmax(0, 3fr)',
    columnGap: tokens.spacingHorizontalM,
    padding: '4px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    ':first-child': { borderTopStyle: 'none' },
  },
  name: { color: tokens.colorNeutralForeground2, overflowWrap: 'anywhere', fontSize: tokens.fontSizeBase200 },
  value: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
})

/** What the session border controller told of the call in its own words, as it came. */
export function VendorData({ data }: { data: RecordingDetail['vendorData'] }) {
  const styles = useStyles()
  if (data.length === 0) return null
  return (
    <Card title="From the SBC">
      <LongList
        items={data}
        row={({ name, value }) => (
          <li key={`${name} ${value}`} className={styles.row}>
            <span className={styles.name}>{name}</span>
            <span className={styles.value}>{value}</span>
          </li>
        )}
      />
    </Card>
  )
}
