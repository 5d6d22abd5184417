import {
  Badge,
  Button,
  Field,
  Input,
  mergeClasses,
  Select,
  Spinner,
  Text,
  Textarea,
} from '@fluentui/react-components'
import { AddRegular, FolderRegular } from '@fluentui/react-icons'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Fragment, type ReactNode, useState } from 'react'
import { api, type Matter, type MatterKind, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { Link } from '../app/Link'
import { Message } from '../app/Message'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { matterKinds } from '../lib/words'
import { useMatters } from '../people/queries'

/** Matters, each with its recordings when it is opened. */
export function Matters({ change, zone }: { change: boolean; zone: string }) {
  const table = useTableStyles()
  const matters = useMatters()
  const [open, setOpen] = useState<string>()
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  return (
    <>
      {change && (
        <div className={table.top}>
          <Button
            appearance="primary"
            icon={<AddRegular />}
            onClick={() => setDialog(<AddDialog onClose={close} />)}
          >
            Open a matter
          </Button>
        </div>
      )}
      {matters.isError && <Failed title="The matters can’t be read" error={matters.error} />}
      {matters.isPending ? (
        <Spinner label="Loading" />
      ) : (
        <section className={table.box} aria-label="Matters" tabIndex={-1}>
          {matters.data?.length === 0 ? (
            <Message
              icon={<FolderRegular />}
              title="There is no matter"
              text="A matter is a named list of recordings: for a legal hold, a production or a sample. Compliance officers keep them."
            />
          ) : (
            <table className={table.table}>
              <thead>
                <tr>
                  {['Name', 'For', 'Opened', 'Closed'].map((name) => (
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
                {matters.data?.map((matter) => (
                  <Fragment key={matter.id}>
                    <tr>
                      <td className={table.cell}>
                        <Button
                          appearance="transparent"
                          size="small"
                          aria-expanded={open === matter.id}
                          onClick={() => setOpen(open === matter.id ? undefined : matter.id)}
                        >
                          {matter.name}
                        </Button>
                      </td>
                      <td className={table.cell}>
                        <Badge appearance="tint">{matterKinds[matter.kind]}</Badge>
                      </td>
                      <td className={mergeClasses(table.cell, table.nowrap)}>
                        {formatInstant(matter.createdAt, zone)}
                      </td>
                      <td className={mergeClasses(table.cell, table.nowrap)}>
                        {matter.closedAt ? (
                          formatInstant(matter.closedAt, zone)
                        ) : (
                          <span className={table.quiet}>Open</span>
                        )}
                      </td>
                      {change && (
                        <td className={mergeClasses(table.cell, table.actions)}>
                          {matter.closedAt === null && (
                            <>
                              <Button
                                appearance="subtle"
                                size="small"
                                aria-label={`Add recordings to ${matter.name}`}
                                onClick={() =>
                                  setDialog(<AddRecordingsDialog matter={matter} onClose={close} />)
                                }
                              >
                                Add recordings
                              </Button>
                              <Button
                                appearance="subtle"
                                size="small"
                                aria-label={`Close ${matter.name}`}
                                onClick={() => setDialog(<CloseDialog matter={matter} onClose={close} />)}
                              >
                                Close
                              </Button>
                            </>
                          )}
                        </td>
                      )}
                    </tr>
                    {open === matter.id && (
                      <tr>
                        <td className={table.cell} colSpan={5}>
                          <Recordings matter={matter} />
                        </td>
                      </tr>
                    )}
                  </Fragment>
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

function Recordings({ matter }: { matter: Matter }) {
  const recordings = useInfiniteQuery({
    queryKey: ['matters', matter.id],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET('/api/v1/matters/{matter}', {
          params: { path: { matter: matter.id }, query: pageParam ? { cursor: pageParam } : {} },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
  })
  if (recordings.isPending) return <Spinner size="tiny" label="Loading" />
  if (recordings.isError) return <Failed title="The recordings can’t be read" error={recordings.error} />
  const shown = recordings.data.pages.flatMap((page) => page.recordings)
  if (shown.length === 0) {
    return (
      <Text>
        {matter.closedAt ? 'It is closed.' : 'It lists no recording that you have the right to find.'}
      </Text>
    )
  }
  return (
    <>
      <ul aria-label={`Recordings of ${matter.name}`}>
        {shown.map((call) => (
          <li key={call.id}>
            <Link to={`/calls/${call.id}`}>
              {formatInstant(call.start, call.zone)}{' '}
              {call.parties.map((party) => party.name ?? party.number ?? 'Unknown').join(', ')}
            </Link>
          </li>
        ))}
      </ul>
      {recordings.hasNextPage && (
        <Button appearance="subtle" onClick={() => void recordings.fetchNextPage()}>
          Show older recordings
        </Button>
      )}
    </>
  )
}

function AddDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [kind, setKind] = useState<MatterKind>('sample')
  return (
    <FormDialog
      title="Open a matter"
      submit="Open"
      changes={['matters']}
      onClose={onClose}
      disabled={!name.trim()}
      onSubmit={() => unwrap(api.POST('/api/v1/matters', { body: { name: name.trim(), kind } }))}
    >
      <Field label="Name" required>
        <Input value={name} autoComplete="off" onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label="For">
        <Select value={kind} onChange={(_, data) => setKind(data.value as MatterKind)}>
          {Object.entries(matterKinds).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
    </FormDialog>
  )
}

function AddRecordingsDialog({ matter, onClose }: { matter: Matter; onClose: () => void }) {
  const [text, setText] = useState('')
  const ids = text.split(/[\s,;]+/).filter(Boolean)
  return (
    <FormDialog
      title={`Add recordings to ${matter.name}`}
      submit="Add"
      changes={['matters']}
      onClose={onClose}
      disabled={ids.length === 0}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/matters/{matter}/recordings', {
            params: { path: { matter: matter.id } },
            body: { recordings: ids },
          }),
        )
      }
    >
      <Field
        label="Ids of recordings"
        hint="One in a line: the end of the address of a call’s page."
        required
      >
        <Textarea rows={6} value={text} onChange={(_, data) => setText(data.value)} />
      </Field>
    </FormDialog>
  )
}

function CloseDialog({ matter, onClose }: { matter: Matter; onClose: () => void }) {
  return (
    <FormDialog
      title={`Close ${matter.name}?`}
      submit="Close the matter"
      changes={['matters', 'grants', 'review']}
      onClose={onClose}
      onSubmit={() =>
        unwrap(api.DELETE('/api/v1/matters/{matter}', { params: { path: { matter: matter.id } } }))
      }
    >
      <Text>Grants on it end with that, and it can’t be opened again.</Text>
    </FormDialog>
  )
}
