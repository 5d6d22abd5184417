import { Badge, Button, Spinner, Subtitle2, Text } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { type AllocatedTenant, api, type MatchingRule, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { AllocateDialog } from './AllocateDialog'

const looksAt: Record<MatchingRule['looksAt'], string> = {
  'tls-identity': 'TLS identity',
  source: 'Source address',
  'request-uri': 'Request URI',
  header: 'Header',
  'metadata-domain': 'Domain of a party',
  number: 'Number of a party',
}

/** The rules that say whose a call is, and what tenants were given. */
export function Allocation({ change }: { change: boolean }) {
  const table = useTableStyles()
  const [allocating, setAllocating] = useState(false)
  const allocation = useQuery({
    queryKey: ['allocation'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/allocation', { signal })),
  })
  if (allocation.isPending) return <Spinner label="Loading" />
  if (allocation.isError) return <Failed title="The allocation can’t be read" error={allocation.error} />
  const { rules, tenants } = allocation.data
  return (
    <>
      <div className={table.top}>
        <Text className={table.title} size={300}>
          The client that sends a call comes first, if it is one tenant’s; then these rules, the first that
          matches; then domains and numbers.
        </Text>
        {change && <Button onClick={() => setAllocating(true)}>Allocate from a file…</Button>}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so a keyboard must reach it */}
      <section className={table.box} aria-label="Allocation" tabIndex={0}>
        <Subtitle2 as="h2" style={{ padding: '8px 12px', display: 'block' }}>
          Rules
        </Subtitle2>
        {rules.length === 0 ? (
          <Text block style={{ padding: '0 12px 12px' }}>
            There is no rule: domains and numbers decide.
          </Text>
        ) : (
          <table className={table.table} aria-label="Rules">
            <thead>
              <tr>
                {['', 'Rule', 'Looks at', 'For', 'Tenant'].map((name) => (
                  <th key={name} scope="col" className={table.head}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rules.map((rule) => (
                <tr key={rule.position}>
                  <td className={table.cell}>{rule.position}</td>
                  <td className={table.cell}>{rule.rule}</td>
                  <td className={table.cell}>
                    {looksAt[rule.looksAt]}
                    {rule.header && ` ${rule.header}`}
                  </td>
                  <td className={table.cell}>{rule.value}</td>
                  <td className={table.cell}>{rule.tenant}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <Subtitle2 as="h2" style={{ padding: '16px 12px 8px', display: 'block' }}>
          Tenants
        </Subtitle2>
        <table className={table.table} aria-label="Tenants">
          <thead>
            <tr>
              {['Tenant', 'Domains', 'Calls at a time on a recorder', 'Numbers', 'Number screening'].map(
                (name) => (
                  <th key={name} scope="col" className={table.head}>
                    {name}
                  </th>
                ),
              )}
            </tr>
          </thead>
          <tbody>
            {tenants.map((tenant) => (
              <TenantRow key={tenant.tenant} tenant={tenant} />
            ))}
          </tbody>
        </table>
      </section>
      {allocating && <AllocateDialog onClose={() => setAllocating(false)} />}
    </>
  )
}

function TenantRow({ tenant }: { tenant: AllocatedTenant }) {
  const table = useTableStyles()
  const shown = tenant.numbers.slice(0, 20)
  return (
    <tr>
      <td className={table.cell}>
        {tenant.name}{' '}
        {tenant.onTrial && (
          <Badge appearance="tint" color="warning">
            On trial
          </Badge>
        )}
        <div className={table.quiet}>{tenant.tenant}</div>
      </td>
      <td className={table.cell}>{tenant.domains.join(', ') || 'None'}</td>
      <td className={table.cell}>
        {tenant.guaranteedCalls} guaranteed,{' '}
        {tenant.maxCalls === null ? 'no limit' : `at most ${tenant.maxCalls}`}
      </td>
      <td className={table.cell}>
        {shown.map((number) => number.number).join(', ') || 'None'}
        {tenant.numberCount > shown.length && ` and ${tenant.numberCount - shown.length} more`}
      </td>
      <td className={table.cell}>
        <Badge appearance="tint" color={tenant.numberScreening ? 'brand' : 'subtle'}>
          {tenant.numberScreening ? 'On' : 'Off'}
        </Badge>
      </td>
    </tr>
  )
}
