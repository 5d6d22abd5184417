import { Badge, Button, mergeClasses, Spinner, Switch, Text } from '@fluentui/react-components'
import { AddRegular, KeyRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, type Grant, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { Message } from '../app/Message'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { rights } from '../lib/words'
import { useMatters, useTeams, useUsers } from '../people/queries'
import { GrantDialog } from './GrantDialog'

const UNUSED_DAYS = 90

/** Grants in force, or those that nobody used. */
export function Grants({ change, zone }: { change: boolean; zone: string }) {
  const table = useTableStyles()
  const [unused, setUnused] = useState(false)
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  const users = useUsers()
  const teams = useTeams()
  const matters = useMatters()
  const grants = useQuery({
    queryKey: ['grants', unused],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/grants', { params: { query: unused ? { unusedDays: UNUSED_DAYS } : {} }, signal }),
      ),
    select: (data) => data.items,
  })
  return (
    <>
      <div className={table.top}>
        <Switch
          label={`Only those to listen that nobody used for ${UNUSED_DAYS} days`}
          checked={unused}
          onChange={(_, data) => setUnused(data.checked)}
        />
        {change && (
          <Button
            appearance="primary"
            icon={<AddRegular />}
            disabledFocusable={!users.data || !teams.data || !matters.data}
            onClick={() =>
              setDialog(
                <GrantDialog
                  users={users.data ?? []}
                  teams={teams.data ?? []}
                  matters={matters.data ?? []}
                  zone={zone}
                  onClose={close}
                />,
              )
            }
          >
            Grant access
          </Button>
        )}
      </div>
      {grants.isError && <Failed title="The grants can’t be read" error={grants.error} />}
      {grants.isPending ? (
        <Spinner label="Loading" />
      ) : (
        <section className={table.box} aria-label="Grants" tabIndex={-1}>
          {grants.data?.length === 0 ? (
            <Message
              icon={<KeyRegular />}
              title={unused ? 'Every grant is used' : 'Nothing is granted'}
              text={
                unused
                  ? `Each grant to listen that is ${UNUSED_DAYS} days old was used since.`
                  : 'Compliance officers hear the whole tenant, supervisors their teams, by their roles alone.'
              }
            />
          ) : (
            <table className={table.table}>
              <thead>
                <tr>
                  {['Holder', 'Rights', 'On', 'From', 'Until'].map((name) => (
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
                {grants.data?.map((grant) => (
                  <tr key={grant.id}>
                    <td className={table.cell}>{grant.holder.name}</td>
                    <td className={table.cell}>
                      <div className={table.badges}>
                        {grant.rights.map((right) => (
                          <Badge key={right} appearance="tint">
                            {rights[right]}
                          </Badge>
                        ))}
                      </div>
                    </td>
                    <td className={table.cell}>{grant.on.name}</td>
                    <td className={mergeClasses(table.cell, table.nowrap)}>
                      {formatInstant(grant.from, zone)}
                    </td>
                    <td className={mergeClasses(table.cell, table.nowrap)}>
                      {grant.until ? (
                        formatInstant(grant.until, zone)
                      ) : (
                        <span className={table.quiet}>No end</span>
                      )}
                    </td>
                    {change && (
                      <td className={mergeClasses(table.cell, table.actions)}>
                        <Button
                          appearance="subtle"
                          size="small"
                          aria-label={`Revoke what ${grant.holder.name} has on ${grant.on.name}`}
                          onClick={() => setDialog(<RevokeDialog grant={grant} onClose={close} />)}
                        >
                          Revoke
                        </Button>
                      </td>
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </section>
      )}
      {dialog}
    </>
  )
}

function RevokeDialog({ grant, onClose }: { grant: Grant; onClose: () => void }) {
  return (
    <FormDialog
      title="Revoke this grant?"
      submit="Revoke"
      changes={['grants', 'review']}
      onClose={onClose}
      onSubmit={() => unwrap(api.DELETE('/api/v1/grants/{grant}', { params: { path: { grant: grant.id } } }))}
    >
      <Text>
        {grant.holder.name} loses {grant.rights.map((right) => rights[right].toLowerCase()).join(', ')} on{' '}
        {grant.on.name} at once.
      </Text>
    </FormDialog>
  )
}
