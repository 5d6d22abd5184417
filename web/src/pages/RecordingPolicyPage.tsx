import {
  Button,
  Field,
  MessageBar,
  MessageBarBody,
  Spinner,
  Tab,
  TabList,
  Text,
  Textarea,
  Title3,
} from '@fluentui/react-components'
import { LockClosedRegular } from '@fluentui/react-icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ApiError, type RecordingPolicy } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { Message } from '../app/Message'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { may } from '../lib/words'
import { askForDraft, type Draft, saveDraft, useRecordingPolicy } from '../policies/queries'
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
  const [asking, setAsking] = useState(false)
  const [asked, setAsked] = useState(false)
  const draft = edited ?? present
  const save = useMutation({
    mutationFn: () => saveDraft(policy, draft),
    onSuccess: () => client.invalidateQueries({ queryKey: ['recording-policy'] }),
  })
  const reduces = save.error instanceof ApiError && save.error.type === 'needs-second-person'
  function edit(next: Draft | undefined) {
    setEdited(next)
    setAsked(false)
    save.reset()
  }
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
      {save.isError && !reduces && <Failed title="It was not saved" error={save.error} />}
      {reduces && !asked && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            Some calls may be recorded less than before, so it was not saved. A second person has to agree.
          </MessageBarBody>
        </MessageBar>
      )}
      {asked && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>It was asked for. Another person decides under Approvals.</MessageBarBody>
        </MessageBar>
      )}
      {edited && (
        <div className={styles.row} role="status">
          <Text>You have changes that are not in force yet. Try them out first, or save them.</Text>
          {reduces ? (
            <Button appearance="primary" disabledFocusable={asked} onClick={() => setAsking(true)}>
              Ask a second person…
            </Button>
          ) : (
            <Button appearance="primary" disabledFocusable={save.isPending} onClick={() => save.mutate()}>
              Save as version {policy.version + 1}
            </Button>
          )}
          <Button onClick={() => edit(undefined)}>Discard</Button>
        </div>
      )}
      {tab === 'rules' && <Rules policy={policy} draft={draft} change={change} zone={zone} onDraft={edit} />}
      {tab === 'simulator' && <Simulator draft={draft} />}
      {tab === 'dry-run' && <DryRun draft={draft} zone={zone} />}
      {asking && (
        <AskDialog
          policy={policy}
          draft={draft}
          onDone={() => setAsked(true)}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  )
}

type AskProps = { policy: RecordingPolicy; draft: Draft; onDone: () => void; onClose: () => void }

/** Asks another person for what may record less. */
function AskDialog({ policy, draft, onDone, onClose }: AskProps) {
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Ask a second person"
      submit="Ask"
      changes={['approvals']}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={async () => {
        await askForDraft(policy, draft, reason.trim())
        onDone()
      }}
    >
      Some calls may be recorded less than before. Another recording admin or a compliance officer decides;
      until then nothing changes.
      <Field label="Reason">
        <Textarea value={reason} maxLength={1000} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
