import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  DialogTrigger,
  Field,
  Menu,
  MenuButton,
  MenuItemLink,
  MenuList,
  MenuPopover,
  MenuTrigger,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
  Select,
  Spinner,
  Text,
  Textarea,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import {
  ArrowDownloadRegular,
  PauseFilled,
  PlayFilled,
  SkipBack10Regular,
  SkipForward10Regular,
} from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { type Ref, useCallback, useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react'
import { api, bytes, type RecordingDetail, unwrap } from '../api/client'
import { formatDuration, formatInstant } from '../lib/format'
import { may } from '../lib/words'
import { Heard } from './heard'
import { type Command, pageCommand, wantsKeys } from './keys'
import { Lanes } from './Lanes'
import { numbered, type Part, partsOf } from './parts'
import { usePlayback } from './usePlayback'
import { useSides } from './useSides'
import { parseWaveform } from './waveform'

const useStyles = makeStyles({
  player: {
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    overflow: 'hidden',
  },
  bar: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL}`,
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  time: { fontVariantNumeric: 'tabular-nums', marginLeft: tokens.spacingHorizontalS },
  clock: { fontVariantNumeric: 'tabular-nums', color: tokens.colorNeutralForeground3 },
  grow: { flexGrow: 1 },
  speed: { width: '84px' },
  reason: { width: '100%' },
})

const speeds = [0.5, 0.75, 1, 1.25, 1.5, 2]

export type PlayerHandle = { seek: (seconds: number) => void }

type Props = {
  call: RecordingDetail
  /** Plays the original of a restricted recording, which has to be open. */
  original?: boolean
  ref?: Ref<PlayerHandle>
}

export function Player({ call, original = false, ref }: Props) {
  const styles = useStyles()
  const audio = useRef<HTMLAudioElement>(null)
  const [speed, setSpeed] = useState(1)
  const [asking, setAsking] = useState(false)
  const answer = useRef<(reason: string | undefined) => void>(undefined)
  const play = useRef<string>(undefined)

  const archive = call.archive
  const length = (archive?.durationMs ?? 0) / 1000
  const channels = Math.max(1, archive?.channels ?? 2)
  const base = `/api/v1/recordings/${call.id}`

  const open = useCallback(async () => {
    let reason: string | undefined
    if (call.playReasonRequired) {
      reason = await new Promise<string | undefined>((resolve) => {
        answer.current = resolve
        setAsking(true)
      })
      setAsking(false)
      if (reason === undefined) return false
    }
    const { id } = await unwrap(
      api.POST('/api/v1/recordings/{id}/plays', {
        params: { path: { id: call.id } },
        body: { ...(reason && { reason }), original },
      }),
    )
    play.current = id
    return true
  }, [call.id, call.playReasonRequired, original])

  const query = original ? 'original=true' : ''
  const parts = useMemo(() => partsOf(call, query), [call, query])
  const playback = usePlayback(audio, parts, length, open)
  const { seek, toggle, position, forget } = playback
  const sides = useSides(audio, channels)
  const waveform = useQuery({
    queryKey: ['waveform', call.id, archive?.generation, query],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => parseWaveform(await bytes(`${base}/waveform${query && `?${query}`}`)),
  })

  const command = useCallback(
    (c: Command) => {
      switch (c.type) {
        case 'toggle':
          return toggle()
        case 'by':
          return seek(position() + c.seconds)
        case 'start':
          return seek(0)
        case 'end':
          return seek(length)
      }
    },
    [toggle, seek, position, length],
  )

  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return
      const target = event.target instanceof Element ? event.target : null
      const asked = wantsKeys(target, event.key) ? undefined : pageCommand(event.key)
      if (asked) {
        event.preventDefault()
        command(asked)
      }
    }
    document.addEventListener('keydown', key)
    return () => document.removeEventListener('keydown', key)
  }, [command])

  useEffect(() => {
    // The default rate too, since a new source starts with that one.
    if (audio.current) {
      audio.current.defaultPlaybackRate = speed
      audio.current.playbackRate = speed
    }
  }, [speed])

  useEffect(() => {
    const element = audio.current
    if (!element) return
    const heard = new Heard()
    const reach = () => {
      if (!element.paused && !element.seeking) heard.reach(position())
    }
    const jump = () => heard.jump()
    const pause = () => {
      heard.reach(position())
      jump()
    }
    const close = () => {
      if (!play.current) return
      // It goes on when the page is gone
      void api.POST('/api/v1/recordings/{id}/plays/{play}/close', {
        params: { path: { id: call.id, play: play.current } },
        body: { heard: heard.take() },
        keepalive: true,
      })
      play.current = undefined
      forget()
    }
    element.addEventListener('timeupdate', reach)
    element.addEventListener('pause', pause)
    for (const event of ['seeking', 'emptied']) element.addEventListener(event, jump)
    window.addEventListener('pagehide', close)
    return () => {
      close()
      element.removeEventListener('timeupdate', reach)
      element.removeEventListener('pause', pause)
      for (const event of ['seeking', 'emptied']) element.removeEventListener(event, jump)
      window.removeEventListener('pagehide', close)
    }
  }, [call.id, position, forget])

  useImperativeHandle(ref, () => ({ seek }), [seek])

  const clock =
    archive?.audioStart &&
    formatInstant(new Date(Date.parse(archive.audioStart) + playback.time * 1000).toISOString(), call.zone)

  return (
    <section className={styles.player} aria-label="Player">
      {/* biome-ignore lint/a11y/useMediaCaption: a recorded call has no transcript */}
      <audio ref={audio} preload="metadata" data-testid="audio" />
      <Lanes
        channels={channels}
        length={length}
        time={playback.time}
        playing={playback.playing}
        position={position}
        parties={call.parties}
        peaks={waveform.data?.channels}
        marks={call.evidence?.marks ?? []}
        muted={sides.muted}
        onMute={sides.toggleSide}
        onSeek={seek}
        onCommand={command}
      />
      <div className={styles.bar}>
        <Tooltip content="Back 10 seconds (J)" relationship="label">
          <Button
            appearance="subtle"
            icon={<SkipBack10Regular />}
            onClick={() => command({ type: 'by', seconds: -10 })}
          />
        </Tooltip>
        <Button
          appearance="primary"
          title={playback.playing ? 'Pause (K or space)' : 'Play (K or space)'}
          icon={
            playback.waiting ? (
              <Spinner size="extra-tiny" appearance="inverted" />
            ) : playback.playing ? (
              <PauseFilled />
            ) : (
              <PlayFilled />
            )
          }
          onClick={toggle}
        >
          {playback.playing ? 'Pause' : 'Play'}
        </Button>
        <Tooltip content="Forward 10 seconds (L)" relationship="label">
          <Button
            appearance="subtle"
            icon={<SkipForward10Regular />}
            onClick={() => command({ type: 'by', seconds: 10 })}
          />
        </Tooltip>
        <Text className={styles.time} data-testid="time">
          {formatDuration(Math.floor(playback.time) * 1000)} / {formatDuration(length * 1000)}
        </Text>
        {clock && (
          <Text className={styles.clock} size={200} title="Local time at this position">
            {clock}
          </Text>
        )}
        <span className={styles.grow} />
        <Select
          className={styles.speed}
          size="small"
          aria-label="Speed"
          value={String(speed)}
          onChange={(_, data) => setSpeed(Number(data.value))}
        >
          {speeds.map((s) => (
            <option key={s} value={s}>
              {s}×
            </option>
          ))}
        </Select>
        {may(call, 'download') && !original && <Download call={call} parts={parts} />}
      </div>
      {playback.trouble && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{playback.trouble}</MessageBarBody>
          <MessageBarActions>
            <Button size="small" onClick={() => void playback.play()}>
              Try again
            </Button>
          </MessageBarActions>
        </MessageBar>
      )}
      {waveform.isError && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>The waveform can’t be shown: {waveform.error.message}</MessageBarBody>
        </MessageBar>
      )}
      <ReasonDialog open={asking} onAnswer={(reason) => answer.current?.(reason)} />
    </section>
  )
}

/** One link, or a menu of links where the audio is several files. */
function Download({ call, parts }: { call: RecordingDetail; parts: Part[] }) {
  const label = `Download ${call.archive?.codec === 'opus' ? 'Opus' : 'FLAC'}`
  const address = (part: number) => `/api/v1/recordings/${call.id}/media${numbered(part, 'download=true')}`
  if (parts.length < 2) {
    return (
      <Button as="a" href={address(1)} download appearance="subtle" icon={<ArrowDownloadRegular />}>
        {label}
      </Button>
    )
  }
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <MenuButton appearance="subtle" icon={<ArrowDownloadRegular />}>
          {label}
        </MenuButton>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {parts.map(({ number, start, length }) => (
            <MenuItemLink key={number} href={address(number)} download>
              Part {number}: {formatDuration(start * 1000)} to {formatDuration((start + length) * 1000)}
            </MenuItemLink>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

function ReasonDialog({ open, onAnswer }: { open: boolean; onAnswer: (reason: string | undefined) => void }) {
  const styles = useStyles()
  const [reason, setReason] = useState('')
  return (
    <Dialog open={open} onOpenChange={(_, data) => !data.open && onAnswer(undefined)}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Why do you listen to this call?</DialogTitle>
          <DialogContent>
            <Field label="Reason" hint="It is kept in the audit trail with your name." required>
              <Textarea
                className={styles.reason}
                value={reason}
                maxLength={500}
                onChange={(_, data) => setReason(data.value)}
              />
            </Field>
          </DialogContent>
          <DialogActions>
            <DialogTrigger disableButtonEnhancement>
              <Button>Cancel</Button>
            </DialogTrigger>
            <Button
              appearance="primary"
              disabledFocusable={!reason.trim()}
              onClick={() => onAnswer(reason.trim())}
            >
              Listen
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
