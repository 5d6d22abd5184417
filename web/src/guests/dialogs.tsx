import {
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  Select,
  SpinButton,
  Text,
  Textarea,
} from '@fluentui/react-components'
import { useState } from 'react'
import { api, type Guest, type Matter, unwrap } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { useTableStyles } from '../app/table'
import { formatInstant, zonedInstant } from '../lib/format'
import { useMatters } from '../people/queries'

/** Of which queries the answers are no longer right after a change. */
const changes = ['guests', 'grants', 'users']

const MOST_PLAYS = 10_000

/** When it ends and how many plays there are. */
export function useTerms(zone: string, plays: number) {
  const [until, setUntil] = useState('')
  const [count, setCount] = useState(plays)
  const end = until ? zonedInstant(until, zone) : undefined
  const invalid = until !== '' && (!end || end.getTime() <= Date.now())
  return {
    end,
    plays: count,
    ready: end !== undefined && !invalid && count >= 1 && count <= MOST_PLAYS,
    fields: (longest: string) => (
      <>
        <Field
          label={`Until (${zone})`}
          required
          hint={`At most ${longest}.`}
          validationMessage={invalid ? 'Choose a time that is yet to come.' : undefined}
        >
          <Input type="datetime-local" value={until} onChange={(_, data) => setUntil(data.value)} />
        </Field>
        <Field label="Plays" required hint="Each time a recording is opened to listen counts as one.">
          <SpinButton
            min={1}
            max={MOST_PLAYS}
            value={count}
            onChange={(_, data) => {
              const next = data.value ?? Number.parseInt(data.displayValue ?? '', 10)
              if (Number.isInteger(next)) setCount(next)
            }}
          />
        </Field>
      </>
    ),
  }
}

export function MatterSelect({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const matters = useMatters()
  const open = (matters.data ?? []).filter((matter: Matter) => matter.closedAt === null)
  return (
    <Field
      label="Matter"
      required
      hint="Compliance officers make matters and keep their lists."
      validationMessage={matters.data && open.length === 0 ? 'There is no open matter yet.' : undefined}
    >
      <Select value={value} onChange={(_, data) => onChange(data.value)}>
        <option value="">Choose a matter</option>
        {open.map((matter) => (
          <option key={matter.id} value={matter.id}>
            {matter.name}
          </option>
        ))}
      </Select>
    </Field>
  )
}

/** A link that is shown once, and for whom it is. */
export type Link = { name: string; link: string }

type WithLink = { onLink: (link: Link) => void }

export function InviteDialog({ zone, onLink, onClose }: WithLink & { zone: string; onClose: () => void }) {
  const [name, setName] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [matter, setMatter] = useState('')
  const [reason, setReason] = useState('')
  const [provider, setProvider] = useState('')
  const [download, setDownload] = useState(false)
  const terms = useTerms(zone, 10)
  return (
    <FormDialog
      title="Invite a guest"
      submit="Invite"
      changes={changes}
      onClose={onClose}
      disabled={!name.trim() || !matter || !reason.trim() || !terms.ready}
      onSubmit={async () => {
        const made = await unwrap(
          api.POST('/api/v1/guests', {
            body: {
              name: name.trim(),
              ...(displayName.trim() && { displayName: displayName.trim() }),
              ...(provider.trim() && { provider: provider.trim() }),
              matter,
              download,
              reason: reason.trim(),
              until: terms.end?.toISOString() ?? '',
              plays: terms.plays,
            },
          }),
        )
        onLink({ name: made.guest.displayName, link: absolute(made.link) })
      }}
    >
      <Field label="Account name" required hint="Such as the e-mail address.">
        <Input value={name} autoComplete="off" onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label="Name">
        <Input value={displayName} autoComplete="off" onChange={(_, data) => setDisplayName(data.value)} />
      </Field>
      <MatterSelect value={matter} onChange={setMatter} />
      <Field label="Why" required>
        <Textarea value={reason} maxLength={500} onChange={(_, data) => setReason(data.value)} />
      </Field>
      {terms.fields('366 days ahead')}
      <Checkbox
        label="May download audio; each download counts as a play"
        checked={download}
        onChange={(_, data) => setDownload(data.checked === true)}
      />
      <Field
        label="Identity provider"
        hint="The id of one of this tenant’s. Left empty, the guest chooses a password and sets up a second factor."
      >
        <Input value={provider} autoComplete="off" onChange={(_, data) => setProvider(data.value)} />
      </Field>
    </FormDialog>
  )
}

function absolute(link: string) {
  return new URL(link, location.origin).toString()
}

/** Shows the link, this once. */
export function LinkDialog({ name, link, onClose }: Link & { onClose: () => void }) {
  const styles = useTableStyles()
  const [copied, setCopied] = useState(false)
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>The invitation of {name}</DialogTitle>
          <DialogContent className={styles.form}>
            <Text>
              Send this link to {name} in a way that nobody else reads. It is shown this once, can be used
              once, and is over after seven days.
            </Text>
            <Field label="Link">
              <Input readOnly value={link} onFocus={(event) => event.target.select()} />
            </Field>
          </DialogContent>
          <DialogActions>
            <Button
              onClick={() =>
                navigator.clipboard?.writeText(link).then(
                  () => setCopied(true),
                  () => setCopied(false),
                )
              }
            >
              {copied ? 'Copied' : 'Copy'}
            </Button>
            <Button appearance="primary" onClick={onClose}>
              Done
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}

type OfGuest = { guest: Guest; zone: string; onClose: () => void }

export function RenewDialog({ guest, onLink, onClose }: WithLink & { guest: Guest; onClose: () => void }) {
  return (
    <FormDialog
      title={`A new link for ${guest.displayName}?`}
      submit="Make a new link"
      changes={changes}
      onClose={onClose}
      onSubmit={async () => {
        const made = await unwrap(
          api.POST('/api/v1/guests/{user}/invitation', { params: { path: { user: guest.id } } }),
        )
        onLink({ name: guest.displayName, link: absolute(made.link) })
      }}
    >
      <Text>The former link can’t be used any more.</Text>
    </FormDialog>
  )
}

export function ExtendDialog({ guest, zone, onClose }: OfGuest) {
  const terms = useTerms(zone, guest.plays)
  return (
    <FormDialog
      title={`Extend the access of ${guest.displayName}`}
      submit="Save"
      changes={changes}
      onClose={onClose}
      disabled={!terms.ready}
      onSubmit={() =>
        unwrap(
          api.PUT('/api/v1/guests/{user}', {
            params: { path: { user: guest.id } },
            body: { until: terms.end?.toISOString() ?? '', plays: terms.plays },
          }),
        )
      }
    >
      <Text>
        So far until {formatInstant(guest.until, zone)}; {guest.playsUsed} of {guest.plays} plays are used. A
        sooner end counts at once.
      </Text>
      {terms.fields('366 days ahead')}
    </FormDialog>
  )
}
