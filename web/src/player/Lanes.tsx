import { Button, makeStyles, Tooltip, tokens } from '@fluentui/react-components'
import { Speaker2Regular, SpeakerMuteRegular } from '@fluentui/react-icons'
import { type KeyboardEvent, type PointerEvent, useContext, useEffect, useRef } from 'react'
import WaveSurfer from 'wavesurfer.js'
import type { Mark, Party } from '../api/client'
import { nonce } from '../app/nonce'
import { ThemeContext } from '../app/theme'
import { partySubtitle, partyTitle } from '../calls/parties'
import { formatDuration, spokenDuration } from '../lib/format'
import { sideLabel, sideOf } from '../lib/words'
import { type Command, sliderCommand, ticks } from './keys'
import { LANE } from './lane'
import { MarkedSpans } from './MarkedSpans'
import { flat, scaled, stretched } from './waveform'

const GUTTER = 208

/** About a bar for each three pixels of a wide screen. */
const POINTS = 800

const useStyles = makeStyles({
  lanes: { display: 'grid', gridTemplateColumns: `${GUTTER}px 1fr` },
  gutter: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    height: `${LANE}px`,
    boxSizing: 'border-box',
    paddingLeft: tokens.spacingHorizontalL,
    paddingRight: tokens.spacingHorizontalS,
    borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  who: { flexGrow: 1, minWidth: 0, display: 'flex', flexDirection: 'column' },
  name: {
    fontWeight: tokens.fontWeightSemibold,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    whiteSpace: 'nowrap',
  },
  quiet: {
    color: tokens.colorNeutralForeground3,
    fontSize: tokens.fontSizeBase200,
    lineHeight: tokens.lineHeightBase200,
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
  },
  stage: {
    position: 'relative',
    minWidth: 0,
    cursor: 'pointer',
    touchAction: 'none',
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  rule: {
    position: 'absolute',
    left: 0,
    right: 0,
    height: '1px',
    backgroundColor: tokens.colorNeutralStroke3,
    pointerEvents: 'none',
  },
  corner: { borderRight: `1px solid ${tokens.colorNeutralStroke2}` },
  axis: {
    position: 'relative',
    height: '22px',
    fontSize: tokens.fontSizeBase100,
    color: tokens.colorNeutralForeground3,
    fontVariantNumeric: 'tabular-nums',
    overflow: 'hidden',
  },
  tick: {
    position: 'absolute',
    top: 0,
    paddingLeft: '4px',
    paddingTop: '3px',
    height: '100%',
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
  },
})

type Props = {
  channels: number
  /** Length of the audio in seconds. */
  length: number
  time: number
  playing: boolean
  /** The exact time, for each frame. */
  position: () => number
  parties: Party[]
  peaks: Float32Array[] | undefined
  marks: Mark[]
  muted: readonly boolean[]
  onMute: (channel: number) => void
  onSeek: (seconds: number) => void
  onCommand: (command: Command) => void
}

/** One lane for each side: who speaks there, the waveform, and where silence stands for something. */
export function Lanes(props: Props) {
  const {
    channels,
    length,
    time,
    playing,
    position,
    parties,
    peaks,
    marks,
    muted,
    onMute,
    onSeek,
    onCommand,
  } = props
  const styles = useStyles()
  const stage = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLDivElement>(null)
  const drawn = useRef<WaveSurfer>(undefined)
  const theme = useContext(ThemeContext)

  useEffect(() => {
    if (!canvas.current) return
    const wave = WaveSurfer.create({
      container: canvas.current,
      // One that never plays: the audio may be several files, so the cursor is told where it is.
      media: document.createElement('audio'),
      peaks: peaks ? scaled(peaks).map((channel) => stretched(channel, POINTS)) : flat(channels),
      duration: length,
      interact: false,
      normalize: false,
      cursorWidth: 2,
      cursorColor: theme.colorNeutralForeground1,
      barWidth: 2,
      barGap: 1,
      barRadius: 1,
      hideScrollbar: true,
      ...(nonce ? { cspNonce: nonce } : {}),
      splitChannels: Array.from({ length: channels }, (_, channel) => ({
        height: LANE,
        waveColor: channel % 2 === 0 ? theme.colorBrandForeground2 : theme.colorPaletteTealForeground2,
        progressColor: theme.colorNeutralForeground4,
      })),
    })
    drawn.current = wave
    wave.on('ready', () => wave.setTime(position()))
    return () => {
      drawn.current = undefined
      wave.destroy()
    }
  }, [channels, length, peaks, position, theme])

  useEffect(() => {
    if (!playing) {
      drawn.current?.setTime(time)
      return
    }
    let frame = requestAnimationFrame(function follow() {
      drawn.current?.setTime(position())
      frame = requestAnimationFrame(follow)
    })
    return () => cancelAnimationFrame(frame)
  }, [playing, position, time])

  function pointer(event: PointerEvent<HTMLDivElement>) {
    const box = stage.current?.getBoundingClientRect()
    if (!box || event.button !== 0) return
    if (event.type === 'pointerdown') stage.current?.setPointerCapture(event.pointerId)
    else if (!stage.current?.hasPointerCapture(event.pointerId)) return
    onSeek(((event.clientX - box.left) / box.width) * length)
  }

  function key(event: KeyboardEvent) {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    const command = sliderCommand(event.key)
    if (!command) return
    event.preventDefault()
    event.stopPropagation()
    onCommand(command)
  }

  return (
    <div className={styles.lanes}>
      <div>
        {Array.from({ length: channels }, (_, channel) => {
          const side = sideOf(channel)
          const party = parties.find((p) => p.side === side)
          const label = muted[channel] ? `Unmute ${sideLabel(side)}` : `Mute ${sideLabel(side)}`
          return (
            <div key={side} className={styles.gutter}>
              <div className={styles.who}>
                <span className={styles.name} title={partyTitle(party)}>
                  {partyTitle(party)}
                </span>
                <span className={styles.quiet}>
                  {sideLabel(side)}
                  {partySubtitle(party) ? ` · ${partySubtitle(party)}` : ''}
                </span>
              </div>
              <Tooltip content={label} relationship="label">
                <Button
                  appearance="subtle"
                  size="small"
                  aria-pressed={muted[channel] ?? false}
                  icon={muted[channel] ? <SpeakerMuteRegular /> : <Speaker2Regular />}
                  onClick={() => onMute(channel)}
                />
              </Tooltip>
            </div>
          )
        })}
      </div>
      <div
        ref={stage}
        className={styles.stage}
        role="slider"
        tabIndex={0}
        aria-label="Position"
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={Math.round(length)}
        aria-valuenow={Math.round(time)}
        aria-valuetext={`${spokenDuration(time * 1000)} of ${spokenDuration(length * 1000)}`}
        onPointerDown={pointer}
        onPointerMove={pointer}
        onKeyDown={key}
      >
        <MarkedSpans marks={marks} length={length} />
        <div ref={canvas} aria-hidden data-testid="waveform" />
        {Array.from({ length: channels }, (_, channel) => (
          <div key={sideOf(channel)} className={styles.rule} style={{ top: (channel + 1) * LANE - 1 }} />
        ))}
      </div>
      <div className={styles.corner} />
      <div className={styles.axis} aria-hidden>
        {ticks(length, 10).map((tick) => (
          <span key={tick} className={styles.tick} style={{ left: `${((tick / length) * 100).toFixed(4)}%` }}>
            {formatDuration(tick * 1000)}
          </span>
        ))}
      </div>
    </div>
  )
}
