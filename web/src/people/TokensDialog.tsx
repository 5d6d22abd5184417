import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  Text,
} from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Permission, type User, unwrap } from '../api/client'
import { CheckGroup } from '../app/CheckGroup'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { useTokens } from './provisioning'

/** What service accounts are made for; more of it by the API. */
const scopes: [Permission, string][] = [
  ['provisioning', 'Keep people in step (SCIM)'],
  ['search', 'Find calls'],
  ['listen', 'Hear calls'],
  ['download', 'Take audio away'],
  ['audit', 'Read the audit trail'],
  ['people-read', 'See people and teams'],
]

/** The tokens of an account: what there is, a new one for a service account, an end to one. */
export function TokensDialog({ user, zone, onClose }: { user: User; zone: string; onClose: () => void }) {
  const styles = useTableStyles()
  const client = useQueryClient()
  const tokens = useTokens(user.id)
  const [name, setName] = useState('')
  const [days, setDays] = useState('90')
  const [chosen, setChosen] = useState<Permission[]>(['provisioning'])
  const changed = () => client.invalidateQueries({ queryKey: ['tokens', user.id] })
  const path = { user: user.id }
  const make = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/api/v1/users/{user}/tokens', {
          params: { path },
          body: { name: name.trim(), days: Number(days), scopes: chosen },
        }),
      ),
    onSuccess: changed,
  })
  const revoke = useMutation({
    mutationFn: (token: string) =>
      unwrap(api.DELETE('/api/v1/users/{user}/tokens/{token}', { params: { path: { ...path, token } } })),
    onSuccess: changed,
  })
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Tokens of {user.displayName}</DialogTitle>
          <DialogContent className={styles.form}>
            {[tokens, make, revoke].map(
              (each) =>
                each.isError && (
                  <Failed key={each.error.message} title="It was not done" error={each.error} />
                ),
            )}
            {tokens.data?.map((token) => (
              <div key={token.id} className={styles.badges}>
                <Text>
                  {token.name}: {token.scopes?.join(', ') ?? 'all that the account may'}; until{' '}
                  {formatInstant(token.expiresAt, zone)}
                </Text>
                <Button size="small" onClick={() => revoke.mutate(token.id)}>
                  Revoke
                </Button>
              </div>
            ))}
            {tokens.data?.length === 0 && <Text>There is none that can be used.</Text>}
            {make.data && (
              <Field label="The new token, shown this once">
                <Input readOnly value={make.data.token} />
              </Field>
            )}
            {user.kind === 'service' && (
              <>
                <Field label="Name" required>
                  <Input value={name} autoComplete="off" onChange={(_, data) => setName(data.value)} />
                </Field>
                <Field label="Days" hint="1 to 366">
                  <Input
                    type="number"
                    min={1}
                    max={366}
                    value={days}
                    onChange={(_, data) => setDays(data.value)}
                  />
                </Field>
                <CheckGroup label="It may" options={scopes} chosen={chosen} onChange={setChosen} />
              </>
            )}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>Close</Button>
            {user.kind === 'service' && (
              <Button
                appearance="primary"
                disabledFocusable={!name.trim() || chosen.length === 0 || make.isPending}
                onClick={() => make.mutate()}
              >
                Make a token
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  )
}
