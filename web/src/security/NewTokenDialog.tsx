import { Field, Input, MessageBar, MessageBarBody, Text } from '@fluentui/react-components'
import { useState } from 'react'
import { api, unwrap } from '../api/client'
import { FormDialog } from '../app/FormDialog'

type Props = { onMade: (token: { name: string; token: string }) => void; onClose: () => void }

/** Makes a bearer token for a program. */
export function NewTokenDialog({ onMade, onClose }: Props) {
  const [name, setName] = useState('')
  const [days, setDays] = useState('90')
  const number = Number(days)
  const right = Number.isInteger(number) && number >= 1 && number <= 366
  return (
    <FormDialog
      title="Make a token"
      submit="Make"
      changes={['own-tokens']}
      onClose={onClose}
      disabled={!name.trim() || !right}
      onSubmit={async () =>
        onMade(await unwrap(api.POST('/api/v1/tokens', { body: { name: name.trim(), days: number } })))
      }
    >
      <Field label="Name" required hint="For what it is used.">
        <Input value={name} maxLength={100} autoComplete="off" onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field
        label="Days until it ends"
        required
        {...(!right && { validationState: 'error', validationMessage: '1 to 366' })}
      >
        <Input value={days} inputMode="numeric" onChange={(_, data) => setDays(data.value)} />
      </Field>
      <Text size={200}>A program that has it can do all that you can, so give it a short time.</Text>
    </FormDialog>
  )
}

/** The text of a token, which is shown once. */
export function NewToken({ name, token }: { name: string; token: string }) {
  return (
    <MessageBar intent="success" layout="multiline">
      <MessageBarBody>
        Token {name}: <code>{token}</code> It is shown this once; copy it now.
      </MessageBarBody>
    </MessageBar>
  )
}
