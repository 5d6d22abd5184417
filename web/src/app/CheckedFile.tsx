import { Field, Select, Spinner, Text } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { importText } from '../people/provisioning'
import { Failed } from './Failed'
import { useTableStyles } from './table'

/** The first of each; the whole is told by the counts. */
const SHOWN = 50

type Checked<C> = {
  changeCount: number
  badCount: number
  changes: C[]
  bad: { line: number; column: string; value: string; expected: string }[]
} & Parameters<typeof importText>[0]

/**
 * A file of one of several kinds, and what taking it would do.
 *
 * @param send with a dry run, which says what it would change or what is wrong in it
 */
export function useCheckedFile<K extends string, C>(
  first: K,
  send: (kind: K, file: string, dryRun: true) => Promise<Checked<C>>,
) {
  const [kind, setKind] = useState<K>(first)
  const [file, setFile] = useState<string>()
  const check = useMutation({
    mutationFn: (given: { kind: K; file: string }) => send(given.kind, given.file, true),
  })
  return {
    kind,
    file,
    check,
    /** Whether it is without a fault and changes something. */
    ready: check.data !== undefined && check.data.badCount === 0 && check.data.changeCount > 0,
    choose(chosen: K, text: string | undefined) {
      setKind(chosen)
      setFile(text)
      check.reset()
      if (text !== undefined) check.mutate({ kind: chosen, file: text })
    },
  }
}

type Props<K extends string, C> = {
  checked: ReturnType<typeof useCheckedFile<K, C>>
  kinds: Record<K, { name: string; columns: string }>
  /** One change in words. */
  change: (change: C) => ReactNode
  /** Asked for besides the file. */
  children?: ReactNode
}

/** Takes the file, and shows its changes or its faults. */
export function CheckedFile<K extends string, C>({ checked, kinds, change, children }: Props<K, C>) {
  const table = useTableStyles()
  const { kind, file, check, choose } = checked
  const result = check.data
  return (
    <>
      <Field label="What is in it" hint={`Columns: ${kinds[kind].columns}`}>
        <Select value={kind} onChange={(_, data) => choose(data.value as K, file)}>
          {Object.entries<{ name: string }>(kinds).map(([value, { name }]) => (
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
      {children}
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
      {result?.badCount === 0 && result.changes.slice(0, SHOWN).map(change)}
    </>
  )
}
