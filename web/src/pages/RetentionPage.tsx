import { Button, Checkbox, MessageBar, MessageBarBody, Spinner, Text } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { RetentionPolicy, RetentionRule } from '../api/client'
import { Failed } from '../app/Failed'
import { Page, PageHead } from '../app/Page'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { ClosingNotice } from '../closing/ClosingNotice'
import { formatInstant } from '../lib/format'
import { may } from '../lib/words'
import { AskDialog, RuleDialog, SettlingDialog, StandardDialog } from '../retention/dialogs'
import { LockState } from '../retention/LockState'
import { conditions, type Draft, save, simulate, time, usePolicy } from '../retention/queries'
import { Storage } from '../retention/Storage'
import { Trial } from '../retention/Trial'

export default function RetentionPage() {
  const session = useSession()
  return (
    <Page
      title="Retention"
      allowed={may(session, 'retention-read')}
      refused={{
        title: 'Your role can’t see the policy of retention',
        text: 'It is set by recording admins, and shown to tenant admins, compliance officers and auditors.',
      }}
    >
      <Policy change={may(session, 'retention')} zone={session.zone} />
    </Page>
  )
}

function Policy({ change, zone }: { change: boolean; zone: string }) {
  const policy = usePolicy()
  if (policy.isPending) return <Spinner label="Loading" />
  if (policy.isError) return <Failed title="The policy can’t be read" error={policy.error} />
  return <Shown key={policy.data.version} policy={policy.data} change={change} zone={zone} />
}

function Shown({ policy, change, zone }: { policy: RetentionPolicy; change: boolean; zone: string }) {
  const styles = useTableStyles()
  const client = useQueryClient()
  const [draft, setDraft] = useState<Draft>()
  const [dialog, setDialog] = useState<ReactNode>()
  const [asked, setAsked] = useState(false)
  const close = () => setDialog(undefined)
  const trial = useMutation({ mutationFn: (tried: Draft) => simulate(policy, tried) })
  const saving = useMutation({
    mutationFn: (next: Draft) => save(policy, next),
    onSuccess: () => client.invalidateQueries({ queryKey: ['retention-policy'] }),
  })
  const shown = draft ?? policy
  const latest = policy.versions[0]
  function edit(next: Partial<Draft>) {
    const { standard, rules, settlingDays } = shown
    setDraft({ standard, rules, settlingDays, extending: draft?.extending ?? false, ...next })
    setAsked(false)
    trial.reset()
    saving.reset()
    close()
  }
  function put(rule: RetentionRule, index: number) {
    const rules = [...shown.rules]
    rules.splice(index, 1, rule)
    edit({ rules })
  }
  return (
    <div className={styles.page}>
      <ClosingNotice />
      <PageHead title="Retention">
        {change && (
          <Button
            onClick={() =>
              setDialog(<RuleDialog onDone={(rule) => put(rule, shown.rules.length)} onClose={close} />)
            }
          >
            Add a rule
          </Button>
        )}
      </PageHead>
      <Text>
        {latest
          ? `Version ${latest.version}, for calls that ended since ${formatInstant(latest.validFrom, zone)}, by ${latest.changedBy}.`
          : 'There is no policy yet: every call is kept as the tenant was set up.'}{' '}
        Of all rules that apply to a call the longest wins.
      </Text>
      <LockState change={change} zone={zone} />
      {asked && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>It was asked for. Another person decides under Approvals.</MessageBarBody>
        </MessageBar>
      )}
      {saving.isError && <Failed title="It was not saved" error={saving.error} />}
      {trial.isError && <Failed title="It could not be tried out" error={trial.error} />}
      <table className={styles.table} aria-label="Rules">
        <thead>
          <tr>
            {['Rule', 'Applies to', 'Kept for', ''].map((name) => (
              <th key={name} scope="col" className={styles.head}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.rules.map((rule, index) => (
            <tr key={rule.name}>
              <td className={styles.cell}>{rule.name}</td>
              <td className={styles.cell}>{conditions(rule)}</td>
              <td className={styles.cell}>{time(rule.keep)}</td>
              <td className={`${styles.cell} ${styles.actions}`}>
                {change && (
                  <>
                    <Button
                      size="small"
                      appearance="subtle"
                      onClick={() =>
                        setDialog(
                          <RuleDialog rule={rule} onDone={(next) => put(next, index)} onClose={close} />,
                        )
                      }
                    >
                      Change
                    </Button>
                    <Button
                      size="small"
                      appearance="subtle"
                      onClick={() => edit({ rules: shown.rules.filter((_, at) => at !== index) })}
                    >
                      Remove
                    </Button>
                  </>
                )}
              </td>
            </tr>
          ))}
          <tr>
            <td className={styles.cell}>Standard</td>
            <td className={styles.cell}>Calls to which no rule applies</td>
            <td className={styles.cell}>{time(shown.standard)}</td>
            <td className={`${styles.cell} ${styles.actions}`}>
              {change && (
                <Button
                  size="small"
                  appearance="subtle"
                  onClick={() =>
                    setDialog(
                      <StandardDialog
                        standard={shown.standard}
                        onDone={(standard) => edit({ standard })}
                        onClose={close}
                      />,
                    )
                  }
                >
                  Change
                </Button>
              )}
            </td>
          </tr>
        </tbody>
      </table>
      <div className={styles.top}>
        <Text className={styles.title}>
          {shown.settlingDays === 0
            ? 'No settling time: a recording is locked for its full term at once.'
            : `Settling time: a recording is locked for ${shown.settlingDays} days at first, and for its full term before they end.`}
        </Text>
        {change && (
          <>
            <Button
              size="small"
              appearance="subtle"
              onClick={() =>
                setDialog(
                  <SettlingDialog
                    days={shown.settlingDays}
                    onDone={(settlingDays) => edit({ settlingDays })}
                    onClose={close}
                  />,
                )
              }
            >
              Change the settling time
            </Button>
            <Checkbox
              label="Also lengthen the recordings that are there"
              checked={draft?.extending ?? false}
              onChange={(_, data) => edit({ extending: data.checked === true })}
            />
          </>
        )}
      </div>
      {draft && !asked && (
        <div className={styles.top}>
          <Text className={styles.title}>Not saved yet. Try it out first.</Text>
          <Button onClick={() => setDraft(undefined)}>Discard</Button>
          <Button disabled={trial.isPending} onClick={() => trial.mutate(draft)}>
            Try it out
          </Button>
          {trial.data?.needsSecondPerson ? (
            <Button
              appearance="primary"
              onClick={() =>
                setDialog(
                  <AskDialog policy={policy} draft={draft} onDone={() => setAsked(true)} onClose={close} />,
                )
              }
            >
              Ask a second person
            </Button>
          ) : (
            <Button
              appearance="primary"
              disabled={!trial.data || saving.isPending}
              onClick={() => saving.mutate(draft)}
            >
              Save
            </Button>
          )}
        </div>
      )}
      {draft && trial.data && <Trial result={trial.data} zone={zone} />}
      {dialog}
      <Storage />
    </div>
  )
}
