import { Button, makeStyles, Text, tokens } from '@fluentui/react-components'
import type { Mark, TimelineEvent } from '../api/client'
import { formatDuration, formatInstant, spokenDuration } from '../lib/format'
import { causes, sideLabel } from '../lib/words'
import { Card } from './Card'
import { LongList } from './LongList'

const useStyles = makeStyles({
  row: {
    display: 'grid',
    gridTemplateColumns: '64px 76px 64px minmax(0, 1fr)',
    columnGap: tokens.spacingHorizontalS,
    alignItems: 'baseline',
    minHeight: '28px',
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    ':first-child': { borderTopStyle: 'none' },
  },
  mark: { gridTemplateColumns: '64px 76px 64px minmax(0, 1fr)' },
  at: { minWidth: 0, padding: '0 6px', justifyContent: 'flex-end', fontVariantNumeric: 'tabular-nums' },
  plain: { textAlign: 'right', paddingRight: '6px', fontVariantNumeric: 'tabular-nums' },
  quiet: { color: tokens.colorNeutralForeground3, fontVariantNumeric: 'tabular-nums' },
  text: { overflowWrap: 'anywhere' },
})

type Seek = ((seconds: number) => void) | undefined

/** What happened in the call, each entry a way to that position in the audio. */
export function Timeline({ events, zone, onSeek }: { events: TimelineEvent[]; zone: string; onSeek: Seek }) {
  const styles = useStyles()
  if (events.length === 0) return null
  return (
    <Card title="Timeline">
      <LongList
        items={events}
        row={(event) => (
          <li key={`${event.at} ${event.type} ${event.text}`} className={styles.row}>
            <Position millis={event.offsetMs} onSeek={onSeek} />
            <Text size={200} className={styles.quiet}>
              {formatInstant(event.at, zone).slice(11, 19)}
            </Text>
            <Text size={200} className={styles.quiet}>
              {event.side ? sideLabel(event.side) : ''}
            </Text>
            <Text className={styles.text}>{event.text}</Text>
          </li>
        )}
      />
    </Card>
  )
}

/** Where silence stands for something, and for what. */
export function Marks({ marks, onSeek }: { marks: Mark[]; onSeek: Seek }) {
  const styles = useStyles()
  if (marks.length === 0) return null
  return (
    <Card title="Silent spans">
      <LongList
        items={marks}
        row={(mark) => (
          <li key={`${mark.side} ${mark.fromMs} ${mark.cause}`} className={styles.row}>
            <Position millis={mark.fromMs} onSeek={onSeek} />
            <Text size={200} className={styles.quiet}>
              {formatSpan(mark.toMs - mark.fromMs)}
            </Text>
            <Text size={200} className={styles.quiet}>
              {sideLabel(mark.side)}
            </Text>
            <Text>
              {causes[mark.cause].label}: {causes[mark.cause].text}
            </Text>
          </li>
        )}
      />
    </Card>
  )
}

function Position({ millis, onSeek }: { millis: number | null; onSeek: Seek }) {
  const styles = useStyles()
  if (millis === null) return <span />
  const text = formatDuration(Math.floor(millis / 1000) * 1000)
  if (!onSeek) return <Text className={styles.plain}>{text}</Text>
  return (
    <Button
      appearance="transparent"
      size="small"
      className={styles.at}
      aria-label={`Go to ${spokenDuration(millis)}`}
      onClick={() => onSeek(millis / 1000)}
    >
      {text}
    </Button>
  )
}

function formatSpan(millis: number): string {
  return millis < 1000 ? `${Math.round(millis)} ms` : `${(millis / 1000).toFixed(1)} s`
}
