import { Badge, Button, Checkbox, Field, Input, Text, Textarea } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { type AuditDestination, api, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'

const CHANGES = ['approvals', 'alarms', 'audit']

/** Syslog receivers that entries are forwarded to, and how far each is. */
export function Destinations({ asks, zone }: { asks: boolean; zone: string }) {
  const styles = useTableStyles()
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  const destinations = useQuery({
    queryKey: ['audit', 'destinations'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/audit/destinations', { signal })),
    select: (data) => data.items,
  })
  if (destinations.isError) {
    return <Failed title="The receivers of audit entries can’t be read" error={destinations.error} />
  }
  const items = destinations.data ?? []
  if (items.length === 0 && !asks) return null
  return (
    <section aria-label="Forwarding">
      {items.map((each) => (
        <div key={each.name} className={styles.row}>
          <Text>
            Forwarded to <b>{each.name}</b> ({each.address}
            {each.masked && ', masked'}):{' '}
            {each.lastSentAt ? `last ${formatInstant(each.lastSentAt, zone)}` : 'nothing yet'}
            {each.waiting > 0 && `, ${each.waiting.toLocaleString('en')} waiting`}
          </Text>
          {each.failingSince && (
            <Badge appearance="tint" color="danger">
              Failing since {formatInstant(each.failingSince, zone)}: {each.problem}
            </Badge>
          )}
          {asks && (
            <Button
              size="small"
              appearance="subtle"
              onClick={() => setDialog(<RemovalDialog destination={each} onClose={close} />)}
            >
              Ask to remove
            </Button>
          )}
        </div>
      ))}
      {asks && (
        <Button
          size="small"
          appearance="subtle"
          icon={<AddRegular />}
          onClick={() => setDialog(<AskDialog onClose={close} />)}
        >
          Forward to a syslog receiver
        </Button>
      )}
      {dialog}
    </section>
  )
}

function AskDialog({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [address, setAddress] = useState('')
  const [masked, setMasked] = useState(false)
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title="Ask to forward audit entries"
      submit="Ask"
      changes={CHANGES}
      onClose={onClose}
      disabled={!name.trim() || !address.trim() || !reason.trim()}
      onSubmit={() =>
        unwrap(
          api.PUT('/api/v1/audit/destinations/{destination}', {
            params: { path: { destination: name.trim() } },
            body: { address: address.trim(), masked, reason: reason.trim() },
          }),
        )
      }
    >
      <Text>
        Once another person has approved it, what is entered from then on goes there, in order and at least
        once. One of this name gets the new address.
      </Text>
      <Field label="Name" required hint="1 to 40 of a-z, 0-9 and '-'">
        <Input value={name} maxLength={40} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label="Address" required hint="tls://host:6514, or tcp://host:601">
        <Input value={address} maxLength={2000} onChange={(_, data) => setAddress(data.value)} />
      </Field>
      <Checkbox
        label="Masked: actors, objects and details only as commitments"
        checked={masked}
        onChange={(_, data) => setMasked(data.checked === true)}
      />
      <Field label="Reason" required hint="For whoever decides, and for the audit trail">
        <Textarea value={reason} maxLength={1000} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}

function RemovalDialog({ destination, onClose }: { destination: AuditDestination; onClose: () => void }) {
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title={`Ask to forward nothing more to ${destination.name}`}
      submit="Ask"
      changes={CHANGES}
      onClose={onClose}
      disabled={!reason.trim()}
      onSubmit={() =>
        unwrap(
          api.DELETE('/api/v1/audit/destinations/{destination}', {
            params: { path: { destination: destination.name }, query: { reason: reason.trim() } },
          }),
        )
      }
    >
      <Field label="Reason" required>
        <Textarea value={reason} maxLength={1000} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
