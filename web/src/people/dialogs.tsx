import { Field, Input, Select, Text } from '@fluentui/react-components'
import { useState } from 'react'
import { type AccountKind, api, type Role, type Team, type User, unwrap } from '../api/client'
import { CheckGroup } from '../app/CheckGroup'
import { FormDialog } from '../app/FormDialog'
import { roles } from '../lib/words'
import { tree, withThoseBelow } from './queries'

/** Roles that a tenant gives; operators are the platform's. */
const given = (Object.entries(roles) as [Role, string][]).filter(([role]) => role !== 'operator')

function RoleBoxes({ chosen, onChange }: { chosen: Role[]; onChange: (roles: Role[]) => void }) {
  return <CheckGroup label="Roles" options={given} chosen={chosen} onChange={onChange} />
}

function TeamSelect({
  label,
  teams,
  value,
  onChange,
  none,
}: {
  label: string
  teams: Team[]
  value: string
  onChange: (id: string) => void
  none: string
}) {
  return (
    <Field label={label}>
      <Select value={value} onChange={(_, data) => onChange(data.value)}>
        <option value="">{none}</option>
        {tree(teams).map(({ team, depth }) => (
          <option key={team.id} value={team.id}>
            {`${'\u00a0\u00a0\u00a0'.repeat(depth)}${team.name}`}
          </option>
        ))}
      </Select>
    </Field>
  )
}

export function AddUserDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [password, setPassword] = useState('')
  const [kind, setKind] = useState<AccountKind>('person')
  const [chosen, setChosen] = useState<Role[]>([])
  return (
    <FormDialog
      title="Add a person"
      submit="Add"
      changes={['users']}
      onClose={onClose}
      disabled={!name.trim()}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/users', {
            body: {
              name: name.trim(),
              displayName: displayName.trim() || null,
              kind,
              roles: chosen,
              password: (kind === 'person' && password) || null,
            },
          }),
        )
      }
    >
      <Field label="Account name" required>
        <Input value={name} autoComplete="off" onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label="Name">
        <Input value={displayName} autoComplete="off" onChange={(_, data) => setDisplayName(data.value)} />
      </Field>
      <Field label="Whose it is">
        <Select value={kind} onChange={(_, data) => setKind(data.value as AccountKind)}>
          <option value="person">A person’s</option>
          <option value="service">A program’s, which acts by tokens</option>
        </Select>
      </Field>
      <Field
        label="Password"
        hint="At least 12 characters. Without one the person can’t sign in by password."
      >
        <Input
          type="password"
          autoComplete="new-password"
          disabled={kind === 'service'}
          value={password}
          onChange={(_, data) => setPassword(data.value)}
        />
      </Field>
      <RoleBoxes chosen={chosen} onChange={setChosen} />
    </FormDialog>
  )
}

export function RolesDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const [chosen, setChosen] = useState<Role[]>(user.roles.map((held) => held.role))
  return (
    <FormDialog
      title={`Roles of ${user.displayName}`}
      submit="Save"
      changes={['users']}
      onClose={onClose}
      onSubmit={() =>
        unwrap(
          api.PUT('/api/v1/users/{user}/roles', {
            params: { path: { user: user.id } },
            body: {
              roles: chosen.map((role) => ({
                role,
                until: user.roles.find((held) => held.role === role)?.until ?? null,
              })),
            },
          }),
        )
      }
    >
      <RoleBoxes chosen={chosen} onChange={setChosen} />
      <Text size={200}>A change counts at once, and the past stays as it was.</Text>
    </FormDialog>
  )
}

export function ActiveDialog({ user, users, onClose }: { user: User; users: User[]; onClose: () => void }) {
  const [successor, setSuccessor] = useState('')
  return (
    <FormDialog
      title={user.active ? `Deactivate ${user.displayName}?` : `Activate ${user.displayName}?`}
      submit={user.active ? 'Deactivate' : 'Activate'}
      changes={['users', 'grants', 'matters']}
      onClose={onClose}
      onSubmit={() =>
        unwrap(
          api.PUT('/api/v1/users/{user}/active', {
            params: { path: { user: user.id } },
            body: user.active ? { active: false, successor: successor || null } : { active: true },
          }),
        )
      }
    >
      <Text>
        {user.active
          ? 'Sessions, tokens, numbers and the grants to this person end at once. Roles and teams stay for a return; recordings stay where they are.'
          : 'The person can sign in again, with the roles and teams of before. Grants that ended must be made anew.'}
      </Text>
      {user.active && user.kind === 'person' && (
        <Field label="Who answers for the open matters then">
          <Select value={successor} onChange={(_, data) => setSuccessor(data.value)}>
            <option value="">Nobody else</option>
            {users
              .filter((each) => each.active && each.kind === 'person' && each.id !== user.id)
              .map((each) => (
                <option key={each.id} value={each.id}>
                  {each.displayName} ({each.name})
                </option>
              ))}
          </Select>
        </Field>
      )}
    </FormDialog>
  )
}

export function AddTeamDialog({ teams, onClose }: { teams: Team[]; onClose: () => void }) {
  const [name, setName] = useState('')
  const [parent, setParent] = useState('')
  return (
    <FormDialog
      title="Add a team"
      submit="Add"
      changes={['teams']}
      onClose={onClose}
      disabled={!name.trim()}
      onSubmit={() =>
        unwrap(api.POST('/api/v1/teams', { body: { name: name.trim(), parent: parent || null } }))
      }
    >
      <Field label="Name" required>
        <Input value={name} autoComplete="off" onChange={(_, data) => setName(data.value)} />
      </Field>
      <TeamSelect label="Below" teams={teams} value={parent} onChange={setParent} none="No other team" />
    </FormDialog>
  )
}

export function MoveTeamDialog({ team, teams, onClose }: { team: Team; teams: Team[]; onClose: () => void }) {
  const [parent, setParent] = useState(team.parent ?? '')
  const below = withThoseBelow(teams, team.id)
  return (
    <FormDialog
      title={`Move ${team.name}`}
      submit="Move"
      changes={['teams']}
      onClose={onClose}
      onSubmit={() =>
        unwrap(
          api.PUT('/api/v1/teams/{team}/parent', {
            params: { path: { team: team.id } },
            body: { parent: parent || null },
          }),
        )
      }
    >
      <TeamSelect
        label="Below"
        teams={teams.filter((each) => !below.has(each.id))}
        value={parent}
        onChange={setParent}
        none="No other team"
      />
      <Text size={200}>Calls so far stay with the teams that they had at their start.</Text>
    </FormDialog>
  )
}

export function AddMemberDialog({
  team,
  users,
  onClose,
}: {
  team: Team
  users: User[]
  onClose: () => void
}) {
  const members = new Set(team.members.map((member) => member.id))
  const others = users.filter((user) => user.active && !members.has(user.id))
  const [user, setUser] = useState('')
  return (
    <FormDialog
      title={`Add a member to ${team.name}`}
      submit="Add"
      changes={['teams', 'users']}
      onClose={onClose}
      disabled={!user}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/teams/{team}/members', { params: { path: { team: team.id } }, body: { user } }),
        )
      }
    >
      <Field label="Person" required>
        <Select value={user} onChange={(_, data) => setUser(data.value)}>
          <option value="">Choose a person</option>
          {others.map((each) => (
            <option key={each.id} value={each.id}>
              {each.displayName} ({each.name})
            </option>
          ))}
        </Select>
      </Field>
    </FormDialog>
  )
}

export function RemoveMemberDialog({ team, user, onClose }: { team: Team; user: User; onClose: () => void }) {
  return (
    <FormDialog
      title={`Take ${user.displayName} out of ${team.name}?`}
      submit="Take out"
      changes={['teams', 'users']}
      onClose={onClose}
      onSubmit={() =>
        unwrap(
          api.DELETE('/api/v1/teams/{team}/members/{user}', {
            params: { path: { team: team.id, user: user.id } },
          }),
        )
      }
    >
      <Text>Later calls of this person are no calls of the team; those so far stay so.</Text>
    </FormDialog>
  )
}
