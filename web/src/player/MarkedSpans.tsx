import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { memo, useMemo } from 'react'
import type { Mark } from '../api/client'
import { causes, channelOf } from '../lib/words'
import { LANE } from './lane'
import { drawn } from './marks'

const useStyles = makeStyles({
  mark: {
    position: 'absolute',
    height: `${LANE - 1}px`,
    minWidth: '2px',
    boxSizing: 'border-box',
    pointerEvents: 'none',
    borderTop: `3px solid ${tokens.colorPaletteMarigoldBorderActive}`,
    backgroundColor: tokens.colorPaletteYellowBackground2,
    opacity: 0.75,
  },
  loss: {
    borderTopColor: tokens.colorPaletteRedBorderActive,
    backgroundColor: tokens.colorPaletteRedBackground2,
  },
  idle: { borderTopColor: tokens.colorNeutralStroke1, backgroundColor: tokens.colorNeutralBackground4 },
})

type Props = {
  marks: Mark[]
  /** Length of the audio in seconds. */
  length: number
}

/** Shades behind the waveform where silence stands for something. Drawn once, not as playback moves on. */
export const MarkedSpans = memo(function MarkedSpans({ marks, length }: Props) {
  const styles = useStyles()
  const spans = useMemo(() => drawn(marks, length), [marks, length])
  const percent = (millis: number) => `${(millis / 10 / Math.max(length, 0.001)).toFixed(4)}%`
  return spans.map((span) => (
    <div
      key={`${span.side} ${span.fromMs} ${span.cause}`}
      aria-hidden
      title={causes[span.cause].label}
      className={mergeClasses(
        styles.mark,
        (span.cause === 'loss' || span.cause === 'overload') && styles.loss,
        span.cause === 'not-sent' && styles.idle,
      )}
      style={{
        left: percent(span.fromMs),
        width: percent(span.toMs - span.fromMs),
        top: channelOf(span.side) * LANE,
      }}
    />
  ))
})
