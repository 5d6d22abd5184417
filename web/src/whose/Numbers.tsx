import { Badge, Button, Field, Input, Spinner, Text } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type NumberHolding, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { useSettled } from '../lib/useSettled'
import { HolderDialog } from './HolderDialog'
import { holderKinds, licences } from './words'

/** Who or what holds the tenant’s numbers, from when until when. */
export function Numbers({ change, zone }: { change: boolean; zone: string }) {
  const table = useTableStyles()
  const [typed, setTyped] = useState('')
  const number = useSettled(typed.trim(), 250)
  const [editing, setEditing] = useState<string>()
  const numbers = useQuery({
    queryKey: ['numbers', number],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/api/v1/numbers', {
          params: { query: { number: number || undefined, past: true } },
          signal,
        }),
      ),
  })
  return (
    <>
      <div className={table.top}>
        <Field label="Number" orientation="horizontal">
          <Input value={typed} maxLength={34} onChange={(_, data) => setTyped(data.value)} />
        </Field>
        <Text className={table.title} size={300} role="status">
          {numbers.data && `${numbers.data.count.toLocaleString('en')} times`}
        </Text>
        {change && <Button onClick={() => setEditing('')}>Set a holder…</Button>}
      </div>
      {numbers.isError && <Failed title="The numbers can’t be read" error={numbers.error} />}
      {numbers.isPending ? (
        <Spinner label="Loading" />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so a keyboard must reach it
        <section className={table.box} aria-label="Numbers" tabIndex={0}>
          <table className={table.table}>
            <thead>
              <tr>
                {['Number', 'Holder', 'Licence', 'From', 'Until', ''].map((name) => (
                  <th key={name} scope="col" className={table.head}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {numbers.data?.items.map((each) => (
                <Row
                  key={`${each.number} ${each.from}`}
                  each={each}
                  zone={zone}
                  onEdit={change ? () => setEditing(each.number) : undefined}
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {editing !== undefined && (
        <HolderDialog number={editing} zone={zone} onClose={() => setEditing(undefined)} />
      )}
    </>
  )
}

function Row({ each, zone, onEdit }: { each: NumberHolding; zone: string; onEdit?: () => void }) {
  const table = useTableStyles()
  const { holder } = each
  return (
    <tr>
      <td className={table.cell}>{each.number}</td>
      <td className={table.cell}>
        {holder ? holder.name : <span className={table.quiet}>Nobody</span>}
        {holder && <div className={table.quiet}>{holderKinds[holder.kind]}</div>}
      </td>
      <td className={table.cell}>
        {holder?.licence && <Badge appearance="tint">{licences[holder.licence]}</Badge>}
      </td>
      <td className={table.cell}>{formatInstant(each.from, zone)}</td>
      <td className={table.cell}>{each.until ? formatInstant(each.until, zone) : 'No end'}</td>
      <td className={table.actions}>
        {onEdit && (
          <Button
            size="small"
            appearance="subtle"
            aria-label={`Change the holder of ${each.number}`}
            onClick={onEdit}
          >
            Change…
          </Button>
        )}
      </td>
    </tr>
  )
}
