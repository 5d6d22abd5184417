import { Button, MessageBar, MessageBarBody, Text } from '@fluentui/react-components'
import { useState } from 'react'
import { useTableStyles } from '../app/table'
import { formatBytes, formatCount, formatInstant } from '../lib/format'
import { ComplianceDialog, GoLiveDialog } from './dialogs'
import { useLocks } from './queries'

/** Whether the tenant is on trial, what waits for its full lock, and how far lengthening came. */
export function LockState({ change, zone }: { change: boolean; zone: string }) {
  const styles = useTableStyles()
  const locks = useLocks()
  const [asking, setAsking] = useState(false)
  const [strengthening, setStrengthening] = useState(false)
  if (!locks.data) return null
  const { mode, trial, waiting, failing, lengthening } = locks.data
  const final = mode.mode === 'COMPLIANCE' && mode.existing
  return (
    <>
      {trial && !trial.endedAt && (
        <div className={styles.top}>
          <Text className={styles.title}>
            On trial since {formatInstant(trial.since, zone)}: recordings are locked for {trial.lockDays} days
            at a time.
          </Text>
          {change && <Button onClick={() => setAsking(true)}>Go live</Button>}
        </div>
      )}
      {trial?.endedAt && (
        <Text>
          Live since {formatInstant(trial.endedAt, zone)}, signed by {trial.signedBy}.
        </Text>
      )}
      <div className={styles.top}>
        <Text className={styles.title}>
          {mode.mode === 'GOVERNANCE'
            ? 'Lock mode GOVERNANCE: whoever may pass locks in the store could delete recordings early.'
            : `Lock mode COMPLIANCE since ${formatInstant(mode.changedAt ?? '', zone)}${
                mode.existing ? '' : ', for what was recorded from then on'
              }: nobody can delete a recording before its time.`}
        </Text>
        {change && !final && !(trial && !trial.endedAt) && (
          <Button onClick={() => setStrengthening(true)}>Lock in COMPLIANCE mode</Button>
        )}
      </div>
      <Text>
        {waiting === 0
          ? 'All recordings are locked for as long as they are kept.'
          : `${formatCount(waiting)} recordings wait for their full lock.`}
      </Text>
      {lengthening && (
        <Text>
          {lengthening.finishedAt ? 'Version' : 'At work: version'} {lengthening.policyVersion} lengthened{' '}
          {formatCount(lengthening.recordings)} recordings that were there ({formatBytes(lengthening.bytes)}
          ).
        </Text>
      )}
      {failing > 0 && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>
            The locks of {formatCount(failing)} recordings could not be renewed; see the alarms.
          </MessageBarBody>
        </MessageBar>
      )}
      {strengthening && <ComplianceDialog onClose={() => setStrengthening(false)} />}
      {asking && <GoLiveDialog onClose={() => setAsking(false)} />}
    </>
  )
}
