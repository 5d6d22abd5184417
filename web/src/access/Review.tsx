import { Button, Field, Input, Select, Spinner, Text } from '@fluentui/react-components'
import { PersonQuestionMarkRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, type Right, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { Message } from '../app/Message'
import { useTableStyles } from '../app/table'
import { formatInstant, zonedInstant } from '../lib/format'
import { rights } from '../lib/words'
import { tree, useTeams, useUsers } from '../people/queries'

type Kind = 'recording' | 'user' | 'team'
type Question = { kind: Kind; id: string; right: Right; at: string | undefined }

/** Who can, or could, do something with a call, or with the calls of a person or a team. */
export function Review({ people, zone }: { people: boolean; zone: string }) {
  const table = useTableStyles()
  const [kind, setKind] = useState<Kind>('recording')
  const [id, setId] = useState('')
  const [right, setRight] = useState<Right>('listen')
  const [at, setAt] = useState('')
  const [asked, setAsked] = useState<Question>()
  const moment = at ? zonedInstant(at, zone) : undefined
  const invalid = at !== '' && (!moment || moment.getTime() > Date.now())
  function ask(event: FormEvent) {
    event.preventDefault()
    if (id.trim() && !invalid) setAsked({ kind, id: id.trim(), right, at: moment?.toISOString() })
  }
  return (
    <>
      <search aria-label="Question">
        <form className={table.row} onSubmit={ask} noValidate>
          <Field label="Who has the right">
            <Select value={right} onChange={(_, data) => setRight(data.value as Right)}>
              {Object.entries(rights).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="On">
            <Select
              value={kind}
              onChange={(_, data) => {
                setKind(data.value as Kind)
                setId('')
              }}
            >
              <option value="recording">This recording</option>
              {people && <option value="user">Calls of this person</option>}
              {people && <option value="team">Calls of this team</option>}
            </Select>
          </Field>
          <Which kind={kind} id={id} onChange={setId} />
          <Field
            label={`At (${zone}; empty: now)`}
            validationMessage={invalid ? 'Choose a past time.' : undefined}
          >
            <Input type="datetime-local" value={at} onChange={(_, data) => setAt(data.value)} />
          </Field>
          <Button appearance="primary" type="submit" disabledFocusable={!id.trim() || invalid}>
            Ask
          </Button>
        </form>
      </search>
      <section className={table.box} aria-label="Answer" tabIndex={-1}>
        {asked ? (
          <Answer question={asked} zone={zone} />
        ) : (
          <Message
            icon={<PersonQuestionMarkRegular />}
            title="Who can hear this?"
            text="Ask about a recording by its id, or about a person or a team; now, or at a past time. Each answer says why."
          />
        )}
      </section>
    </>
  )
}

function Which({ kind, id, onChange }: { kind: Kind; id: string; onChange: (id: string) => void }) {
  if (kind === 'recording') {
    return (
      <Field label="Id of the recording">
        <Input value={id} autoComplete="off" onChange={(_, data) => onChange(data.value)} />
      </Field>
    )
  }
  return kind === 'user' ? (
    <WhichUser id={id} onChange={onChange} />
  ) : (
    <WhichTeam id={id} onChange={onChange} />
  )
}

function WhichUser({ id, onChange }: { id: string; onChange: (id: string) => void }) {
  const users = useUsers()
  return (
    <Field label="Person">
      <Select value={id} onChange={(_, data) => onChange(data.value)}>
        <option value="">Choose a person</option>
        {users.data?.map((user) => (
          <option key={user.id} value={user.id}>
            {user.displayName} ({user.name})
          </option>
        ))}
      </Select>
    </Field>
  )
}

function WhichTeam({ id, onChange }: { id: string; onChange: (id: string) => void }) {
  const teams = useTeams()
  return (
    <Field label="Team">
      <Select value={id} onChange={(_, data) => onChange(data.value)}>
        <option value="">Choose a team</option>
        {tree(teams.data ?? []).map(({ team }) => (
          <option key={team.id} value={team.id}>
            {team.name}
          </option>
        ))}
      </Select>
    </Field>
  )
}

function Answer({ question, zone }: { question: Question; zone: string }) {
  const table = useTableStyles()
  const review = useQuery({
    queryKey: ['review', question],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/access/review', {
          params: {
            query: {
              [question.kind]: question.id,
              right: question.right,
              ...(question.at ? { at: question.at } : {}),
            },
          },
          signal,
        }),
      ),
  })
  if (review.isPending) return <Spinner label="Loading" />
  if (review.isError) return <Failed title="There is no answer" error={review.error} />
  const { items, note, at } = review.data
  if (items.length === 0) {
    return (
      <Message
        icon={<PersonQuestionMarkRegular />}
        title="Nobody"
        text={note ?? `Nobody had the right at ${formatInstant(at, zone)}.`}
      />
    )
  }
  return (
    <table className={table.table}>
      <caption style={{ textAlign: 'left', padding: '8px 12px' }}>
        <Text>
          {items.length === 1 ? '1 person has' : `${items.length} people have`} the right “
          {rights[question.right].toLowerCase()}” at {formatInstant(at, zone)}
        </Text>
      </caption>
      <thead>
        <tr>
          <th scope="col" className={table.head}>
            Person
          </th>
          <th scope="col" className={table.head}>
            Why
          </th>
        </tr>
      </thead>
      <tbody>
        {items.map(({ user, reasons }) => (
          <tr key={user.id}>
            <td className={table.cell}>
              {user.displayName} <span className={table.quiet}>{user.name}</span>
            </td>
            <td className={table.cell}>
              {reasons.map((reason) => (
                <div key={`${reason.grant} ${reason.text}`}>{reason.text}</div>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
