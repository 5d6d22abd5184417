import { makeStyles, Text, tokens } from '@fluentui/react-components'
import type { RecordingDetail } from '../api/client'
import { Link } from '../app/Link'
import { partiesLine } from '../calls/parties'
import { formatInstant } from '../lib/format'
import { Card } from './Card'
import { LongList } from './LongList'

const useStyles = makeStyles({
  row: {
    display: 'flex',
    flexWrap: 'wrap',
    columnGap: tokens.spacingHorizontalM,
    padding: '4px 0',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    ':first-child': { borderTopStyle: 'none' },
  },
  quiet: { color: tokens.colorNeutralForeground2 },
})

/** The other recordings of the same conversation, and which copy is the better one. */
export function Interaction({ call }: { call: RecordingDetail }) {
  const styles = useStyles()
  const interaction = call.interaction
  if (!interaction || interaction.recordings.length < 2) return null
  return (
    <Card title="Same conversation">
      <LongList
        items={interaction.recordings}
        row={(recording) => (
          <li key={recording.id} className={styles.row}>
            <Text size={200} className={styles.quiet}>
              {formatInstant(recording.start, recording.zone)}
            </Text>
            {recording.id === call.id ? (
              <Text weight="semibold">{partiesLine(recording.parties)} (this recording)</Text>
            ) : (
              <Link to={`/calls/${recording.id}`}>{partiesLine(recording.parties)}</Link>
            )}
            <Text size={200} className={styles.quiet}>
              {recording.id === interaction.duplicateOf
                ? 'the better copy of this recording'
                : recording.flags.includes('duplicate')
                  ? 'a duplicate'
                  : ''}
            </Text>
          </li>
        )}
      />
    </Card>
  )
}
