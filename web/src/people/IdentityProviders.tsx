import { Badge, Button, mergeClasses, Spinner, Text } from '@fluentui/react-components'
import { AddRegular, PersonKeyRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api, type IdentityProvider, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { Message } from '../app/Message'
import { PageHead } from '../app/Page'
import { useTableStyles } from '../app/table'
import { roles } from '../lib/words'
import { ProviderDialog, ProviderRemovalDialog } from './providers'
import { useTeams } from './queries'

/** The OpenID providers through which people sign in, and a way to ask for other ones. */
export function IdentityProviders({ tabs, asks }: { tabs: ReactNode; asks: boolean }) {
  const table = useTableStyles()
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  const teams = useTeams().data ?? []
  const providers = useQuery({
    queryKey: ['identity-providers'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/identity-providers', { signal })),
  })
  const items = providers.data?.items ?? []
  const columns = [
    'Provider',
    'Issuer and client',
    'What its groups give',
    'State',
    ...(asks ? ['Changes'] : []),
  ]
  return (
    <div className={table.page}>
      <PageHead title="Identity providers">
        {asks && (
          <Button
            icon={<AddRegular />}
            onClick={() => setDialog(<ProviderDialog teams={teams} onClose={close} />)}
          >
            Ask for a provider
          </Button>
        )}
      </PageHead>
      {tabs}
      {providers.data && !providers.data.usable && (
        <Text>
          Nobody can sign in through a provider yet: the portal does not know its own address (setting
          portal.publicUrl, on the platform’s machine).
        </Text>
      )}
      {providers.isError && <Failed title="The providers can’t be read" error={providers.error} />}
      {providers.isPending && <Spinner label="Loading" />}
      {providers.isSuccess && items.length === 0 && (
        <Message
          icon={<PersonKeyRegular />}
          title="People sign in with local accounts only"
          text="A provider such as Entra ID or Keycloak keeps passwords and gives roles and teams by its groups."
        />
      )}
      {items.length > 0 && (
        <section className={table.box} aria-label="Identity providers" tabIndex={-1}>
          <table className={table.table}>
            <thead>
              <tr>
                {columns.map((name) => (
                  <th key={name} scope="col" className={table.head}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((provider) => (
                <tr key={provider.id}>
                  <td className={table.cell}>
                    {provider.name}
                    <div className={table.quiet}>{provider.id}</div>
                  </td>
                  <td className={table.cell}>
                    {provider.issuer}
                    <div className={table.quiet}>
                      {provider.clientId}, {provider.clientSecret ? 'with a secret' : 'public client'}
                    </div>
                  </td>
                  <td className={table.cell}>
                    {given(provider, (id) => teams.find((team) => team.id === id)?.name ?? id).map((line) => (
                      <div key={line}>{line}</div>
                    ))}
                  </td>
                  <td className={table.cell}>
                    <Badge appearance="tint" color={provider.enabled ? 'success' : 'informative'}>
                      {provider.enabled ? 'Enabled' : 'Disabled'}
                    </Badge>
                    {provider.provisions && <div className={table.quiet}>makes accounts</div>}
                  </td>
                  {asks && (
                    <td className={mergeClasses(table.cell, table.actions)}>
                      <Button
                        size="small"
                        appearance="subtle"
                        onClick={() =>
                          setDialog(<ProviderDialog provider={provider} teams={teams} onClose={close} />)
                        }
                      >
                        Change
                      </Button>
                      <Button
                        size="small"
                        appearance="subtle"
                        onClick={() =>
                          setDialog(<ProviderRemovalDialog provider={provider} onClose={close} />)
                        }
                      >
                        Remove
                      </Button>
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {dialog}
    </div>
  )
}

/** A line for each group. */
function given(provider: IdentityProvider, teamName: (id: string) => string): string[] {
  const groups = [...new Set([...Object.keys(provider.roles), ...Object.keys(provider.teams)])].sort()
  return groups.map((group) =>
    [
      `${group}:`,
      [
        ...(provider.roles[group] ?? []).map((role) => roles[role]),
        ...(provider.teams[group] ?? []).map(teamName),
      ].join(', '),
    ].join(' '),
  )
}
