import { Button, Field, Input, Spinner, Text, Textarea } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type HandOver, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { useTableStyles } from '../app/table'
import { states } from '../approvals/words'
import { formatInstant } from '../lib/format'
import { handOverStates } from './words'

const QUERIES = ['hand-overs', 'blocked-recordings']

/** Recordings under a wrong tenant: blocked by their ids, and handed over with two approvals. */
export function WrongTenant({ zone }: { zone: string }) {
  const table = useTableStyles()
  const client = useQueryClient()
  const [doing, setDoing] = useState<'block' | 'hand-over'>()
  const [chosen, setChosen] = useState('')
  const blocked = useQuery({
    queryKey: ['blocked-recordings'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/platform/blocked-recordings', { signal })),
  })
  const handOvers = useQuery({
    queryKey: ['hand-overs'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/hand-overs', { signal })),
    refetchInterval: 10_000,
  })
  const withdraw = useMutation({
    mutationFn: (handover: string) =>
      unwrap(api.POST('/api/v1/hand-overs/{handover}/withdraw', { params: { path: { handover } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ['hand-overs'] }),
  })
  if (blocked.isPending || handOvers.isPending) return <Spinner label="Loading" />
  if (blocked.isError) return <Failed title="What is blocked can’t be read" error={blocked.error} />
  if (handOvers.isError) return <Failed title="Hand-overs can’t be read" error={handOvers.error} />
  return (
    <>
      <div className={table.top}>
        <Text className={table.title} size={300}>
          Recordings that may be another tenant’s. You are shown nothing of what was recorded.
        </Text>
        <Button
          onClick={() => {
            setChosen('')
            setDoing('block')
          }}
        >
          Block a recording…
        </Button>
      </div>
      {withdraw.isError && <Failed title="It was not taken back" error={withdraw.error} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so a keyboard must reach it */}
      <section className={table.box} aria-label="Blocked recordings" tabIndex={0}>
        <table className={table.table}>
          <thead>
            <tr>
              {['Start', 'Tenant', 'Recording', 'Blocked', ''].map((name) => (
                <th key={name} scope="col" className={table.head}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {blocked.data.items.map((each) => (
              <tr key={each.id}>
                <td className={table.cell}>{formatInstant(each.start, zone)}</td>
                <td className={table.cell}>{each.tenant}</td>
                <td className={table.cell}>{each.id}</td>
                <td className={table.cell}>
                  {each.blocked.reason}
                  <div className={table.quiet}>
                    {each.blocked.by} · {formatInstant(each.blocked.at, zone)}
                  </div>
                </td>
                <td className={table.actions}>
                  {each.blocked.handedOver ? (
                    <span className={table.quiet}>Handed over</span>
                  ) : (
                    <Button
                      size="small"
                      appearance="subtle"
                      onClick={() => {
                        setChosen(each.id)
                        setDoing('hand-over')
                      }}
                    >
                      Hand over…
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <div className={table.top}>
        <Text className={table.title} size={300}>
          Handed over once both tenants have approved it.
        </Text>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so a keyboard must reach it */}
      <section className={table.box} aria-label="Hand-overs" tabIndex={0}>
        <table className={table.table}>
          <thead>
            <tr>
              {['Asked', 'Recording', 'From', 'To', 'State', ''].map((name) => (
                <th key={name} scope="col" className={table.head}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {handOvers.data.items.map((each) => (
              <Row
                key={each.id}
                each={each}
                zone={zone}
                onWithdraw={withdraw.isPending ? undefined : () => withdraw.mutate(each.id)}
              />
            ))}
          </tbody>
        </table>
      </section>
      {doing && <Dialog act={doing} chosen={chosen} onClose={() => setDoing(undefined)} />}
    </>
  )
}

function Row({ each, zone, onWithdraw }: { each: HandOver; zone: string; onWithdraw?: () => void }) {
  const table = useTableStyles()
  return (
    <tr>
      <td className={table.cell}>
        {formatInstant(each.askedAt, zone)}
        <div className={table.quiet}>{each.reason}</div>
      </td>
      <td className={table.cell}>{each.recording}</td>
      <td className={table.cell}>
        {each.from}
        <div className={table.quiet}>{states[each.giving].label}</div>
      </td>
      <td className={table.cell}>
        {each.to}
        <div className={table.quiet}>{states[each.taking].label}</div>
      </td>
      <td className={table.cell}>
        {handOverStates[each.state]}
        {each.problem && <div className={table.quiet}>Not possible yet: {each.problem}</div>}
      </td>
      <td className={table.actions}>
        {each.state === 'asked' && (
          <Button size="small" appearance="subtle" disabled={!onWithdraw} onClick={onWithdraw}>
            Take back
          </Button>
        )}
      </td>
    </tr>
  )
}

function Dialog({
  act,
  chosen,
  onClose,
}: {
  act: 'block' | 'hand-over'
  chosen: string
  onClose: () => void
}) {
  const [recording, setRecording] = useState(chosen)
  const [tenant, setTenant] = useState('')
  const [reason, setReason] = useState('')
  const blocking = act === 'block'
  const body = { recording: recording.trim(), reason: reason.trim() }
  return (
    <FormDialog
      title={blocking ? 'Block a recording' : 'Hand a recording over'}
      submit={blocking ? 'Block' : 'Ask both tenants'}
      changes={QUERIES}
      onClose={onClose}
      disabled={!body.recording || !body.reason || (!blocking && !tenant.trim())}
      onSubmit={(): Promise<unknown> =>
        blocking
          ? unwrap(api.POST('/api/v1/platform/blocked-recordings', { body }))
          : unwrap(api.POST('/api/v1/hand-overs', { body: { ...body, tenant: tenant.trim() } }))
      }
    >
      <Text>
        {blocking
          ? 'At once nobody is shown or hears anything of it. To lift that takes another operator.'
          : 'Compliance officers of both tenants have to approve it. Neither is told who the other is.'}
      </Text>
      <Field label="Id of the recording" required>
        <Input value={recording} maxLength={40} onChange={(_, data) => setRecording(data.value)} />
      </Field>
      {!blocking && (
        <Field label="Tenant whose call it is" required>
          <Input value={tenant} maxLength={63} onChange={(_, data) => setTenant(data.value)} />
        </Field>
      )}
      <Field label="Reason" hint={blocking ? undefined : 'Both tenants read it.'} required>
        <Textarea value={reason} maxLength={1000} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
