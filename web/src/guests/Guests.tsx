import { Badge, Button, mergeClasses, Spinner, Text } from '@fluentui/react-components'
import { PersonAddRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, type Guest, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { Message } from '../app/Message'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { guestStates } from '../lib/words'
import { ExtendDialog, InviteDialog, type Link, LinkDialog, RenewDialog } from './dialogs'

/** People from outside, and of the platform's support, who hear one matter for a while. */
export function Guests({ change, zone }: { change: boolean; zone: string }) {
  const table = useTableStyles()
  const [dialog, setDialog] = useState<ReactNode>()
  const [link, setLink] = useState<Link>()
  const close = () => setDialog(undefined)
  const guests = useQuery({
    queryKey: ['guests'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/guests', { signal })),
    select: (data) => data.items,
  })
  return (
    <>
      {change && (
        <div className={table.top}>
          <Text className={table.title}>
            A guest finds and hears the recordings of one matter, and nothing else.
          </Text>
          <Button
            appearance="primary"
            icon={<PersonAddRegular />}
            onClick={() => setDialog(<InviteDialog zone={zone} onLink={setLink} onClose={close} />)}
          >
            Invite a guest
          </Button>
        </div>
      )}
      {guests.isError && <Failed title="The guests can’t be read" error={guests.error} />}
      {guests.isPending ? (
        <Spinner label="Loading" />
      ) : (
        <section className={table.box} aria-label="Guests" tabIndex={-1}>
          {guests.data?.length === 0 ? (
            <Message
              icon={<PersonAddRegular />}
              title="Nobody was invited"
              text="Invite an outside auditor or counsel to one matter, until a day and for a number of plays."
            />
          ) : (
            <table className={table.table}>
              <thead>
                <tr>
                  {['Guest', 'Matter', 'Why', 'Until', 'Plays', 'State'].map((name) => (
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
                {guests.data?.map((guest) => (
                  <GuestRow
                    key={guest.id}
                    guest={guest}
                    zone={zone}
                    onLink={setLink}
                    onOpen={change ? (make) => setDialog(make(close)) : undefined}
                  />
                ))}
              </tbody>
            </table>
          )}
        </section>
      )}
      {dialog}
      {link && <LinkDialog {...link} onClose={() => setLink(undefined)} />}
    </>
  )
}

type RowProps = {
  guest: Guest
  zone: string
  onLink: (link: Link) => void
  onOpen: ((make: (close: () => void) => ReactNode) => void) | undefined
}

function GuestRow({ guest, zone, onLink, onOpen }: RowProps) {
  const table = useTableStyles()
  const state = guestStates[guest.state]
  const running = guest.state !== 'ended'
  return (
    <tr>
      <td className={table.cell}>
        {guest.displayName} <span className={table.quiet}>{guest.name}</span>{' '}
        {guest.support && <Badge appearance="outline">Support</Badge>}
      </td>
      <td className={table.cell}>{guest.matter.name}</td>
      <td className={table.cell}>{guest.reason}</td>
      <td className={mergeClasses(table.cell, table.nowrap)}>
        {formatInstant(guest.endedAt ?? guest.until, zone)}
      </td>
      <td className={mergeClasses(table.cell, table.nowrap)}>
        {guest.playsUsed} of {guest.plays}
      </td>
      <td className={mergeClasses(table.cell, table.nowrap)}>
        <Badge appearance="tint" color={state.color}>
          {state.label}
        </Badge>{' '}
        {guest.download && <Badge appearance="outline">May download</Badge>}
      </td>
      {onOpen && (
        <td className={mergeClasses(table.cell, table.actions)}>
          {running && guest.acceptedAt === null && (
            <Button
              appearance="subtle"
              size="small"
              aria-label={`New link for ${guest.displayName}`}
              onClick={() => onOpen((close) => <RenewDialog guest={guest} onLink={onLink} onClose={close} />)}
            >
              New link
            </Button>
          )}
          {running && !guest.support && (
            <Button
              appearance="subtle"
              size="small"
              aria-label={`Extend ${guest.displayName}`}
              onClick={() => onOpen((close) => <ExtendDialog guest={guest} zone={zone} onClose={close} />)}
            >
              Extend
            </Button>
          )}
          {running && (
            <Button
              appearance="subtle"
              size="small"
              aria-label={`End ${guest.displayName}`}
              onClick={() => onOpen((close) => <EndDialog guest={guest} onClose={close} />)}
            >
              End
            </Button>
          )}
        </td>
      )}
    </tr>
  )
}

function EndDialog({ guest, onClose }: { guest: Guest; onClose: () => void }) {
  return (
    <FormDialog
      title={`End the access of ${guest.displayName}?`}
      submit="End"
      changes={['guests', 'grants', 'users', 'support-consents']}
      onClose={onClose}
      onSubmit={() => unwrap(api.DELETE('/api/v1/guests/{user}', { params: { path: { user: guest.id } } }))}
    >
      <Text>Sessions end at once. To let this person in again, invite anew.</Text>
    </FormDialog>
  )
}
