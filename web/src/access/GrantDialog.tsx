import { Field, Input, Select } from '@fluentui/react-components'
import { useState } from 'react'
import { api, type Matter, type Right, type Team, type User, unwrap } from '../api/client'
import { CheckGroup } from '../app/CheckGroup'
import { FormDialog } from '../app/FormDialog'
import { zonedInstant } from '../lib/format'
import { rights } from '../lib/words'
import { tree } from '../people/queries'

type Props = { users: User[]; teams: Team[]; matters: Matter[]; zone: string; onClose: () => void }

/** A person or a team, as the value of an option. */
function HolderOptions({ users, teams }: { users: User[]; teams: Team[] }) {
  return (
    <>
      <optgroup label="People">
        {users
          .filter((user) => user.active)
          .map((user) => (
            <option key={user.id} value={`user:${user.id}`}>
              {user.displayName} ({user.name})
            </option>
          ))}
      </optgroup>
      <optgroup label="Teams">
        {tree(teams).map(({ team }) => (
          <option key={team.id} value={`team:${team.id}`}>
            {team.name}
          </option>
        ))}
      </optgroup>
    </>
  )
}

/** The parts of `type:id`. */
function split<T extends string>(value: string): { type: T; id: string } {
  const colon = value.indexOf(':')
  return { type: value.slice(0, colon) as T, id: value.slice(colon + 1) }
}

export function GrantDialog({ users, teams, matters, zone, onClose }: Props) {
  const [holder, setHolder] = useState('')
  const [on, setOn] = useState('')
  const [chosen, setChosen] = useState<Right[]>(['search', 'listen'])
  const [until, setUntil] = useState('')
  const end = until ? zonedInstant(until, zone) : undefined
  const invalid = until !== '' && (!end || end.getTime() <= Date.now())
  return (
    <FormDialog
      title="Grant access"
      submit="Grant"
      changes={['grants', 'review']}
      onClose={onClose}
      disabled={!holder || !on || chosen.length === 0 || invalid}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/grants', {
            body: {
              holder: split<'user' | 'team'>(holder),
              rights: chosen,
              on: on === 'tenant' ? { type: 'tenant' } : split<'user' | 'team' | 'matter'>(on),
              until: end ? end.toISOString() : null,
            },
          }),
        )
      }
    >
      <Field label="To" required hint="A team’s grant is for its members and those of the teams below it.">
        <Select value={holder} onChange={(_, data) => setHolder(data.value)}>
          <option value="">Choose a person or a team</option>
          <HolderOptions users={users} teams={teams} />
        </Select>
      </Field>
      <CheckGroup
        label="Rights"
        hint="No right includes another."
        options={Object.entries(rights) as [Right, string][]}
        chosen={chosen}
        onChange={setChosen}
      />
      <Field label="On" required>
        <Select value={on} onChange={(_, data) => setOn(data.value)}>
          <option value="">Choose calls</option>
          <optgroup label="Matters">
            {matters
              .filter((matter) => matter.closedAt === null)
              .map((matter) => (
                <option key={matter.id} value={`matter:${matter.id}`}>
                  {matter.name}
                </option>
              ))}
          </optgroup>
          <HolderOptions users={users} teams={teams} />
          <option value="tenant">All calls of the tenant</option>
        </Select>
      </Field>
      <Field
        label={`Until (${zone})`}
        validationMessage={invalid ? 'Choose a time that is yet to come.' : undefined}
        hint="Left empty, it holds until it is revoked."
      >
        <Input type="datetime-local" value={until} onChange={(_, data) => setUntil(data.value)} />
      </Field>
    </FormDialog>
  )
}
