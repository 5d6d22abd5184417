import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  Text,
} from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'
import { api, type ProvisioningHold, unwrap } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { holdText, useHolds, useRemovals, waiting } from './provisioning'

/** Says what an identity provider is kept from, and what it did; an administrator decides. */
export function HoldBar({ change, onOpen }: { change: boolean; onOpen: (dialog: ReactNode) => void }) {
  const hold = waiting(useHolds().data ?? [])
  const removed = useRemovals().data?.length ?? 0
  const close = () => onOpen(undefined)
  return (
    <>
      {hold && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            <MessageBarTitle>The identity provider waits for a decision</MessageBarTitle>
            {holdText(hold)}
          </MessageBarBody>
          {change && (
            <MessageBarActions>
              <Button onClick={() => onOpen(<DecideDialog hold={hold} onClose={close} />)}>Decide</Button>
            </MessageBarActions>
          )}
        </MessageBar>
      )}
      {removed > 0 && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>
            {removed === 1
              ? 'One person was put out of use by the identity provider in the last 7 days.'
              : `${removed} people were put out of use by the identity provider in the last 7 days.`}
          </MessageBarBody>
          {change && (
            <MessageBarActions>
              <Button onClick={() => onOpen(<UndoDialog onClose={close} />)}>Undo …</Button>
            </MessageBarActions>
          )}
        </MessageBar>
      )}
    </>
  )
}

function DecideDialog({ hold, onClose }: { hold: ProvisioningHold; onClose: () => void }) {
  const [further, setFurther] = useState(String(hold.people.length))
  const number = /^\d{1,7}$/.test(further.trim()) ? Number(further) : undefined
  return (
    <FormDialog
      title="May more people be put out of use?"
      submit={number === 0 ? 'Refuse' : 'Allow'}
      changes={['provisioning-holds']}
      onClose={onClose}
      disabled={number === undefined}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/provisioning/holds/{hold}/decision', {
            params: { path: { hold: hold.id } },
            body: { further: number ?? 0 },
          }),
        )
      }
    >
      <Text>{holdText(hold)}</Text>
      <Field
        label="How many more, within the next 24 hours"
        hint="0 refuses. The identity provider tries again by itself."
        required
      >
        <Input type="number" min={0} value={further} onChange={(_, data) => setFurther(data.value)} />
      </Field>
    </FormDialog>
  )
}

function UndoDialog({ onClose }: { onClose: () => void }) {
  const removals = useRemovals().data ?? []
  return (
    <FormDialog
      title="Undo what the identity provider did?"
      submit="Undo all"
      changes={['provisioning-removals', 'users', 'grants']}
      onClose={onClose}
      disabled={removals.length === 0}
      onSubmit={() => unwrap(api.POST('/api/v1/provisioning/removals/undo', { body: {} }))}
    >
      <Text>
        These accounts can be used again, and the grants and numbers that ended with them are there again. Set
        it right in the identity provider first, or it does the same once more.
      </Text>
      <Text>
        {removals
          .slice(0, 50)
          .map((removal) => removal.user.displayName)
          .join(', ')}
        {removals.length > 50 && ` and ${removals.length - 50} more`}
      </Text>
    </FormDialog>
  )
}
