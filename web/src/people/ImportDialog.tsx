import { Field, Select, Spinner, Text } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type ImportKind, type ImportResult, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { useTableStyles } from '../app/table'
import { importText } from './provisioning'

const kinds: Record<ImportKind, { name: string; columns: string }> = {
  people: { name: 'People', columns: 'user, name, roles, teams, active' },
  teams: { name: 'Teams', columns: 'team, parent' },
  numbers: { name: 'Numbers', columns: 'number, user' },
}

const SHOWN = 50

function send(kind: ImportKind, file: string, dryRun: boolean): Promise<ImportResult> {
  return unwrap(
    api.POST('/api/v1/imports/{kind}', {
      params: { path: { kind }, query: { dryRun } },
      body: file,
      headers: { 'Content-Type': 'text/csv' },
      bodySerializer: (body) => body,
    }),
  )
}

/** Takes a file, says what it would change or what is wrong in it, and then takes all of it. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const table = useTableStyles()
  const [kind, setKind] = useState<ImportKind>('people')
  const [file, setFile] = useState<string>()
  const check = useMutation({
    mutationFn: (given: { kind: ImportKind; file: string }) => send(given.kind, given.file, true),
  })
  const result = check.data
  function choose(chosen: ImportKind, text: string | undefined) {
    setKind(chosen)
    setFile(text)
    check.reset()
    if (text !== undefined) check.mutate({ kind: chosen, file: text })
  }
  return (
    <FormDialog
      title="Import from a CSV file"
      submit="Import"
      changes={['users', 'teams']}
      onClose={onClose}
      disabled={!result || result.badCount > 0 || result.changeCount === 0}
      onSubmit={() => send(kind, file ?? '', false)}
    >
      <Field label="What is in it" hint={`Columns: ${kinds[kind].columns}`}>
        <Select value={kind} onChange={(_, data) => choose(data.value as ImportKind, file)}>
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
      {check.isPending && <Spinner size="tiny" label="Checking" />}
      {check.isError && <Failed title="The file can’t be taken" error={check.error} />}
      {result && (
        <>
          <Text role="status">{importText(result)}</Text>
          {result.badCount > 0 ? (
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
          ) : (
            result.changes.slice(0, SHOWN).map((change) => (
              <Text key={change.object} size={200}>
                {change.object}:{' '}
                {Object.entries(change.details)
                  .map(([name, value]) => `${name} ${value}`)
                  .join('; ')}
              </Text>
            ))
          )}
        </>
      )}
    </FormDialog>
  )
}
