import { Field, Input, Select, Text, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import type { TenantClosing } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { askToClose, exportKeys, isReceipt, keys, verify, withdraw } from './queries'

/** Asks another operator to close a tenant. */
export function CloseDialog({ onClose }: { onClose: () => void }) {
  const [tenant, setTenant] = useState('')
  const [stop, setStop] = useState('')
  const [keep, setKeep] = useState<TenantClosing['keys']>('keep')
  const [reason, setReason] = useState('')
  const stopAt = new Date(stop)
  return (
    <FormDialog
      title="Close a tenant"
      submit="Ask a second person"
      changes={['closing', 'approvals']}
      onClose={onClose}
      disabled={!tenant.trim() || Number.isNaN(stopAt.getTime()) || !reason.trim()}
      onSubmit={() => askToClose(tenant.trim(), stopAt.toISOString(), keep, reason.trim())}
    >
      From that moment on no call of the tenant is recorded. What was recorded is delivered to its own storage
      and goes as it falls due. Until then the closing can be withdrawn. Another operator decides.
      <Field label="Tenant" hint="Its short name, as in the address of its objects">
        <Input value={tenant} onChange={(_, data) => setTenant(data.value)} />
      </Field>
      <Field label="Recording stops at" hint="In your own time; a day ahead at least">
        <Input type="datetime-local" value={stop} onChange={(_, data) => setStop(data.value)} />
      </Field>
      <Field label="Private keys that the platform manages">
        <Select value={keep} onChange={(_, data) => setKeep(data.value as TenantClosing['keys'])}>
          {Object.entries(keys).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Reason">
        <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}

type WithdrawProps = { tenant: string; onClose: () => void }

export function WithdrawDialog({ tenant, onClose }: WithdrawProps) {
  return (
    <FormDialog
      title={`Withdraw the closing of ${tenant}`}
      submit="Withdraw"
      changes={['closing']}
      onClose={onClose}
      onSubmit={() => withdraw(tenant)}
    >
      The tenant stays, and goes on being recorded.
    </FormDialog>
  )
}

type KeysProps = { onTaken: (password: string) => void; onClose: () => void }

/** Hands out the private keys as a file, and its password. */
export function KeysDialog({ onTaken, onClose }: KeysProps) {
  return (
    <FormDialog
      title="Take the private keys"
      submit="Take them"
      changes={[]}
      onClose={onClose}
      onSubmit={async () => {
        const taken = await exportKeys()
        const link = document.createElement('a')
        link.href = `data:application/x-pkcs12;base64,${taken.content}`
        link.download = taken.file
        link.click()
        onTaken(taken.password)
      }}
    >
      With these keys the delivered recordings are opened, by whoever has the file and its password. Taking
      them is entered in the audit trail.
    </FormDialog>
  )
}

type PasswordProps = { password: string; onClose: () => void }

/** Shows the password of the file that was saved, this once. */
export function PasswordDialog({ password, onClose }: PasswordProps) {
  return (
    <FormDialog
      title="The password of the file"
      submit="I have it"
      changes={[]}
      onClose={onClose}
      onSubmit={async () => {}}
    >
      It is shown this once. Keep it apart from the file.
      <Text font="monospace">{password}</Text>
    </FormDialog>
  )
}

/** Confirms that the customer found everything. */
export function VerifyDialog({ onClose }: { onClose: () => void }) {
  const [receipt, setReceipt] = useState('')
  return (
    <FormDialog
      title="Confirm that everything is there"
      submit="Confirm"
      changes={['closing']}
      onClose={onClose}
      disabled={!isReceipt(receipt)}
      onSubmit={() => verify(receipt)}
    >
      From then on the tenant is read-only: calls are found and heard until they fall due, and nothing else is
      changed. This can’t be undone.
      <Field label="Receipt" hint="The content of the file that earwitness verify-delivery wrote">
        <Textarea value={receipt} onChange={(_, data) => setReceipt(data.value)} />
      </Field>
    </FormDialog>
  )
}
