import { Field, Input, Text } from '@fluentui/react-components'
import { useState } from 'react'
import { api, unwrap } from '../api/client'
import { FormDialog } from '../app/FormDialog'

type Props = {
  tenant: string
  user: string
  onUsed: (given: { tenant: string; user: string; until: string }) => void
  onClose: () => void
}

/** Uses a sealed code of the tenant's safe, for somebody who is locked out. */
export function LockedOutDialog({ tenant: firstTenant, user: firstUser, onUsed, onClose }: Props) {
  const [tenant, setTenant] = useState(firstTenant)
  const [user, setUser] = useState(firstUser)
  const [code, setCode] = useState('')
  return (
    <FormDialog
      title="Use a sealed code"
      submit="Break the glass"
      changes={[]}
      onClose={onClose}
      disabled={!tenant.trim() || !user.trim() || !code.trim()}
      onSubmit={async () => {
        const given = await unwrap(
          api.POST('/api/v1/break-glass', {
            body: { tenant: tenant.trim(), user: user.trim(), code: code.trim() },
          }),
        )
        onUsed({ tenant: tenant.trim(), user: given.user, until: given.until })
      }}
    >
      <Text>
        Where no administrator can sign in, a code from your safe makes an existing account a tenant admin for
        24 hours. It never lets anybody hear calls. All privileged people hear of it at once, and one of them
        must review it within five days.
      </Text>
      <Field label="Tenant" required>
        <Input value={tenant} maxLength={40} onChange={(_, data) => setTenant(data.value)} />
      </Field>
      <Field label="User name" required>
        <Input value={user} maxLength={200} onChange={(_, data) => setUser(data.value)} />
      </Field>
      <Field label="Code" required>
        <Input
          value={code}
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
          onChange={(_, data) => setCode(data.value)}
        />
      </Field>
    </FormDialog>
  )
}
