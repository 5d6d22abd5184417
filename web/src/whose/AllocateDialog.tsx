import { Field, Input, Select, Spinner, Text } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { type AllocationKind, type AllocationResult, api, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { useTableStyles } from '../app/table'
import { importText } from '../people/provisioning'

const kinds: Record<AllocationKind, { name: string; columns: string; asked: boolean }> = {
  rules: {
    name: 'Matching rules, all of them',
    columns: 'rule, looks-at, header, value, tenant',
    asked: true,
  },
  numbers: { name: 'Numbers and ranges', columns: 'number, tenant', asked: true },
  srcs: {
    name: 'Recording clients',
    columns: 'src, networks, tenant, proof, tls-identity, answer, options',
    asked: true,
  },
  tenants: {
    name: 'Tenants and quotas',
    columns: 'tenant, name, zone, domains, retention-years, guaranteed-calls, max-calls, number-screening',
    asked: false,
  },
}

const SHOWN = 50

function send(
  kind: AllocationKind,
  file: string,
  dryRun: boolean,
  reason?: string,
): Promise<AllocationResult> {
  return unwrap(
    api.POST('/api/v1/allocation/{kind}', {
      params: { path: { kind }, query: { dryRun, reason } },
      body: file as never,
      headers: { 'Content-Type': 'text/csv' },
      bodySerializer: (body) => body as unknown as string,
    }),
  )
}

/** Takes a file, says what it would change or what is wrong in it, and then gives it out or asks for it. */
export function AllocateDialog({ onClose }: { onClose: () => void }) {
  const table = useTableStyles()
  const [kind, setKind] = useState<AllocationKind>('rules')
  const [file, setFile] = useState<string>()
  const [reason, setReason] = useState('')
  const check = useMutation({
    mutationFn: (given: { kind: AllocationKind; file: string }) => send(given.kind, given.file, true),
  })
  const result = check.data
  const { asked, columns } = kinds[kind]
  function choose(chosen: AllocationKind, text: string | undefined) {
    setKind(chosen)
    setFile(text)
    check.reset()
    if (text !== undefined) check.mutate({ kind: chosen, file: text })
  }
  return (
    <FormDialog
      title="Allocate from a CSV file"
      submit={asked ? 'Ask' : 'Allocate'}
      changes={['allocation', 'approvals', 'srcs']}
      onClose={onClose}
      disabled={!result || result.badCount > 0 || result.changeCount === 0 || (asked && !reason.trim())}
      onSubmit={() => send(kind, file ?? '', false, asked ? reason.trim() : undefined)}
    >
      <Field label="What is in it" hint={`Columns: ${columns}`}>
        <Select value={kind} onChange={(_, data) => choose(data.value as AllocationKind, file)}>
          {Object.entries(kinds).map(([value, { name }]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="File">
        <input
          type="file"
          accept=".csv,text/csv"
          onChange={async (event) => choose(kind, await event.target.files?.[0]?.text())}
        />
      </Field>
      {asked && (
        <Field label="Reason" required hint="Another operator decides; it is in the audit trail">
          <Input value={reason} maxLength={1000} onChange={(_, data) => setReason(data.value)} />
        </Field>
      )}
      {check.isPending && <Spinner size="tiny" label="Checking" />}
      {check.isError && <Failed title="The file can’t be taken" error={check.error} />}
      {result && <Text role="status">{importText(result)}</Text>}
      {result && result.badCount > 0 && (
        <table className={table.table}>
          <thead>
            <tr>
              {['Line', 'Column', 'Value', 'Expected'].map((name) => (
                <th key={name} scope="col" className={table.head}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {result.bad.slice(0, SHOWN).map((bad) => (
              <tr key={`${bad.line} ${bad.column} ${bad.expected}`}>
                <td className={table.cell}>{bad.line}</td>
                <td className={table.cell}>{bad.column}</td>
                <td className={table.cell}>{bad.value}</td>
                <td className={table.cell}>{bad.expected}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {result?.badCount === 0 &&
        result.changes.slice(0, SHOWN).map((change) => (
          <Text key={`${change.object} ${change.tenant}`} size={200} style={{ whiteSpace: 'pre-line' }}>
            {change.object}: {change.after}
            {change.before && `\nnow: ${change.before}`}
          </Text>
        ))}
    </FormDialog>
  )
}
