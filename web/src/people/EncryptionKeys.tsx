import { Badge, mergeClasses, Spinner } from '@fluentui/react-components'
import { KeyRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api, type EncryptionKey, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { Link } from '../app/Link'
import { Message } from '../app/Message'
import { PageHead } from '../app/Page'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'

const holders: Record<EncryptionKey['custody'], string> = {
  managed: 'This platform',
  'customer-held': 'The customer',
}

/** For whom the tenant's recordings are encrypted. */
export function EncryptionKeys({ tabs, asks, zone }: { tabs: ReactNode; asks: boolean; zone: string }) {
  const table = useTableStyles()
  const keys = useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/keys', { signal })),
    select: (data) => data.items,
  })
  return (
    <div className={table.page}>
      <PageHead title="Encryption keys">
        {asks && <Link to="/approvals">Ask for one more under Approvals</Link>}
      </PageHead>
      {tabs}
      {keys.isError && <Failed title="The keys can’t be read" error={keys.error} />}
      {keys.isPending && <Spinner label="Loading" />}
      {keys.data?.length === 0 && (
        <Message
          icon={<KeyRegular />}
          title="There is no key"
          text="Without one nothing can be archived. It is added on the platform’s machine: ./earwitness admin key add"
        />
      )}
      {keys.data && keys.data.length > 0 && (
        <section className={table.box} aria-label="Encryption keys" tabIndex={-1}>
          <table className={table.table}>
            <thead>
              <tr>
                {['Certificate of', 'Key', 'Private key held by', 'Since', 'Expires', 'State'].map((name) => (
                  <th key={name} scope="col" className={table.head}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {keys.data.map((key) => (
                <tr key={key.fingerprint}>
                  <td className={table.cell}>
                    {key.subject ?? 'It can’t be read'}
                    <div className={table.quiet}>SHA-256 {key.fingerprint}</div>
                  </td>
                  <td className={table.cell}>{key.key}</td>
                  <td className={table.cell}>{holders[key.custody]}</td>
                  <td className={mergeClasses(table.cell, table.nowrap)}>
                    {formatInstant(key.addedAt, zone)}
                  </td>
                  <td className={mergeClasses(table.cell, table.nowrap)}>
                    {key.validUntil && formatInstant(key.validUntil, zone)}
                  </td>
                  <td className={mergeClasses(table.cell, table.nowrap)}>
                    <div className={table.badges}>
                      <Badge appearance="tint" color={key.active ? 'success' : 'informative'}>
                        {key.active ? 'In use' : 'Not in use'}
                      </Badge>
                      {key.expired && (
                        <Badge appearance="tint" color="warning">
                          Expired
                        </Badge>
                      )}
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  )
}
