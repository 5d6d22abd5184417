import {
  Badge,
  Button,
  Checkbox,
  Field,
  mergeClasses,
  Spinner,
  Text,
  Textarea,
} from '@fluentui/react-components'
import { PersonSupportRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, type SupportRequest, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { Message } from '../app/Message'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { MatterSelect, useTerms } from './dialogs'
import { supportState } from './support'

const changes = ['support-consents', 'guests', 'grants', 'users']

/** What support of the platform asks this tenant for. */
export function SupportConsents({ change, zone }: { change: boolean; zone: string }) {
  const table = useTableStyles()
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  const requests = useQuery({
    queryKey: ['support-consents'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/support-consents', { signal })),
    select: (data) => data.items,
  })
  if (requests.isPending) return <Spinner label="Loading" />
  if (requests.isError) return <Failed title="The requests can’t be read" error={requests.error} />
  return (
    <section className={table.box} aria-label="Requests of support" tabIndex={-1}>
      {requests.data.length === 0 ? (
        <Message
          icon={<PersonSupportRegular />}
          title="Support asked for nothing"
          text="The platform’s support sees recordings of this tenant only as its guest: when you consent, on one matter, for at most 72 hours."
        />
      ) : (
        <table className={table.table}>
          <thead>
            <tr>
              {['Person', 'Why', 'Asked', 'State', 'Until', 'Plays'].map((name) => (
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
            {requests.data.map((request) => {
              const state = supportState(request)
              return (
                <tr key={request.id}>
                  <td className={table.cell}>{request.person}</td>
                  <td className={table.cell}>{request.reason}</td>
                  <td className={mergeClasses(table.cell, table.nowrap)}>
                    {formatInstant(request.askedAt, zone)}
                  </td>
                  <td className={mergeClasses(table.cell, table.nowrap)}>
                    <Badge appearance="tint" color={state.color}>
                      {state.label}
                    </Badge>{' '}
                    {request.note}
                  </td>
                  <td className={mergeClasses(table.cell, table.nowrap)}>
                    {request.until && formatInstant(request.until, zone)}
                  </td>
                  <td className={table.cell}>
                    {request.plays !== null && `${request.playsUsed} of ${request.plays}`}
                  </td>
                  {change && (
                    <td className={mergeClasses(table.cell, table.actions)}>
                      {request.decision === null && (
                        <>
                          <Button
                            size="small"
                            appearance="primary"
                            aria-label={`Let ${request.person} in`}
                            onClick={() =>
                              setDialog(<ConsentDialog request={request} zone={zone} onClose={close} />)
                            }
                          >
                            Consent
                          </Button>
                          <Button
                            size="small"
                            appearance="subtle"
                            aria-label={`Refuse ${request.person}`}
                            onClick={() => setDialog(<RefuseDialog request={request} onClose={close} />)}
                          >
                            Refuse
                          </Button>
                        </>
                      )}
                      {request.state === 'active' && (
                        <Button
                          size="small"
                          appearance="subtle"
                          aria-label={`End the access of ${request.person}`}
                          onClick={() => setDialog(<EndDialog request={request} onClose={close} />)}
                        >
                          End
                        </Button>
                      )}
                    </td>
                  )}
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
      {dialog}
    </section>
  )
}

type OfRequest = { request: SupportRequest; onClose: () => void }

function ConsentDialog({ request, zone, onClose }: OfRequest & { zone: string }) {
  const [matter, setMatter] = useState('')
  const [download, setDownload] = useState(false)
  const terms = useTerms(zone, 5)
  return (
    <FormDialog
      title={`Let ${request.person} of the platform’s support in?`}
      submit="Consent"
      changes={changes}
      onClose={onClose}
      disabled={!matter || !terms.ready}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/support-consents/{request}/consent', {
            params: { path: { request: request.id } },
            body: { matter, download, until: terms.end?.toISOString() ?? '', plays: terms.plays },
          }),
        )
      }
    >
      <Text>“{request.reason}”</Text>
      <MatterSelect value={matter} onChange={setMatter} />
      {terms.fields('72 hours ahead')}
      <Checkbox
        label="May download audio; each download counts as a play"
        checked={download}
        onChange={(_, data) => setDownload(data.checked === true)}
      />
    </FormDialog>
  )
}

function RefuseDialog({ request, onClose }: OfRequest) {
  const [note, setNote] = useState('')
  return (
    <FormDialog
      title={`Refuse what ${request.person} asks for?`}
      submit="Refuse"
      changes={changes}
      onClose={onClose}
      disabled={!note.trim()}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/support-consents/{request}/refuse', {
            params: { path: { request: request.id } },
            body: { note: note.trim() },
          }),
        )
      }
    >
      <Field label="Why" required>
        <Textarea value={note} maxLength={500} onChange={(_, data) => setNote(data.value)} />
      </Field>
    </FormDialog>
  )
}

function EndDialog({ request, onClose }: OfRequest) {
  return (
    <FormDialog
      title={`End the access of ${request.person}?`}
      submit="End"
      changes={changes}
      onClose={onClose}
      onSubmit={() =>
        unwrap(
          api.DELETE('/api/v1/support-consents/{request}', { params: { path: { request: request.id } } }),
        )
      }
    >
      <Text>Sessions end at once.</Text>
    </FormDialog>
  )
}
