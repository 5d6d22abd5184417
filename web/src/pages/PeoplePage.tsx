import {
  Badge,
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  SearchBox,
  Spinner,
  Tab,
  TabList,
  tokens,
} from '@fluentui/react-components'
import { AddRegular, ArrowUploadRegular, MoreHorizontalRegular } from '@fluentui/react-icons'
import { type ReactNode, useState } from 'react'
import { useSearchParams } from 'react-router'
import type { Team, User } from '../api/client'
import { Failed } from '../app/Failed'
import { Message } from '../app/Message'
import { Page, PageHead } from '../app/Page'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { Guests } from '../guests/Guests'
import { SupportConsents } from '../guests/SupportConsents'
import { formatInstant } from '../lib/format'
import { may, roles } from '../lib/words'
import {
  ActiveDialog,
  AddMemberDialog,
  AddTeamDialog,
  AddUserDialog,
  MoveTeamDialog,
  RemoveMemberDialog,
  RolesDialog,
} from '../people/dialogs'
import { EncryptionKeys } from '../people/EncryptionKeys'
import { HoldBar } from '../people/HoldBar'
import { IdentityProviders } from '../people/IdentityProviders'
import { ImportDialog } from '../people/ImportDialog'
import { useTeams, useUsers, withThoseBelow } from '../people/queries'
import { SignInDialog } from '../people/SignInDialog'
import { TeamTree } from '../people/TeamTree'
import { TokensDialog } from '../people/TokensDialog'

const useStyles = makeStyles({
  panes: { flexGrow: 1, minHeight: 0, display: 'flex', gap: tokens.spacingHorizontalM },
  teams: { flexGrow: 0, flexShrink: 0, width: '260px' },
  people: { minWidth: 0 },
  search: { width: '220px' },
})

export default function PeoplePage() {
  const session = useSession()
  const [parameters, setParameters] = useSearchParams()
  const chosen = parts.find(({ part }) => part === parameters.get('part'))?.part ?? 'people'
  const tabs = (
    <TabList
      selectedValue={chosen}
      onTabSelect={(_, data) => setParameters({ part: String(data.value) }, { replace: true })}
    >
      {parts.map(({ part, label }) => (
        <Tab key={part} value={part}>
          {label}
        </Tab>
      ))}
    </TabList>
  )
  return (
    <Page
      title="People"
      allowed={may(session, 'people-read')}
      refused={{
        title: 'Your role can’t see people and teams',
        text: 'They are shown to tenant admins, who change them, and to auditors.',
      }}
    >
      {chosen === 'people' && <People tabs={tabs} change={may(session, 'people')} zone={session.zone} />}
      {(chosen === 'guests' || chosen === 'support') && (
        <Visitors part={chosen} tabs={tabs} change={may(session, 'people')} zone={session.zone} />
      )}
      {chosen === 'providers' && <IdentityProviders tabs={tabs} asks={may(session, 'identity-providers')} />}
      {chosen === 'keys' && <EncryptionKeys tabs={tabs} asks={may(session, 'keys')} zone={session.zone} />}
    </Page>
  )
}

type Part = 'people' | 'guests' | 'support' | 'providers' | 'keys'

const parts: { part: Part; label: string }[] = [
  { part: 'people', label: 'People and teams' },
  { part: 'guests', label: 'Guests' },
  { part: 'support', label: 'Support' },
  { part: 'providers', label: 'Identity providers' },
  { part: 'keys', label: 'Encryption keys' },
]

type VisitorsProps = { part: 'guests' | 'support'; tabs: ReactNode; change: boolean; zone: string }

function Visitors({ part, tabs, change, zone }: VisitorsProps) {
  const table = useTableStyles()
  return (
    <div className={table.page}>
      <PageHead title={part === 'guests' ? 'Guests' : 'Support'} />
      {tabs}
      {part === 'guests' ? (
        <Guests change={change} zone={zone} />
      ) : (
        <SupportConsents change={change} zone={zone} />
      )}
    </div>
  )
}

function People({ tabs, change, zone }: { tabs: ReactNode; change: boolean; zone: string }) {
  const styles = useStyles()
  const table = useTableStyles()
  const users = useUsers()
  const teams = useTeams()
  const [team, setTeam] = useState<string>()
  const [filter, setFilter] = useState('')
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  const allTeams = teams.data ?? []
  const below = team === undefined ? undefined : withThoseBelow(allTeams, team)
  const shown = (users.data ?? []).filter(
    (user) =>
      (!below || user.teamIds.some((id) => below.has(id))) &&
      `${user.name} ${user.displayName}`.toLowerCase().includes(filter.trim().toLowerCase()),
  )
  return (
    <div className={table.page}>
      <PageHead title="People and teams">
        <SearchBox
          className={styles.search}
          placeholder="Find a person"
          aria-label="Find a person"
          value={filter}
          onChange={(_, data) => setFilter(data.value)}
        />
        {change && (
          <>
            <Button icon={<ArrowUploadRegular />} onClick={() => setDialog(<ImportDialog onClose={close} />)}>
              Import
            </Button>
            <Button
              icon={<AddRegular />}
              onClick={() => setDialog(<AddTeamDialog teams={allTeams} onClose={close} />)}
            >
              Add a team
            </Button>
            <Button
              appearance="primary"
              icon={<AddRegular />}
              onClick={() => setDialog(<AddUserDialog onClose={close} />)}
            >
              Add a person
            </Button>
          </>
        )}
      </PageHead>
      {tabs}
      <HoldBar change={change} onOpen={setDialog} />
      {users.isError && <Failed title="The people can’t be read" error={users.error} />}
      {teams.isError && <Failed title="The teams can’t be read" error={teams.error} />}
      {users.isPending || teams.isPending ? (
        <Spinner label="Loading" />
      ) : (
        <div className={styles.panes}>
          <nav className={mergeClasses(table.box, styles.teams)} aria-label="Teams">
            <TeamTree
              teams={allTeams}
              chosen={team}
              onChoose={setTeam}
              {...(change && {
                onMove: (each: Team) =>
                  setDialog(<MoveTeamDialog team={each} teams={allTeams} onClose={close} />),
                onAddMember: (each: Team) =>
                  setDialog(<AddMemberDialog team={each} users={users.data ?? []} onClose={close} />),
              })}
            />
          </nav>
          <section className={mergeClasses(table.box, styles.people)} aria-label="People" tabIndex={-1}>
            <table className={table.table}>
              <thead>
                <tr>
                  {['Name', 'Account', 'Roles', 'Teams'].map((name) => (
                    <th key={name} scope="col" className={table.head}>
                      {name}
                    </th>
                  ))}
                  {change && (
                    <th scope="col" className={table.head}>
                      Changes
                    </th>
                  )}
                </tr>
              </thead>
              <tbody>
                {shown.map((user) => (
                  <PersonRow
                    key={user.id}
                    user={user}
                    users={users.data ?? []}
                    teams={allTeams}
                    zone={zone}
                    onOpen={change ? (make) => setDialog(make(close)) : undefined}
                  />
                ))}
              </tbody>
            </table>
            {shown.length === 0 && (
              <Message title="Nobody is here" text="Choose another team, or look for another name." />
            )}
          </section>
        </div>
      )}
      {dialog}
    </div>
  )
}

type RowProps = {
  user: User
  users: User[]
  teams: Team[]
  zone: string
  onOpen: ((make: (close: () => void) => ReactNode) => void) | undefined
}

function PersonRow({ user, users, teams, zone, onOpen }: RowProps) {
  const table = useTableStyles()
  const own = teams.filter((team) => user.teamIds.includes(team.id))
  return (
    <tr>
      <td className={table.cell}>{user.displayName}</td>
      <td className={table.cell}>
        {user.name} {user.kind === 'service' && <Badge appearance="outline">Service account</Badge>}{' '}
        {user.kind === 'guest' && <Badge appearance="outline">Guest</Badge>}{' '}
        {!user.active && (
          <Badge appearance="tint" color="informative">
            Inactive
          </Badge>
        )}
      </td>
      <td className={table.cell}>
        <div className={table.badges}>
          {user.roles.map(({ role, until }) => (
            <Badge key={role} appearance="tint" color={user.active ? 'brand' : 'informative'}>
              {roles[role]}
              {until && ` until ${formatInstant(until, zone)}`}
            </Badge>
          ))}
        </div>
      </td>
      <td className={table.cell}>{own.map((team) => team.name).join(', ')}</td>
      {onOpen && user.kind === 'guest' && <td className={table.cell} />}
      {onOpen && user.kind !== 'guest' && (
        <td className={mergeClasses(table.cell, table.actions)}>
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <Button
                appearance="subtle"
                size="small"
                icon={<MoreHorizontalRegular />}
                aria-label={`Change ${user.displayName}`}
              />
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                <MenuItem onClick={() => onOpen((close) => <RolesDialog user={user} onClose={close} />)}>
                  Change roles
                </MenuItem>
                {own.map((team) => (
                  <MenuItem
                    key={team.id}
                    onClick={() =>
                      onOpen((close) => <RemoveMemberDialog team={team} user={user} onClose={close} />)
                    }
                  >
                    Take out of {team.name}
                  </MenuItem>
                ))}
                <MenuItem
                  onClick={() => onOpen((close) => <SignInDialog user={user} zone={zone} onClose={close} />)}
                >
                  Sign-in and sessions
                </MenuItem>
                <MenuItem
                  onClick={() => onOpen((close) => <TokensDialog user={user} zone={zone} onClose={close} />)}
                >
                  Tokens
                </MenuItem>
                <MenuItem
                  onClick={() =>
                    onOpen((close) => <ActiveDialog user={user} users={users} onClose={close} />)
                  }
                >
                  {user.active ? 'Deactivate' : 'Activate'}
                </MenuItem>
              </MenuList>
            </MenuPopover>
          </Menu>
        </td>
      )}
    </tr>
  )
}
