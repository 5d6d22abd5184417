import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Text,
  Textarea,
  tokens,
} from '@fluentui/react-components'
import { SpeakerOffRegular } from '@fluentui/react-icons'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, type RecordingDetail, type Restriction, unwrap } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { Message } from '../app/Message'
import { useSession } from '../app/session'
import { formatInstant } from '../lib/format'
import { may } from '../lib/words'
import { Card } from './Card'
import { type MaskedSpan, parseSpans, spansText } from './spans'

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
})

/** Generations from here on are masked derivatives. */
const MASKED = 4

/** Whether what would be played is an original that nobody hears. */
export function isClosed(call: RecordingDetail): boolean {
  return call.flags.includes('restricted') && (call.archive?.generation ?? 0) < MASKED
}

/** In the player’s place. */
export function Closed() {
  return (
    <Message
      icon={<SpeakerOffRegular />}
      title="Restricted"
      text="The original can’t be heard. Where only some spans are restricted, a masked copy takes its place once it is made."
    />
  )
}

type Props = {
  call: RecordingDetail
  /** Whether the original is in the player. */
  original: boolean
  onOriginal: (original: boolean) => void
}

type Asking = 'restrict' | 'open' | 'lift' | 'correct'

/** How it stands with the original of a recording, and what may be asked for. */
export function RestrictionCard({ call, original, onOriginal }: Props) {
  const styles = useStyles()
  const session = useSession()
  const client = useQueryClient()
  const [asking, setAsking] = useState<Asking>()
  const [asked, setAsked] = useState(false)
  const officer = may(session, 'matters')
  const flagged = call.flags.includes('restricted')
  const query = useQuery({
    queryKey: ['restriction', call.id],
    enabled: flagged || officer,
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/recordings/{id}/restriction', { params: { path: { id: call.id } }, signal })),
    refetchInterval: (each) => (each.state.data?.derivative === 'wanted' ? 5_000 : false),
  })
  const restriction = query.data?.restricted ? query.data : undefined
  const settling = query.data?.settlingUntil
  const correction = restriction?.correction
  const made = restriction?.derivative === 'made'
  useEffect(() => {
    if (made) void client.invalidateQueries({ queryKey: ['call', call.id] })
  }, [made, client, call.id])
  if (!call.archive || (!flagged && !officer)) return null
  const close = () => setAsking(undefined)
  const done = () => setAsked(true)
  return (
    <Card title={flagged ? 'Restricted' : 'Restriction'}>
      {restriction && <State call={call} restriction={restriction} />}
      {query.isError && <Text block>It can’t be looked up: {query.error.message}</Text>}
      {asked && (
        <Text block role="status">
          Asked for. Another person decides it on Approvals.
        </Text>
      )}
      <div className={styles.actions}>
        {restriction?.openUntil && (
          <Button size="small" onClick={() => onOriginal(!original)}>
            {original ? 'Leave the original' : 'Play the original'}
          </Button>
        )}
        {officer && !correction && (
          <Button size="small" onClick={() => setAsking('restrict')}>
            {flagged ? 'Restrict otherwise…' : 'Restrict…'}
          </Button>
        )}
        {officer && settling && (
          <Button size="small" onClick={() => setAsking('correct')}>
            Correct…
          </Button>
        )}
        {officer && flagged && !correction && (
          <>
            <Button size="small" onClick={() => setAsking('open')}>
              Open the original…
            </Button>
            <Button size="small" onClick={() => setAsking('lift')}>
              Lift…
            </Button>
          </>
        )}
      </div>
      {asking === 'restrict' && <RestrictDialog id={call.id} onDone={done} onClose={close} />}
      {asking === 'correct' && settling && (
        <CorrectDialog
          id={call.id}
          until={formatInstant(settling, call.zone)}
          onDone={done}
          onClose={close}
        />
      )}
      {asking === 'open' && <OpenDialog id={call.id} onDone={done} onClose={close} />}
      {asking === 'lift' && <LiftDialog id={call.id} onDone={done} onClose={close} />}
    </Card>
  )
}

function State({ call, restriction }: { call: RecordingDetail; restriction: Restriction }) {
  const at = (time: string) => formatInstant(time, call.zone)
  return (
    <>
      <MessageBar intent={restriction.derivative === 'impossible' ? 'warning' : 'info'} layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>
            {restriction.derivative === 'made'
              ? 'A masked copy takes the original’s place.'
              : 'The original can’t be heard.'}
          </MessageBarTitle>
          {restriction.derivative === 'made' && `Silent: ${spansText(restriction.spans)}.`}
          {restriction.derivative === 'none' && 'Nothing takes its place.'}
          {restriction.derivative === 'wanted' &&
            (restriction.problem
              ? `The masked copy could not be made yet: ${restriction.problem}. It is tried again.`
              : 'A masked copy is being made.')}
          {restriction.derivative === 'impossible' && `No masked copy can be made: ${restriction.problem}.`}
        </MessageBarBody>
      </MessageBar>
      {restriction.correction && (
        <Text block>
          {restriction.correction.removedAt
            ? `The original was removed on ${at(restriction.correction.removedAt)}.`
            : `${restriction.correction.what === 'remove' ? 'The recording' : 'The original'} is removed once its first lock has ended, on ${at(restriction.correction.settlesAt)}, and no legal hold is on it.`}
        </Text>
      )}
      {restriction.reason && (
        <Text block size={200}>
          {restriction.by} · {restriction.at && at(restriction.at)}: {restriction.reason} (
          {restriction.legalBasis})
        </Text>
      )}
      {restriction.openUntil && (
        <Text block>The original is open for you until {at(restriction.openUntil)}.</Text>
      )}
      {restriction.openings.map((opening) => (
        <Text block size={200} key={opening.openedAt}>
          Opened for {opening.users.join(', ')} until {at(opening.until)}: {opening.reason} (
          {opening.legalBasis})
        </Text>
      ))}
    </>
  )
}

type DialogProps = { id: string; onDone: () => void; onClose: () => void }

const changes = ['approvals', 'call', 'restriction']

/** What somebody typed as spans; undefined, with what is wrong, if it is none. */
function useSpans() {
  const [text, setText] = useState('')
  let spans: MaskedSpan[] | undefined
  let wrong: string | undefined
  try {
    spans = parseSpans(text)
  } catch (e) {
    wrong = e instanceof Error ? e.message : String(e)
  }
  const field = (none: string) => (
    <Field
      label="Make silent"
      hint={`Such as 1:05-1:20 left, 2:00-2:03.500; sides are left and right, none means both. ${none}`}
      validationMessage={wrong}
    >
      <Textarea value={text} onChange={(_, data) => setText(data.value)} />
    </Field>
  )
  return { spans, field }
}

function RestrictDialog({ id, onDone, onClose }: DialogProps) {
  const { spans, field } = useSpans()
  const [basis, setBasis] = useState('')
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Restrict the recording"
      submit="Ask"
      changes={changes}
      onClose={onClose}
      disabled={!spans || !basis.trim() || !reason.trim()}
      onSubmit={async () => {
        await unwrap(
          api.POST('/api/v1/recordings/{id}/restriction', {
            params: { path: { id } },
            body: { legalBasis: basis.trim(), spans: spans ?? [], reason: reason.trim() },
          }),
        )
        onDone()
      }}
    >
      <Text>
        Once another person has approved it, nobody hears the original, takes it away or is delivered it.
        Nothing is deleted.
      </Text>
      {field('Empty restricts all of it.')}
      <Basis value={basis} onChange={setBasis} />
      <Reason value={reason} onChange={setReason} />
    </FormDialog>
  )
}

function CorrectDialog({ id, until, onDone, onClose }: DialogProps & { until: string }) {
  const { spans, field } = useSpans()
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Correct the recording"
      submit="Ask"
      changes={changes}
      onClose={onClose}
      disabled={!spans || !reason.trim()}
      onSubmit={async () => {
        const params = { path: { id } }
        await unwrap(
          spans?.length
            ? api.POST('/api/v1/recordings/{id}/replacement', {
                params,
                body: { spans, reason: reason.trim() },
              })
            : api.POST('/api/v1/recordings/{id}/removal', { params, body: { reason: reason.trim() } }),
        )
        onDone()
      }}
    >
      <Text>
        Possible until {until}, if another person approves it by then. What should never have been recorded is
        deleted for good when its first lock ends; nobody hears it from the approval on.
      </Text>
      {field('A masked copy stays then. Empty removes the whole recording.')}
      <Reason value={reason} onChange={setReason} />
    </FormDialog>
  )
}

function OpenDialog({ id, onDone, onClose }: DialogProps) {
  const [persons, setPersons] = useState('')
  const [hours, setHours] = useState('24')
  const [basis, setBasis] = useState('')
  const [reason, setReason] = useState('')
  const named = persons
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const valid = /^\d{1,2}$/.test(hours.trim()) && Number(hours) >= 1 && Number(hours) <= 72
  return (
    <FormDialog
      title="Open the original"
      submit="Ask"
      changes={changes}
      onClose={onClose}
      disabled={!named.length || !valid || !basis.trim() || !reason.trim()}
      onSubmit={async () => {
        await unwrap(
          api.POST('/api/v1/recordings/{id}/restriction/opening', {
            params: { path: { id } },
            body: { legalBasis: basis.trim(), persons: named, hours: Number(hours), reason: reason.trim() },
          }),
        )
        onDone()
      }}
    >
      <Text>Another person decides, and none of those who are to hear it.</Text>
      <Field label="For" hint="User names, with commas between">
        <Input value={persons} onChange={(_, data) => setPersons(data.value)} />
      </Field>
      <Field label="Hours" hint="1 to 72, from the approval on">
        <Input value={hours} onChange={(_, data) => setHours(data.value)} />
      </Field>
      <Basis value={basis} onChange={setBasis} />
      <Reason value={reason} onChange={setReason} />
    </FormDialog>
  )
}

function LiftDialog({ id, onDone, onClose }: DialogProps) {
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Lift the restriction"
      submit="Ask"
      changes={changes}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={async () => {
        await unwrap(
          api.POST('/api/v1/recordings/{id}/restriction/lift', {
            params: { path: { id } },
            body: { reason: reason.trim() },
          }),
        )
        onDone()
      }}
    >
      <Text>Once another person has approved it, whoever may hear the call hears the original again.</Text>
      <Reason value={reason} onChange={setReason} />
    </FormDialog>
  )
}

type TextProps = { value: string; onChange: (value: string) => void }

function Basis({ value, onChange }: TextProps) {
  return (
    <Field label="Legal basis" hint="Such as an article of a law, or a court’s file number">
      <Input value={value} maxLength={1000} onChange={(_, data) => onChange(data.value)} />
    </Field>
  )
}

function Reason({ value, onChange }: TextProps) {
  return (
    <Field label="Reason" required>
      <Textarea value={value} maxLength={1000} onChange={(_, data) => onChange(data.value)} />
    </Field>
  )
}
