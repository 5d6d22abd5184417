import { Badge, Button, mergeClasses } from '@fluentui/react-components'
import type { OpenSession } from '../api/client'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { signInMethods } from '../lib/words'

type Props = {
  label: string
  sessions: OpenSession[]
  zone: string
  onEnd: (session: OpenSession) => void
}

/** Open sessions and tokens, each of which can be ended. */
export function SessionTable({ label, sessions, zone, onEnd }: Props) {
  const table = useTableStyles()
  return (
    <table className={table.table} aria-label={label}>
      <thead>
        <tr>
          {['What', 'Signed in by', 'From', 'Begun', 'Last used', 'Ends', 'Change'].map((name) => (
            <th key={name} scope="col" className={table.head}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {sessions.map((session) => (
          <tr key={session.id}>
            <td className={table.cell}>
              {what(session)}{' '}
              {session.current && (
                <Badge appearance="tint" color="brand">
                  This one
                </Badge>
              )}
            </td>
            <td className={table.cell}>
              {signInMethods[session.method]}
              {session.provider && ` (${session.provider})`}
            </td>
            <td className={table.cell}>
              {session.address || 'Unknown'}
              <div className={table.quiet}>{session.userAgent}</div>
            </td>
            {[session.startedAt, session.lastUsedAt, session.expiresAt].map((at, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns don't move
              <td key={column} className={mergeClasses(table.cell, table.nowrap)}>
                {formatInstant(at, zone)}
              </td>
            ))}
            <td className={mergeClasses(table.cell, table.actions)}>
              <Button size="small" aria-label={`End ${what(session)}`} onClick={() => onEnd(session)}>
                {session.kind === 'token' ? 'Revoke' : 'End'}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function what(session: OpenSession): string {
  if (session.kind === 'token') return `Token ${session.name ?? 'without a name'}`
  return 'Browser'
}
