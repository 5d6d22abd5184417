import { Button, MessageBar, MessageBarBody, Spinner, Text } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import type { DeliveryState, DeliveryTarget } from '../api/client'
import { Failed } from '../app/Failed'
import { Page, PageHead } from '../app/Page'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { ClosingNotice } from '../closing/ClosingNotice'
import { kinds, pause, remove, useDeliveries, useTargets } from '../delivery/queries'
import { TargetDialog } from '../delivery/TargetDialog'
import { formatInstant } from '../lib/format'
import { may } from '../lib/words'

export default function DeliveryPage() {
  const session = useSession()
  return (
    <Page
      title="Delivery"
      allowed={may(session, 'retention-read')}
      refused={{
        title: 'Your role can’t see deliveries',
        text: 'They are shown to tenant admins, recording admins, compliance officers and auditors.',
      }}
    >
      <Deliveries change={may(session, 'delivery-targets')} zone={session.zone} />
    </Page>
  )
}

function Deliveries({ change, zone }: { change: boolean; zone: string }) {
  const styles = useTableStyles()
  const client = useQueryClient()
  const targets = useTargets()
  const states = useDeliveries()
  const [dialog, setDialog] = useState<ReactNode>()
  const [asked, setAsked] = useState(false)
  const close = () => setDialog(undefined)
  const act = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['deliveries'] }),
        client.invalidateQueries({ queryKey: ['delivery-targets'] }),
      ]),
  })
  if (targets.isPending || states.isPending) return <Spinner label="Loading" />
  if (targets.isError) return <Failed title="The targets can’t be read" error={targets.error} />
  if (states.isError) return <Failed title="The state can’t be read" error={states.error} />
  const stateOf = (target: DeliveryTarget) => states.data.items.find((each) => each.target === target.name)
  const failures = states.data.items.flatMap((state) =>
    state.failures.map((failure) => ({ ...failure, target: state.target })),
  )
  return (
    <div className={styles.page}>
      <ClosingNotice />
      <PageHead title="Delivery">
        {change && (
          <Button onClick={() => setDialog(<TargetDialog onDone={() => setAsked(true)} onClose={close} />)}>
            Add a target
          </Button>
        )}
      </PageHead>
      <Text>
        Recordings are delivered to storage of your own, encrypted as they are here unless you chose
        otherwise. With your private key they are found and opened there without Earwitness.
      </Text>
      {asked && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>It works and was asked for. Another person decides under Approvals.</MessageBarBody>
        </MessageBar>
      )}
      {act.isError && <Failed title="It was not done" error={act.error} />}
      {targets.data.items.length === 0 && <Text>There is no target yet.</Text>}
      {targets.data.items.length > 0 && (
        <table className={styles.table} aria-label="Targets">
          <thead>
            <tr>
              {[
                'Target',
                'Where',
                'State',
                'Waiting',
                'There',
                'Disposals and holds',
                'Checked again',
                '',
              ].map((name) => (
                <th key={name} scope="col" className={styles.head}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {targets.data.items.map((target) => (
              <tr key={target.name}>
                <td className={styles.cell}>{target.name}</td>
                <td className={styles.cell}>
                  {kinds[target.kind]}
                  {target.mode !== 'copy' && `, ${target.mode}`}
                  {target.decrypted && ', decrypted'}
                  <br />
                  {target.address}
                </td>
                <td className={styles.cell}>{words(stateOf(target), zone)}</td>
                <td className={styles.cell}>{waiting(stateOf(target), zone)}</td>
                <td className={styles.cell}>{stateOf(target)?.delivered ?? 0}</td>
                <td className={styles.cell}>{told(target, stateOf(target), zone)}</td>
                <td className={styles.cell}>{checked(target, stateOf(target), zone)}</td>
                <td className={`${styles.cell} ${styles.actions}`}>
                  {change && (
                    <>
                      <Button
                        size="small"
                        appearance="subtle"
                        onClick={() =>
                          setDialog(
                            <TargetDialog target={target} onDone={() => setAsked(true)} onClose={close} />,
                          )
                        }
                      >
                        Change
                      </Button>
                      <Button
                        size="small"
                        appearance="subtle"
                        disabled={act.isPending}
                        onClick={() => act.mutate(() => pause(target.name, !target.pausedAt))}
                      >
                        {target.pausedAt ? 'Resume' : 'Pause'}
                      </Button>
                      <Button
                        size="small"
                        appearance="subtle"
                        disabled={act.isPending}
                        onClick={() => act.mutate(() => remove(target.name))}
                      >
                        Remove
                      </Button>
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {failures.length > 0 && (
        <table className={styles.table} aria-label="Recordings that failed">
          <thead>
            <tr>
              {['Recording that failed', 'Target', 'Attempts', 'Why'].map((name) => (
                <th key={name} scope="col" className={styles.head}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {failures.map((failure) => (
              <tr key={`${failure.target}/${failure.recording}`}>
                <td className={styles.cell}>
                  <Link to={`/calls/${failure.recording}`}>{failure.recording}</Link>
                </td>
                <td className={styles.cell}>{failure.target}</td>
                <td className={styles.cell}>{failure.attempts}</td>
                <td className={styles.cell}>{failure.problem}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {dialog}
    </div>
  )
}

function words(state: DeliveryState | undefined, zone: string): string {
  if (!state) return ''
  if (state.pausedAt) return `Paused since ${formatInstant(state.pausedAt, zone)}`
  if (state.failingSince)
    return `Takes nothing since ${formatInstant(state.failingSince, zone)}: ${state.problem}`
  return state.lastDeliveredAt
    ? `Works, last delivered ${formatInstant(state.lastDeliveredAt, zone)}`
    : 'Nothing delivered yet'
}

function told(target: DeliveryTarget, state: DeliveryState | undefined, zone: string): string {
  const parts = [target.onDisposal === 'delete' ? 'Told and deleted there' : 'Told']
  if (state?.lastInstructedAt) parts.push(`last ${formatInstant(state.lastInstructedAt, zone)}`)
  if (state?.untold) parts.push(`${state.untold} to tell`)
  if (state?.undeleted) parts.push(`${state.undeleted} to delete`)
  return parts.join(', ')
}

function checked(target: DeliveryTarget, state: DeliveryState | undefined, zone: string): string {
  const parts = [target.recheckDays ? `Every ${target.recheckDays} days` : 'Never']
  if (state?.lastCheckedAt) {
    parts.push(`${state.checked} recordings, last ${formatInstant(state.lastCheckedAt, zone)}`)
  }
  if (state?.lastDamagedAt) {
    parts.push(
      `${state.damaged} missing or changed and delivered anew, last ${formatInstant(state.lastDamagedAt, zone)}`,
    )
  }
  return parts.join(', ')
}

function waiting(state: DeliveryState | undefined, zone: string): string {
  if (!state) return ''
  if (state.waiting === 0) return state.queueing ? 'Being counted' : 'None'
  const since = state.oldestWaiting ? `, since ${formatInstant(state.oldestWaiting, zone)}` : ''
  return `${state.waiting} recordings, ${(state.waitingBytes / 1_000_000).toFixed(1)} MB${since}`
}
