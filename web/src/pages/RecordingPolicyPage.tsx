import { Button, Spinner, Tab, TabList, Text, Title3 } from '@fluentui/react-components'
import { LockClosedRegular } from '@fluentui/react-icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { RecordingPolicy } from '../api/client'
import { Failed } from '../app/Failed'
import { Message } from '../app/Message'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { may } from '../lib/words'
import { type Draft, saveDraft, useRecordingPolicy } from '../policies/queries'
import { Rules } from '../policies/Rules'
import { DryRun, Simulator } from '../policies/Trials'

export default function RecordingPolicyPage() {
  const session = useSession()
  useEffect(() => {
    document.title = 'What is recorded · Earwitness'
  }, [])
  if (!may(session, 'recording-policy-read')) {
    return (
      <Message
        icon={<LockClosedRegular />}
        title="Your role can’t see what is recorded"
        text="It is set by recording admins, and shown to tenant admins, compliance officers and auditors."
      />
    )
  }
  return <Loaded change={may(session, 'recording-policy')} zone={session.zone} />
}

function Loaded({ change, zone }: { change: boolean; zone: string }) {
  const policy = useRecordingPolicy()
  if (policy.isPending) return <Spinner label="Loading" />
  if (policy.isError) return <Failed title="The policy can’t be read" error={policy.error} />
  return <Editor key={policy.data.version} policy={policy.data} change={change} zone={zone} />
}

function Editor({ policy, change, zone }: { policy: RecordingPolicy; change: boolean; zone: string }) {
  const styles = useTableStyles()
  const client = useQueryClient()
  const [tab, setTab] = useState('rules')
  const present: Draft = { personas: policy.personas, rules: policy.rules }
  const [edited, setEdited] = useState<Draft>()
  const draft = edited ?? present
  const save = useMutation({
    mutationFn: () => saveDraft(policy, draft),
    onSuccess: () => client.invalidateQueries({ queryKey: ['recording-policy'] }),
  })
  return (
    <div className={styles.page}>
      <div className={styles.top}>
        <Title3 as="h1" className={styles.title}>
          What is recorded
        </Title3>
        <TabList selectedValue={tab} onTabSelect={(_, data) => setTab(String(data.value))}>
          <Tab value="rules">Rules</Tab>
          <Tab value="simulator">What would happen</Tab>
          <Tab value="dry-run">Dry run</Tab>
        </TabList>
      </div>
      {save.isError && <Failed title="It was not saved" error={save.error} />}
      {edited && (
        <div className={styles.row} role="status">
          <Text>You have changes that are not in force yet. Try them out first, or save them.</Text>
          <Button appearance="primary" disabledFocusable={save.isPending} onClick={() => save.mutate()}>
            Save as version {policy.version + 1}
          </Button>
          <Button onClick={() => setEdited(undefined)}>Discard</Button>
        </div>
      )}
      {tab === 'rules' && (
        <Rules policy={policy} draft={draft} change={change} zone={zone} onDraft={setEdited} />
      )}
      {tab === 'simulator' && <Simulator draft={draft} />}
      {tab === 'dry-run' && <DryRun draft={draft} zone={zone} />}
    </div>
  )
}
