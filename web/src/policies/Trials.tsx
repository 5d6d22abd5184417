import { Button, Field, Input, Text } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Link } from 'react-router'
import { api, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { FactList } from '../call/FactList'
import { formatInstant } from '../lib/format'
import { directions } from '../lib/words'
import { actions, type Draft, fates } from './queries'

/** What would happen to a call, under the rules as they are shown. */
export function Simulator({ draft }: { draft: Draft }) {
  const styles = useTableStyles()
  const [call, setCall] = useState({ from: '', to: '', at: '', callId: '' })
  const ask = useMutation({
    mutationFn: (given: typeof call) =>
      unwrap(
        api.POST('/api/v1/policies/recording/simulate', {
          body: {
            from: given.from || null,
            to: given.to || null,
            at: given.at ? new Date(given.at).toISOString() : null,
            callId: given.callId || null,
            draft,
          },
        }),
      ),
  })
  function send(event: FormEvent) {
    event.preventDefault()
    ask.mutate(call)
  }
  const field = (name: keyof typeof call, label: string, type: 'text' | 'datetime-local' = 'text') => (
    <Field label={label}>
      <Input
        type={type}
        value={call[name]}
        onChange={(_, data) => setCall({ ...call, [name]: data.value })}
      />
    </Field>
  )
  const answer = ask.data
  return (
    <section className={styles.box} aria-label="What would happen" tabIndex={-1}>
      <div className={styles.page}>
        <form className={styles.row} onSubmit={send}>
          {field('from', 'From')}
          {field('to', 'To')}
          {field('at', 'At (now if empty)', 'datetime-local')}
          {field('callId', 'Call-ID (for percentages)')}
          <Button type="submit" appearance="primary" disabledFocusable={ask.isPending}>
            Ask
          </Button>
        </form>
        {ask.isError && <Failed title="There is no answer" error={ask.error} />}
        {answer && (
          <>
            <Text role="status">
              {actions[answer.action]}: {answer.reason}.
            </Text>
            <FactList
              facts={[
                ['Direction', directions[answer.direction]],
                [
                  'Captured',
                  answer.recorded === null ? 'Its Call-ID decides' : answer.recorded ? 'Yes' : 'No',
                ],
                ...answer.parties.map((party, at): [string, string] => [
                  at === 0 ? 'Caller' : `Party ${at + 1}`,
                  [party.number, party.name].filter(Boolean).join(', ') || 'unknown',
                ]),
              ]}
            />
          </>
        )}
      </div>
    </section>
  )
}

/** What the rules as they are shown would have changed in the last month. */
export function DryRun({ draft, zone }: { draft: Draft; zone: string }) {
  const styles = useTableStyles()
  const run = useMutation({
    mutationFn: () => unwrap(api.POST('/api/v1/policies/recording/dry-run', { body: draft })),
  })
  return (
    <section className={styles.box} aria-label="Dry run" tabIndex={-1}>
      <div className={styles.page}>
        <div className={styles.top}>
          <Text className={styles.title}>
            Asks the policy in force and the rules as they are shown about each call of the last 31 days.
          </Text>
          <Button appearance="primary" disabledFocusable={run.isPending} onClick={() => run.mutate()}>
            Run
          </Button>
        </div>
        {run.isError && <Failed title="It was not done" error={run.error} />}
        {run.data && <Text role="status">{run.data.calls} calls were looked at.</Text>}
        {run.data && run.data.changes.length > 0 && (
          <table className={styles.table} aria-label="Effects">
            <thead>
              <tr>
                {['Now', 'Then', 'Calls', 'Examples'].map((title) => (
                  <th key={title} scope="col" className={styles.head}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {run.data.changes.map((change) => (
                <tr key={`${change.before} ${change.after}`}>
                  <td className={styles.cell}>{fates[change.before]}</td>
                  <td className={styles.cell}>{fates[change.after]}</td>
                  <td className={styles.cell}>{change.calls}</td>
                  <td className={styles.cell}>
                    {change.before !== change.after &&
                      change.examples.map((example) => (
                        <div key={example.id}>
                          <Link to={`/calls/${example.id}`}>{formatInstant(example.start, zone)}</Link>{' '}
                          {example.ruleAfter ?? 'no rule'}
                        </div>
                      ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </section>
  )
}
