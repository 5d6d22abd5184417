import { Text } from '@fluentui/react-components'
import { api, type ImportKind, type ImportResult, unwrap } from '../api/client'
import { CheckedFile, useCheckedFile } from '../app/CheckedFile'
import { FormDialog } from '../app/FormDialog'

const kinds: Record<ImportKind, { name: string; columns: string }> = {
  people: { name: 'People', columns: 'user, name, roles, teams, active' },
  teams: { name: 'Teams', columns: 'team, parent' },
  numbers: { name: 'Numbers', columns: 'number, user' },
}

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
  const checked = useCheckedFile<ImportKind, ImportResult['changes'][number]>('people', send)
  return (
    <FormDialog
      title="Import from a CSV file"
      submit="Import"
      changes={['users', 'teams']}
      onClose={onClose}
      disabled={!checked.ready}
      onSubmit={() => send(checked.kind, checked.file ?? '', false)}
    >
      <CheckedFile
        checked={checked}
        kinds={kinds}
        change={(change) => (
          <Text key={change.object} size={200}>
            {change.object}:{' '}
            {Object.entries(change.details)
              .map(([name, value]) => `${name} ${value}`)
              .join('; ')}
          </Text>
        )}
      />
    </FormDialog>
  )
}
