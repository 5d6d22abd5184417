import { makeStyles, Text, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import type { RecordingDetail } from '../api/client'
import { DirectionIcon } from '../calls/DirectionIcon'
import { formatDuration, formatInstant, splitLocal } from '../lib/format'
import { directions } from '../lib/words'

const useStyles = makeStyles({
  strip: {
    display: 'flex',
    flexWrap: 'wrap',
    rowGap: tokens.spacingVerticalS,
    columnGap: tokens.spacingHorizontalXXXL,
    margin: 0,
  },
  fact: { display: 'flex', flexDirection: 'column', minWidth: 0 },
  name: { color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  value: {
    margin: 0,
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    fontVariantNumeric: 'tabular-nums',
    overflowWrap: 'anywhere',
  },
  quiet: { color: tokens.colorNeutralForeground3 },
})

/** The facts by which people tell one call from another. */
export function Facts({ call }: { call: RecordingDetail }) {
  const styles = useStyles()
  const start = splitLocal(call.startLocal)
  const fact = (name: string, value: ReactNode) => (
    <div className={styles.fact}>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{value}</dd>
    </div>
  )
  return (
    <dl className={styles.strip}>
      {fact(
        `Start (${call.zone})`,
        <>
          {start.date} {start.time} <Text className={styles.quiet}>{start.offset}</Text>
        </>,
      )}
      {fact('End', call.end ? formatInstant(call.end, call.zone) : 'In progress')}
      {fact('Duration', call.durationMs === null ? '–' : formatDuration(call.durationMs))}
      {fact(
        'Direction',
        <>
          <DirectionIcon direction={call.direction} />
          {directions[call.direction]}
        </>,
      )}
      {call.parties.length > 2 &&
        fact(
          'Also took part',
          call.parties
            .slice(2)
            .map((p) => p.name ?? p.number ?? 'Unknown')
            .join(', '),
        )}
      {fact('Recorded by', call.node)}
    </dl>
  )
}
