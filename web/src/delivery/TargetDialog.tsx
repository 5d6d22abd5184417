import { Checkbox, Field, Input, Select, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import type { DeliveryTarget } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { askFor, type Kind, kinds } from './queries'

const addresses: Record<Kind, string> = {
  s3: 'https://host/bucket, and a prefix if you like',
  sftp: 'sftp://host/path',
  folder: 'A path below your own folder there',
}

type Props = { target?: DeliveryTarget; onDone: () => void; onClose: () => void }

/** Asks for a target, or for a change of one; it is tried out before another person is asked. */
export function TargetDialog({ target, onDone, onClose }: Props) {
  const [name, setName] = useState(target?.name ?? '')
  const [kind, setKind] = useState<Kind>(target?.kind ?? 's3')
  const [address, setAddress] = useState(target?.address ?? '')
  const [account, setAccount] = useState(target?.account ?? '')
  const [secret, setSecret] = useState('')
  const [region, setRegion] = useState(target?.region ?? '')
  const [hostKey, setHostKey] = useState(target?.hostKey ?? '')
  const [limit, setLimit] = useState(target?.bytesPerSecond?.toString() ?? '')
  const [lake, setLake] = useState(target?.lake ?? false)
  const [mode, setMode] = useState(target?.mode ?? 'copy')
  const [decrypted, setDecrypted] = useState(target?.decrypted ?? false)
  const [onDisposal, setOnDisposal] = useState(target?.onDisposal ?? 'instruct')
  const [recheck, setRecheck] = useState((target?.recheckDays ?? 30).toString())
  const [reason, setReason] = useState('')
  return (
    <FormDialog
      title={target ? `Change ${target.name}` : 'Add a target'}
      submit="Try it out and ask"
      changes={['approvals']}
      onClose={onClose}
      disabled={!name.trim() || !address.trim() || !recheck.trim() || !reason.trim()}
      onSubmit={async () => {
        await askFor(name.trim(), {
          kind,
          mode,
          address: address.trim(),
          account: account.trim(),
          secret: secret || undefined,
          region: region.trim(),
          hostKey: hostKey.trim(),
          bytesPerSecond: limit.trim() ? Number(limit) : undefined,
          lake,
          decrypted,
          onDisposal,
          recheckDays: Number(recheck),
          reason,
        })
        onDone()
      }}
    >
      A small object is written there, read back and removed; then another tenant admin or a compliance
      officer decides.
      {!target && (
        <Field label="Name" hint="1 to 40 of a-z, 0-9 and -">
          <Input value={name} onChange={(_, data) => setName(data.value)} />
        </Field>
      )}
      <Field label="Kind">
        <Select
          value={kind}
          onChange={(_, data) => {
            setKind(data.value as Kind)
            setMode('copy')
            setDecrypted(false)
          }}
        >
          {Object.entries(kinds).map(([value, text]) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Address" hint={addresses[kind]}>
        <Input value={address} onChange={(_, data) => setAddress(data.value)} />
      </Field>
      {kind !== 'folder' && (
        <>
          <Field label={kind === 's3' ? 'Access key' : 'User'}>
            <Input value={account} onChange={(_, data) => setAccount(data.value)} />
          </Field>
          <Field
            label={kind === 's3' ? 'Secret key' : 'Password or private key'}
            hint={target ? 'Empty: the present one stays' : 'Not shown again'}
          >
            {kind === 's3' ? (
              <Input
                type="password"
                autoComplete="off"
                value={secret}
                onChange={(_, data) => setSecret(data.value)}
              />
            ) : (
              <Textarea autoComplete="off" value={secret} onChange={(_, data) => setSecret(data.value)} />
            )}
          </Field>
        </>
      )}
      {kind === 's3' && (
        <Field label="Region">
          <Input value={region} onChange={(_, data) => setRegion(data.value)} />
        </Field>
      )}
      {kind === 'sftp' && (
        <Field label="The server’s host key" hint="SHA256:… as ssh-keygen -l shows it on the server">
          <Input value={hostKey} onChange={(_, data) => setHostKey(data.value)} />
        </Field>
      )}
      <Field label="At most bytes per second" hint="Empty for no limit">
        <Input type="number" value={limit} onChange={(_, data) => setLimit(data.value)} />
      </Field>
      <Checkbox
        label="Call detail records (Parquet) too"
        checked={lake}
        onChange={(_, data) => setLake(data.checked === true)}
      />
      {kind === 's3' && (
        <Field
          label="Mode"
          hint={
            mode === 'move'
              ? 'The audio of new recordings is kept there alone after about a week. Whoever loses it there has lost it.'
              : undefined
          }
        >
          <Select
            value={mode}
            onChange={(_, data) => {
              setMode(data.value as DeliveryTarget['mode'])
              if (data.value === 'move') setOnDisposal('delete')
            }}
          >
            <option value="copy">Copy</option>
            <option value="primary">Primary: locked there as here, and played from there</option>
            <option value="move">Move: locked there, and audio is no longer kept here</option>
          </Select>
        </Field>
      )}
      {kind !== 'folder' && (
        <Checkbox
          label="Decrypted: whoever can read there hears every call without a key"
          checked={decrypted}
          onChange={(_, data) => setDecrypted(data.checked === true)}
        />
      )}
      <Field label="When a recording is disposed of here">
        <Select
          value={onDisposal}
          disabled={mode === 'move'}
          onChange={(_, data) => setOnDisposal(data.value as DeliveryTarget['onDisposal'])}
        >
          <option value="instruct">Tell it there; you decide</option>
          <option value="delete">Delete it there, too</option>
        </Select>
      </Field>
      <Field label="Read back again after so many days" hint="0 for never">
        <Input type="number" value={recheck} onChange={(_, data) => setRecheck(data.value)} />
      </Field>
      <Field label="Reason">
        <Textarea value={reason} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
