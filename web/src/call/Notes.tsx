import {
  Button,
  Field,
  Input,
  makeStyles,
  Tag,
  TagGroup,
  Text,
  Textarea,
  tokens,
} from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type RecordingDetail, type RecordingNote, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { formatDuration, formatInstant, parseDuration } from '../lib/format'
import { may } from '../lib/words'
import { Card } from './Card'

const useStyles = makeStyles({
  tags: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
  note: {
    borderTop: `1px solid ${tokens.colorNeutralStroke3}`,
    paddingTop: tokens.spacingVerticalS,
    ':first-of-type': { borderTopStyle: 'none', paddingTop: 0 },
  },
  text: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  quiet: { color: tokens.colorNeutralForeground3 },
  withdrawn: { color: tokens.colorNeutralForeground3, fontStyle: 'italic' },
})

type Asked =
  | { what: 'tag' }
  | { what: 'untag'; tag: string }
  | { what: 'note' }
  | { what: 'change'; note: RecordingNote }
  | { what: 'withdraw'; note: RecordingNote }

type Props = { call: RecordingDetail; onSeek: ((seconds: number) => void) | undefined }

/** The call’s tags and notes, for those who may see them. */
export function Notes({ call, onSeek }: Props) {
  return may(call, 'notes-read') ? <Shown call={call} onSeek={onSeek} /> : null
}

function Shown({ call, onSeek }: Props) {
  const styles = useStyles()
  const [asked, setAsked] = useState<Asked>()
  const id = call.id
  const tags = useQuery({
    queryKey: ['call', id, 'tags'],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/recordings/{id}/tags', { params: { path: { id } }, signal })),
  })
  const notes = useQuery({
    queryKey: ['call', id, 'notes'],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/recordings/{id}/notes', { params: { path: { id } }, signal })),
  })
  const write = may(call, 'annotate')
  const present = (tags.data?.items ?? []).filter((each) => each.removedAt === null)
  return (
    <Card title="Tags and notes">
      {tags.isError && <Failed title="The tags can’t be read" error={tags.error} />}
      {notes.isError && <Failed title="The notes can’t be read" error={notes.error} />}
      {present.length > 0 && (
        <TagGroup
          aria-label="Tags"
          className={styles.tags}
          onDismiss={write ? (_, data) => setAsked({ what: 'untag', tag: String(data.value) }) : undefined}
        >
          {present.map((each) => (
            <Tag
              key={each.tag}
              value={each.tag}
              size="small"
              dismissible={write}
              dismissIcon={write ? { 'aria-label': `Remove ${each.tag}` } : undefined}
              title={`${each.addedBy}, ${formatInstant(each.addedAt, call.zone)}`}
            >
              {each.tag}
            </Tag>
          ))}
        </TagGroup>
      )}
      {(notes.data?.items ?? []).map((note) => (
        <Note key={note.id} note={note} zone={call.zone} write={write} onSeek={onSeek} onAsk={setAsked} />
      ))}
      {write && (
        <div className={styles.tags}>
          <Button size="small" onClick={() => setAsked({ what: 'tag' })}>
            Add a tag…
          </Button>
          <Button size="small" onClick={() => setAsked({ what: 'note' })}>
            Write a note…
          </Button>
        </div>
      )}
      {asked?.what === 'tag' && <TagDialog id={id} onClose={() => setAsked(undefined)} />}
      {asked?.what === 'untag' && <UntagDialog id={id} tag={asked.tag} onClose={() => setAsked(undefined)} />}
      {asked?.what === 'note' && <NoteDialog id={id} onClose={() => setAsked(undefined)} />}
      {asked?.what === 'change' && (
        <NoteDialog id={id} note={asked.note} onClose={() => setAsked(undefined)} />
      )}
      {asked?.what === 'withdraw' && (
        <WithdrawDialog id={id} note={asked.note} onClose={() => setAsked(undefined)} />
      )}
    </Card>
  )
}

type NoteProps = {
  note: RecordingNote
  zone: string
  write: boolean
  onSeek: Props['onSeek']
  onAsk: (asked: Asked) => void
}

function Note({ note, zone, write, onSeek, onAsk }: NoteProps) {
  const styles = useStyles()
  const seconds = note.offsetMs === null ? null : note.offsetMs / 1000
  const earlier = note.versions.length - 1
  return (
    <article className={styles.note}>
      {seconds !== null &&
        (onSeek ? (
          <Button size="small" appearance="subtle" onClick={() => onSeek(seconds)}>
            At {formatDuration(seconds * 1000)}
          </Button>
        ) : (
          <Text size={200}>At {formatDuration(seconds * 1000)}</Text>
        ))}
      <Text block className={note.withdrawn ? styles.withdrawn : styles.text}>
        {note.withdrawn ? 'Withdrawn' : note.text}
      </Text>
      <Text block size={200} className={styles.quiet}>
        {note.author}, {formatInstant(note.at, zone)}
      </Text>
      {earlier > 0 && (
        <details>
          <summary>
            <Text size={200}>Earlier: {earlier}</Text>
          </summary>
          {note.versions.slice(0, earlier).map((version) => (
            <Text key={version.version} block size={200} className={styles.text}>
              {formatInstant(version.at, zone)}: {version.text}
            </Text>
          ))}
        </details>
      )}
      {write && note.own && !note.withdrawn && (
        <div className={styles.tags}>
          <Button size="small" appearance="subtle" onClick={() => onAsk({ what: 'change', note })}>
            Change…
          </Button>
          <Button size="small" appearance="subtle" onClick={() => onAsk({ what: 'withdraw', note })}>
            Withdraw…
          </Button>
        </div>
      )}
    </article>
  )
}

function TagDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [tag, setTag] = useState('')
  return (
    <FormDialog
      title="Add a tag"
      submit="Add"
      changes={['call', 'calls']}
      onClose={onClose}
      disabled={!tag.trim()}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/recordings/{id}/tags', { params: { path: { id } }, body: { tag: tag.trim() } }),
        )
      }
    >
      <Field
        label="Tag"
        hint="Kept in lower case. A rule of retention that names it may keep the call longer."
      >
        <Input value={tag} maxLength={64} onChange={(_, data) => setTag(data.value)} />
      </Field>
    </FormDialog>
  )
}

function UntagDialog({ id, tag, onClose }: { id: string; tag: string; onClose: () => void }) {
  return (
    <FormDialog
      title={`Remove the tag ${tag}`}
      submit="Remove"
      changes={['call', 'calls']}
      onClose={onClose}
      onSubmit={() =>
        unwrap(api.DELETE('/api/v1/recordings/{id}/tags/{tag}', { params: { path: { id, tag } } }))
      }
    >
      <Text>Who put it there stays known. Until when the call is kept stays as it is.</Text>
    </FormDialog>
  )
}

function NoteDialog({ id, note, onClose }: { id: string; note?: RecordingNote; onClose: () => void }) {
  const [text, setText] = useState(note?.text ?? '')
  const [at, setAt] = useState('')
  const seconds = at.trim() ? parseDuration(at) : undefined
  const wrong = at.trim() !== '' && seconds === undefined
  return (
    <FormDialog
      title={note ? 'Change the note' : 'Write a note'}
      submit="Save"
      changes={['call']}
      onClose={onClose}
      disabled={!text.trim() || wrong}
      onSubmit={() =>
        note
          ? unwrap(
              api.PUT('/api/v1/recordings/{id}/notes/{note}', {
                params: { path: { id, note: note.id } },
                body: { version: note.version, text: text.trim() },
              }),
            )
          : unwrap(
              api.POST('/api/v1/recordings/{id}/notes', {
                params: { path: { id } },
                body: { text: text.trim(), offsetMs: seconds === undefined ? null : seconds * 1000 },
              }),
            )
      }
    >
      {note && <Text>What it said before stays beside it.</Text>}
      <Field label="Note" required>
        <Textarea value={text} maxLength={4000} rows={6} onChange={(_, data) => setText(data.value)} />
      </Field>
      {!note && (
        <Field
          label="Place in the audio"
          hint="Such as 1:25; empty for the whole call"
          validationMessage={wrong ? 'Seconds, m:ss or h:mm:ss' : undefined}
        >
          <Input value={at} onChange={(_, data) => setAt(data.value)} />
        </Field>
      )}
    </FormDialog>
  )
}

function WithdrawDialog({ id, note, onClose }: { id: string; note: RecordingNote; onClose: () => void }) {
  return (
    <FormDialog
      title="Withdraw the note"
      submit="Withdraw"
      changes={['call']}
      onClose={onClose}
      onSubmit={() =>
        unwrap(
          api.DELETE('/api/v1/recordings/{id}/notes/{note}', {
            params: { path: { id, note: note.id }, query: { version: note.version } },
          }),
        )
      }
    >
      <Text>It is shown as withdrawn from then on; what it said stays beside it.</Text>
    </FormDialog>
  )
}
