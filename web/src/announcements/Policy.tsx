import { Button, Spinner, Subtitle2, Text } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { AnnouncementPolicy } from '../api/client'
import { Failed } from '../app/Failed'
import { RowActions } from '../app/RowActions'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { movedUp } from '../lib/order'
import { JurisdictionDialog, RuleDialog } from './dialogs'
import { conditions, fallbacks, modes, savePolicy, usePolicy, usePrompts, withheld } from './queries'

/** The rules in their order, and the table of jurisdictions that they may name. */
export function Policy({ change, zone }: { change: boolean; zone: string }) {
  const policy = usePolicy()
  if (policy.isPending) return <Spinner label="Loading" />
  if (policy.isError) return <Failed title="The policy can’t be read" error={policy.error} />
  return <Shown policy={policy.data} change={change} zone={zone} />
}

function Shown({ policy, change, zone }: { policy: AnnouncementPolicy; change: boolean; zone: string }) {
  const styles = useTableStyles()
  const client = useQueryClient()
  const prompts = usePrompts()
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  const save = useMutation({
    mutationFn: (next: Parameters<typeof savePolicy>[1]) => savePolicy(policy, next),
    onSuccess: () => client.invalidateQueries({ queryKey: ['announcement-policy'] }),
  })
  const names = [
    ...new Set((prompts.data ?? []).filter((each) => !each.withdrawnAt).map((each) => each.name)),
  ]
  const edit = (index?: number) =>
    setDialog(<RuleDialog policy={policy} prompts={names} index={index} onClose={close} />)
  const place = (index?: number) =>
    setDialog(<JurisdictionDialog policy={policy} index={index} onClose={close} />)
  const latest = policy.versions[0]
  return (
    <section className={styles.box} aria-label="Policy" tabIndex={-1}>
      {save.isError && <Failed title="It was not done" error={save.error} />}
      <div className={styles.page}>
        <div className={styles.top}>
          <Text className={styles.title}>
            {latest
              ? `Version ${latest.version}, in force since ${formatInstant(latest.validFrom, zone)}, by ${latest.changedBy}.`
              : 'There is no policy yet: nothing is announced.'}{' '}
            The first rule that applies to a call decides.
          </Text>
          {change && (
            <Button appearance="primary" onClick={() => edit()}>
              Add a rule
            </Button>
          )}
        </div>
        {policy.rules.length > 0 && (
          <table className={styles.table} aria-label="Rules">
            <thead>
              <tr>
                {['', 'Rule', 'Applies to', 'What is done', 'If it can’t be played', ''].map((name, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the columns never change
                  <th key={at} scope="col" className={styles.head}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {policy.rules.map((rule, index) => (
                <tr key={rule.name}>
                  <td className={styles.cell}>{index + 1}</td>
                  <td className={styles.cell}>{rule.name}</td>
                  <td className={styles.cell}>{conditions(rule)}</td>
                  <td className={styles.cell}>
                    {modes[rule.mode]}
                    {rule.prompt && (
                      <div className={styles.quiet}>
                        {rule.prompt}
                        {rule.allParties ? ', to all parties' : ', to the other parties'}
                      </div>
                    )}
                    {withheld(rule) && <div className={styles.quiet}>{withheld(rule)}</div>}
                  </td>
                  <td className={styles.cell}>
                    {rule.prompt && rule.fallback ? fallbacks[rule.fallback] : '–'}
                  </td>
                  <td className={`${styles.cell} ${styles.actions}`}>
                    {change && (
                      <RowActions
                        first={index === 0}
                        disabled={save.isPending}
                        onUp={() => save.mutate({ rules: movedUp(policy.rules, index) })}
                        onChange={() => edit(index)}
                        onRemove={() => save.mutate({ rules: policy.rules.filter((_, at) => at !== index) })}
                      />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <div className={styles.top}>
          <Subtitle2 as="h2" className={styles.title}>
            Where all parties must agree
          </Subtitle2>
          {change && <Button onClick={() => place()}>Add a jurisdiction</Button>}
        </div>
        <Text>
          Rules name these together as all-party-consent. The table is where you begin, no legal advice: check
          it, and set the source and the day.
        </Text>
        <table className={styles.table} aria-label="Jurisdictions">
          <thead>
            <tr>
              {['Code', 'Jurisdiction', 'Source', 'As of', 'Numbers', ''].map((name) => (
                <th key={name} scope="col" className={styles.head}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {policy.jurisdictions.map((entry, index) => (
              <tr key={entry.code}>
                <td className={styles.cell}>{entry.code}</td>
                <td className={styles.cell}>{entry.name}</td>
                <td className={styles.cell}>{entry.source}</td>
                <td className={styles.cell}>{entry.asOf}</td>
                <td className={styles.cell}>
                  {entry.prefixes.length === 0 ? 'The whole country' : entry.prefixes.join(' ')}
                </td>
                <td className={`${styles.cell} ${styles.actions}`}>
                  {change && (
                    <RowActions
                      disabled={save.isPending}
                      onChange={() => place(index)}
                      onRemove={() =>
                        save.mutate({ jurisdictions: policy.jurisdictions.filter((_, at) => at !== index) })
                      }
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {dialog}
    </section>
  )
}
