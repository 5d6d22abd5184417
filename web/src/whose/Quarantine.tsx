import { Button, MessageBar, MessageBarBody, Spinner, Text } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, type QuarantineOutcome, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'

/** Calls that are nobody’s: whose they would be by the present rules, and their release. */
export function Quarantine({ zone }: { zone: string }) {
  const table = useTableStyles()
  const client = useQueryClient()
  const held = useQuery({
    queryKey: ['quarantine'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/quarantine', { signal })),
  })
  const run = useMutation({
    mutationFn: (dryRun: boolean) =>
      unwrap(api.POST('/api/v1/quarantine/run', { params: { query: { dryRun } }, body: {} })),
    onSuccess: (_, dryRun) => {
      if (!dryRun) client.invalidateQueries({ queryKey: ['quarantine'] })
    },
  })
  if (held.isPending) return <Spinner label="Loading" />
  if (held.isError) return <Failed title="The quarantine can’t be read" error={held.error} />
  const { items } = held.data
  const outcomes = new Map(run.data?.items.map((outcome) => [outcome.id, outcome]))
  const releasable = [...outcomes.values()].filter((outcome) => outcome.tenant && !outcome.released).length
  const released = [...outcomes.values()].filter((outcome) => outcome.released).length
  return (
    <>
      <div className={table.top}>
        <Text className={table.title} size={300}>
          Calls that no rule gave to a tenant. Nobody can hear them. The oldest come first.
        </Text>
        <Button disabled={items.length === 0 || run.isPending} onClick={() => run.mutate(true)}>
          Try the rules
        </Button>
        <Button
          appearance="primary"
          disabled={releasable === 0 || run.isPending}
          onClick={() => run.mutate(false)}
        >
          {releasable > 0 ? `Release ${releasable}` : 'Release'}
        </Button>
      </div>
      {run.isPending && <Spinner size="tiny" label="Running the calls through the rules" />}
      {run.isError && <Failed title="It was not done" error={run.error} />}
      {run.data && (
        <MessageBar intent={released > 0 ? 'success' : 'info'} layout="multiline" role="status">
          <MessageBarBody>
            {released > 0
              ? `${released} released.`
              : releasable > 0
                ? `${releasable} of ${items.length} would be a tenant’s.`
                : 'By the present rules all of them are nobody’s.'}
          </MessageBarBody>
        </MessageBar>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so a keyboard must reach it */}
      <section className={table.box} aria-label="Calls in quarantine" tabIndex={0}>
        {items.length === 0 ? (
          <Text block style={{ padding: '12px' }}>
            There is nothing in quarantine.
          </Text>
        ) : (
          <table className={table.table}>
            <thead>
              <tr>
                {['Start', 'Numbers', 'Ids', 'Why', 'By the present rules'].map((name) => (
                  <th key={name} scope="col" className={table.head}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {items.map((call) => (
                <tr key={call.id}>
                  <td className={table.cell}>{formatInstant(call.start, zone)}</td>
                  <td className={table.cell}>{call.numbers.join(' → ') || 'None'}</td>
                  <td className={table.cell}>
                    {call.callIds[0]}
                    <div className={table.quiet}>{call.id}</div>
                  </td>
                  <td className={table.cell}>{call.rule}</td>
                  <td className={table.cell}>{outcomeText(outcomes.get(call.id))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
    </>
  )
}

function outcomeText(outcome: QuarantineOutcome | undefined): string {
  if (!outcome) return ''
  if (outcome.problem) return `Not possible: ${outcome.problem}`
  if (!outcome.tenant) return `Nobody’s: ${outcome.rule}`
  return outcome.released ? `Released to ${outcome.tenant}` : `${outcome.tenant}, by ${outcome.rule}`
}
