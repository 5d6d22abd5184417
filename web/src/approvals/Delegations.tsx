import { Button, Text } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { api, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { DelegateDialog } from './dialogs'
import { useDelegations } from './queries'

type Props = {
  change: boolean
  zone: string
  show: (make: (close: () => void) => ReactNode) => void
}

/** Who decides in whose place, and a way to let somebody. */
export function Delegations({ change, zone, show }: Props) {
  const styles = useTableStyles()
  const client = useQueryClient()
  const delegations = useDelegations()
  const end = useMutation({
    mutationFn: (delegation: string) =>
      unwrap(api.DELETE('/api/v1/approvals/delegations/{delegation}', { params: { path: { delegation } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['approvals'] }),
  })
  if (delegations.isError) return <Failed title="The delegations can’t be read" error={delegations.error} />
  if (!delegations.data) return null
  const { items, candidates } = delegations.data
  return (
    <section aria-label="Delegations">
      {end.isError && <Failed title="It was not ended" error={end.error} />}
      {items.map((each) => (
        <div key={each.id} className={styles.row}>
          <Text>
            <b>{each.to.name}</b> decides in place of <b>{each.from.name}</b> from{' '}
            {formatInstant(each.begins, zone)} until {formatInstant(each.ends, zone)}
          </Text>
          {each.mine && change && (
            <Button
              size="small"
              appearance="subtle"
              disabledFocusable={end.isPending}
              onClick={() => end.mutate(each.id)}
            >
              End the delegation
            </Button>
          )}
        </div>
      ))}
      {change && candidates.length > 0 && (
        <Button
          size="small"
          appearance="subtle"
          onClick={() => show((close) => <DelegateDialog candidates={candidates} onClose={close} />)}
        >
          Let somebody decide in my place
        </Button>
      )}
    </section>
  )
}
