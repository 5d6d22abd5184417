import {
  Badge,
  Button,
  Field,
  Input,
  mergeClasses,
  Spinner,
  Textarea,
  Title3,
} from '@fluentui/react-components'
import { AddRegular, LockClosedRegular, PersonSupportRegular } from '@fluentui/react-icons'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { api, type Session, type SupportRequest, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { Message } from '../app/Message'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { supportState } from '../guests/support'
import { formatInstant } from '../lib/format'
import { may } from '../lib/words'

/** What people of the platform asked tenants for, and the way in where a tenant consented. */
export default function SupportPage({ onEntered }: { onEntered: (session: Session) => void }) {
  const session = useSession()
  useEffect(() => {
    document.title = 'Support · Earwitness'
  }, [])
  if (!may(session, 'support')) {
    return (
      <Message
        icon={<LockClosedRegular />}
        title="This is for the platform’s support"
        text="Tenant admins see what support asks for on the page People."
      />
    )
  }
  return <Requests session={session} onEntered={onEntered} />
}

function Requests({ session, onEntered }: { session: Session; onEntered: (session: Session) => void }) {
  const table = useTableStyles()
  const client = useQueryClient()
  const [dialog, setDialog] = useState<ReactNode>()
  const requests = useQuery({
    queryKey: ['support-requests'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/support-requests', { signal })),
    select: (data) => data.items,
  })
  const path = ({ tenant, id }: SupportRequest) => ({ params: { path: { tenant, request: id } } })
  const enter = useMutation({
    mutationFn: (request: SupportRequest) =>
      unwrap(api.POST('/api/v1/support-requests/{tenant}/{request}/enter', path(request))),
    onSuccess: onEntered,
  })
  const withdraw = useMutation({
    mutationFn: (request: SupportRequest) =>
      unwrap(api.POST('/api/v1/support-requests/{tenant}/{request}/withdraw', path(request))),
    onSettled: () => client.invalidateQueries({ queryKey: ['support-requests'] }),
  })
  const operator = session.roles.includes('operator')
  return (
    <div className={table.page}>
      <div className={table.top}>
        <Title3 as="h1" className={table.title}>
          Support in tenants
        </Title3>
        <Button
          appearance="primary"
          icon={<AddRegular />}
          onClick={() => setDialog(<AskDialog operator={operator} onClose={() => setDialog(undefined)} />)}
        >
          Ask a tenant
        </Button>
      </div>
      {requests.isError && <Failed title="The requests can’t be read" error={requests.error} />}
      {enter.isError && <Failed title="You are not in" error={enter.error} />}
      {withdraw.isError && <Failed title="It was not withdrawn" error={withdraw.error} />}
      {requests.isPending ? (
        <Spinner label="Loading" />
      ) : (
        <section className={table.box} aria-label="Requests" tabIndex={-1}>
          {requests.data?.length === 0 ? (
            <Message
              icon={<PersonSupportRegular />}
              title="Nothing was asked"
              text="Who has to see a tenant’s recordings asks that tenant, and enters as its guest once it consents."
            />
          ) : (
            <table className={table.table}>
              <thead>
                <tr>
                  {['Tenant', 'Person', 'Why', 'Asked', 'State', 'Until', ''].map((name) => (
                    <th key={name} scope="col" className={table.head} aria-label={name || 'Changes'}>
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {requests.data?.map((request) => {
                  const state = supportState(request)
                  return (
                    <tr key={request.id}>
                      <td className={table.cell}>{request.tenant}</td>
                      <td className={table.cell}>{request.person}</td>
                      <td className={table.cell}>{request.reason}</td>
                      <td className={mergeClasses(table.cell, table.nowrap)}>
                        {formatInstant(request.askedAt, session.zone)}
                      </td>
                      <td className={mergeClasses(table.cell, table.nowrap)}>
                        <Badge appearance="tint" color={state.color}>
                          {state.label}
                        </Badge>{' '}
                        {request.note}
                      </td>
                      <td className={mergeClasses(table.cell, table.nowrap)}>
                        {request.until && formatInstant(request.until, session.zone)}
                      </td>
                      <td className={mergeClasses(table.cell, table.actions)}>
                        {request.state === 'active' && request.person === session.user && (
                          <Button
                            size="small"
                            appearance="primary"
                            aria-label={`Enter ${request.tenant}`}
                            disabledFocusable={enter.isPending}
                            onClick={() => enter.mutate(request)}
                          >
                            Enter
                          </Button>
                        )}
                        {request.decision === null && (
                          <Button
                            size="small"
                            appearance="subtle"
                            aria-label={`Withdraw what ${request.tenant} was asked`}
                            onClick={() => withdraw.mutate(request)}
                          >
                            Withdraw
                          </Button>
                        )}
                      </td>
                    </tr>
                  )
                })}
              </tbody>
            </table>
          )}
        </section>
      )}
      {dialog}
    </div>
  )
}

function AskDialog({ operator, onClose }: { operator: boolean; onClose: () => void }) {
  const [tenant, setTenant] = useState('')
  const [person, setPerson] = useState('')
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Ask a tenant to let support in"
      submit="Ask"
      changes={['support-requests']}
      onClose={onClose}
      disabled={!tenant.trim() || !reason.trim() || (operator && !person.trim())}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/support-requests', {
            body: {
              tenant: tenant.trim(),
              reason: reason.trim(),
              ...(person.trim() && { person: person.trim() }),
            },
          }),
        )
      }
    >
      <Field label="Tenant" required>
        <Input value={tenant} autoCapitalize="none" onChange={(_, data) => setTenant(data.value)} />
      </Field>
      {operator && (
        <Field label="For whom" required hint="An account of the platform that is no operator’s.">
          <Input value={person} autoCapitalize="none" onChange={(_, data) => setPerson(data.value)} />
        </Field>
      )}
      <Field label="Why" required hint="The tenant reads this.">
        <Textarea value={reason} maxLength={500} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
