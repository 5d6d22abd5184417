import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  mergeClasses,
  Skeleton,
  SkeletonItem,
  Spinner,
  Subtitle1,
  tokens,
} from '@fluentui/react-components'
import { ArrowLeftRegular, DocumentDismissRegular, SpeakerOffRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useLocation, useNavigate, useParams } from 'react-router'
import { ApiError, api, type RecordingDetail, unwrap } from '../api/client'
import { Message } from '../app/Message'
import { useSession } from '../app/session'
import { AnnouncementCard } from '../call/AnnouncementCard'
import { Corrections } from '../call/Corrections'
import { Facts } from '../call/Facts'
import { FlagList } from '../call/FlagList'
import { Interaction } from '../call/Interaction'
import { Notes } from '../call/Notes'
import { OtherAttempts } from '../call/OtherAttempts'
import { PauseCard } from '../call/PauseCard'
import { PolicyCard } from '../call/PolicyCard'
import { Preservation } from '../call/Preservation'
import { pollMillis } from '../call/polling'
import { Quality } from '../call/Quality'
import { RawText } from '../call/RawText'
import { Closed, isClosed, RestrictionCard } from '../call/Restriction'
import { Marks, Timeline } from '../call/Timeline'
import { TombstoneCard } from '../call/TombstoneCard'
import { VendorData } from '../call/VendorData'
import { BlockButton, Blocked } from '../call/WrongTenant'
import { partiesLine } from '../calls/parties'
import { StateBadge } from '../calls/StateBadge'
import { may, withoutMedia } from '../lib/words'
import { Player, type PlayerHandle } from '../player/Player'

const useStyles = makeStyles({
  scroll: { flexGrow: 1, minHeight: 0, overflow: 'auto' },
  page: {
    maxWidth: '1360px',
    margin: '0 auto',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: `${tokens.spacingVerticalS} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalXXL}`,
  },
  head: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM, flexWrap: 'wrap' },
  back: { marginLeft: '-8px' },
  title: { margin: 0 },
  columns: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 3fr) minmax(0, 2fr)',
    gap: tokens.spacingHorizontalM,
    alignItems: 'start',
    '@media (max-width: 900px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  single: { gridTemplateColumns: 'minmax(0, 1fr)' },
  column: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, minWidth: 0 },
  card: {
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  loading: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
})

export default function CallPage() {
  const { id = '' } = useParams()
  return <Call key={id} id={id} />
}

function Call({ id }: { id: string }) {
  const styles = useStyles()
  const location = useLocation()
  const navigate = useNavigate()
  const call = useQuery({
    queryKey: ['call', id],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/recordings/{id}', { params: { path: { id } }, signal })),
    // A call that is not archived yet will be; nobody should have to press reload for that.
    refetchInterval: (query) => pollMillis(query.state.data?.state, query.state.dataUpdateCount),
  })
  const line = call.data?.blocked ? 'Blocked call' : call.data ? partiesLine(call.data.parties) : 'Call'
  useEffect(() => {
    document.title = `${line} · Earwitness`
  }, [line])

  const search = typeof location.state?.search === 'string' ? location.state.search : ''
  const back = () => navigate(`/calls${search ? `?${search}` : ''}`, { state: { opened: id } })

  return (
    <div className={styles.scroll}>
      <div className={styles.page}>
        <div className={styles.head}>
          <Button className={styles.back} appearance="subtle" icon={<ArrowLeftRegular />} onClick={back}>
            Calls
          </Button>
          {call.data && (
            <>
              <Subtitle1 as="h1" className={styles.title}>
                {line}
              </Subtitle1>
              <StateBadge state={call.data.state} large />
            </>
          )}
        </div>
        {call.isPending ? (
          <Skeleton className={styles.loading} aria-label="Loading the call">
            <SkeletonItem size={48} />
            <SkeletonItem size={128} />
            <SkeletonItem size={96} />
          </Skeleton>
        ) : call.data ? (
          <Content call={call.data} />
        ) : call.error instanceof ApiError && call.error.status === 404 ? (
          <Message
            icon={<DocumentDismissRegular />}
            title="There is no such call"
            text="It does not exist, or it is not one that you may see."
          />
        ) : (
          <MessageBar intent="error">
            <MessageBarBody>
              <MessageBarTitle>The call can’t be shown</MessageBarTitle>
              {call.error?.message}
            </MessageBarBody>
            <MessageBarActions>
              <Button onClick={() => void call.refetch()}>Try again</Button>
            </MessageBarActions>
          </MessageBar>
        )}
      </div>
    </div>
  )
}

function Content({ call }: { call: RecordingDetail }) {
  const styles = useStyles()
  const session = useSession()
  const player = useRef<PlayerHandle>(null)
  const [original, setOriginal] = useState(false)
  if (call.blocked) {
    return (
      <>
        <Facts call={call} />
        <Blocked call={call} lift={may(session, 'matters')} />
      </>
    )
  }
  // Null in what older versions kept
  const invite = call.refusal?.message ?? null
  const left = call.flags.length > 0 || call.evidence !== null || call.rawMetadata !== null || invite !== null
  const seek = call.archive && may(call, 'listen') ? (s: number) => player.current?.seek(s) : undefined
  return (
    <>
      <Facts call={call} />
      <OtherAttempts call={call} />
      {call.archive && call.archive.channels > 0 ? (
        may(call, 'listen') && isClosed(call) && !original ? (
          <div className={styles.card}>
            <Closed />
          </div>
        ) : may(call, 'listen') ? (
          <Player
            key={`${call.archive.generation} ${original}`}
            call={call}
            original={original}
            ref={player}
          />
        ) : (
          <div className={styles.card}>
            <Message
              icon={<SpeakerOffRegular />}
              title="You may see this call, but not listen to it"
              text={`Your roles in ${session.tenantName} do not include listening.`}
            />
          </div>
        )
      ) : (
        <div className={styles.card}>
          <NoMedia call={call} />
          <TombstoneCard call={call} />
        </div>
      )}
      {call.evidenceProblem && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>The archived call record can’t be read</MessageBarTitle>
            {call.evidenceProblem}
          </MessageBarBody>
        </MessageBar>
      )}
      <div className={mergeClasses(styles.columns, !left && styles.single)}>
        {left && (
          <div className={styles.column}>
            <FlagList flags={call.flags} />
            {call.evidence && (
              <>
                <Timeline events={call.evidence.timeline} zone={call.zone} onSeek={seek} />
                <Marks marks={call.evidence.marks} onSeek={seek} />
              </>
            )}
            {call.rawMetadata && <RawText title="Metadata as received" text={call.rawMetadata} />}
            {invite && <RawText title="INVITE as received" text={invite} />}
          </div>
        )}
        <div className={styles.column}>
          <PauseCard call={call} />
          <Notes call={call} onSeek={seek} />
          <PolicyCard call={call} />
          <AnnouncementCard call={call} onSeek={seek} />
          <Preservation call={call} />
          <Interaction call={call} />
          <Corrections
            id={call.id}
            parties={call.parties}
            correct={may(session, 'matters') && call.state !== 'live'}
            zone={call.zone}
          />
          <VendorData data={call.vendorData} />
          <RestrictionCard call={call} original={original} onOriginal={setOriginal} />
          {may(session, 'matters') && <BlockButton id={call.id} />}
          {call.quality.length > 0 && <Quality quality={call.quality} />}
        </div>
      </div>
    </>
  )
}

/** Why there is nothing to play of a call that is recorded on demand. */
function onDemand(call: RecordingDetail) {
  if (call.policy?.notRecorded === 'not-kept') {
    return {
      title: 'Not kept',
      text: 'The call was held on demand, and nobody marked it in time. Its audio was removed.',
    }
  }
  if (call.state === 'closed' && call.policy?.action === 'on-demand' && !call.policy.keptAt) {
    return {
      title: 'Held on demand',
      text: 'The call has ended and is held sealed. It is archived if somebody marks it in time, and removed if not.',
    }
  }
  return undefined
}

function NoMedia({ call }: { call: RecordingDetail }) {
  if (call.state === 'refused' && call.refusal) {
    return (
      <Message
        icon={<SpeakerOffRegular />}
        title={`Refused with status ${call.refusal.status}`}
        text={`The recorder did not take this call: ${call.refusal.reason}`}
      />
    )
  }
  const words = onDemand(call) ??
    withoutMedia[call.state] ?? {
      title: 'There is no audio',
      text: 'Nothing of this call was stored that could be played.',
    }
  const running = call.state === 'live' || call.state === 'closed'
  return (
    <Message
      icon={running ? <Spinner size="small" /> : <SpeakerOffRegular />}
      title={words.title}
      text={words.text}
    />
  )
}
