import { Button, Subtitle2, Text } from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'
import type { RecordingPolicy } from '../api/client'
import { RowActions } from '../app/RowActions'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { movedUp } from '../lib/order'
import { PersonaDialog, RuleDialog } from './dialogs'
import { conditions, type Draft, effect } from './queries'

type Props = {
  policy: RecordingPolicy
  draft: Draft
  change: boolean
  zone: string
  onDraft: (draft: Draft) => void
}

/** The rules in their order, and the personas that they may name. */
export function Rules({ policy, draft, change, zone, onDraft }: Props) {
  const styles = useTableStyles()
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  const latest = policy.versions[0]
  const edit = (index?: number) =>
    setDialog(<RuleDialog draft={draft} index={index} onDraft={onDraft} onClose={close} />)
  const name = (index?: number) =>
    setDialog(<PersonaDialog draft={draft} index={index} onDraft={onDraft} onClose={close} />)
  const up = (index: number) => onDraft({ ...draft, rules: movedUp(draft.rules, index) })
  return (
    <section className={styles.box} aria-label="Rules" tabIndex={-1}>
      <div className={styles.page}>
        <div className={styles.top}>
          <Text className={styles.title}>
            {latest
              ? `Version ${latest.version}, in force since ${formatInstant(latest.validFrom, zone)}, by ${latest.changedBy}.`
              : 'There is no policy yet: every call is recorded.'}{' '}
            The first rule that applies to a call decides; where none does, the call is recorded.
          </Text>
          {change && (
            <Button appearance="primary" onClick={() => edit()}>
              Add a rule
            </Button>
          )}
        </div>
        {draft.rules.length > 0 && (
          <table className={styles.table} aria-label="Rules">
            <thead>
              <tr>
                {['', 'Rule', 'Applies to', 'What is done', ''].map((title, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the columns never change
                  <th key={at} scope="col" className={styles.head}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {draft.rules.map((rule, index) => (
                <tr key={rule.name}>
                  <td className={styles.cell}>{index + 1}</td>
                  <td className={styles.cell}>{rule.name}</td>
                  <td className={styles.cell}>{conditions(rule)}</td>
                  <td className={styles.cell}>{effect(rule)}</td>
                  <td className={`${styles.cell} ${styles.actions}`}>
                    {change && (
                      <RowActions
                        first={index === 0}
                        onUp={() => up(index)}
                        onChange={() => edit(index)}
                        onRemove={() =>
                          onDraft({ ...draft, rules: draft.rules.filter((_, at) => at !== index) })
                        }
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
            Personas
          </Subtitle2>
          {change && <Button onClick={() => name()}>Add a persona</Button>}
        </div>
        <Text>
          A persona is one of the identities of a person: numbers or addresses under which other rules apply.
        </Text>
        {draft.personas.length > 0 && (
          <table className={styles.table} aria-label="Personas">
            <thead>
              <tr>
                {['Persona', 'Numbers and addresses', ''].map((title) => (
                  <th key={title} scope="col" className={styles.head}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {draft.personas.map((persona, index) => (
                <tr key={persona.name}>
                  <td className={styles.cell}>{persona.name}</td>
                  <td className={styles.cell}>{persona.identities.join(', ')}</td>
                  <td className={`${styles.cell} ${styles.actions}`}>
                    {change && (
                      <RowActions
                        onChange={() => name(index)}
                        onRemove={() =>
                          onDraft({ ...draft, personas: draft.personas.filter((_, at) => at !== index) })
                        }
                      />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
      {dialog}
    </section>
  )
}
