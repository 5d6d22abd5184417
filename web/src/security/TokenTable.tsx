import { Button, mergeClasses } from '@fluentui/react-components'
import type { Token } from '../api/client'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'

type Props = { tokens: Token[]; zone: string; onRevoke: (token: Token) => void }

/** Bearer tokens, each of which can be revoked. */
export function TokenTable({ tokens, zone, onRevoke }: Props) {
  const table = useTableStyles()
  return (
    <table className={table.table} aria-label="Tokens">
      <thead>
        <tr>
          {['Name', 'May', 'Made', 'Last used', 'Ends', 'Change'].map((name) => (
            <th key={name} scope="col" className={table.head}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.id}>
            <td className={table.cell}>{token.name}</td>
            <td className={table.cell}>{token.scopes?.join(', ') ?? 'All that you may'}</td>
            {[token.createdAt, token.lastUsedAt, token.expiresAt].map((at, column) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: columns don't move
              <td key={column} className={mergeClasses(table.cell, table.nowrap)}>
                {formatInstant(at, zone)}
              </td>
            ))}
            <td className={mergeClasses(table.cell, table.actions)}>
              <Button size="small" aria-label={`Revoke ${token.name}`} onClick={() => onRevoke(token)}>
                Revoke
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
