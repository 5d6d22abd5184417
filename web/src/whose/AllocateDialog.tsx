import { Field, Input, Text } from '@fluentui/react-components'
import { useState } from 'react'
import { type AllocationKind, type AllocationResult, api, unwrap } from '../api/client'
import { CheckedFile, useCheckedFile } from '../app/CheckedFile'
import { FormDialog } from '../app/FormDialog'

const kinds: Record<AllocationKind, { name: string; columns: string; asked: boolean }> = {
  rules: {
    name: 'Matching rules, all of them',
    columns: 'rule, looks-at, header, value, tenant',
    asked: true,
  },
  numbers: { name: 'Numbers and ranges', columns: 'number, tenant', asked: true },
  srcs: {
    name: 'Recording clients',
    columns: 'src, networks, tenant, proof, tls-identity, answer, options',
    asked: true,
  },
  tenants: {
    name: 'Tenants and quotas',
    columns:
      'tenant, name, zone, domains, retention-years, guaranteed-calls, max-calls, number-screening, trial (true or false, for new ones)',
    asked: false,
  },
}

function send(
  kind: AllocationKind,
  file: string,
  dryRun: boolean,
  reason?: string,
): Promise<AllocationResult> {
  return unwrap(
    api.POST('/api/v1/allocation/{kind}', {
      params: { path: { kind }, query: { dryRun, reason } },
      body: file as never,
      headers: { 'Content-Type': 'text/csv' },
      bodySerializer: (body) => body as unknown as string,
    }),
  )
}

/** Takes a file, says what it would change or what is wrong in it, and then gives it out or asks for it. */
export function AllocateDialog({ onClose }: { onClose: () => void }) {
  const checked = useCheckedFile<AllocationKind, AllocationResult['changes'][number]>('rules', send)
  const [reason, setReason] = useState('')
  const { asked } = kinds[checked.kind]
  return (
    <FormDialog
      title="Allocate from a CSV file"
      submit={asked ? 'Ask' : 'Allocate'}
      changes={['allocation', 'approvals', 'srcs']}
      onClose={onClose}
      disabled={!checked.ready || (asked && !reason.trim())}
      onSubmit={() => send(checked.kind, checked.file ?? '', false, asked ? reason.trim() : undefined)}
    >
      <CheckedFile
        checked={checked}
        kinds={kinds}
        change={(change) => (
          <Text key={`${change.object} ${change.tenant}`} size={200} style={{ whiteSpace: 'pre-line' }}>
            {change.object}: {change.after}
            {change.before && `\nnow: ${change.before}`}
          </Text>
        )}
      >
        {asked && (
          <Field label="Reason" required hint="Another operator decides; it is in the audit trail">
            <Input value={reason} maxLength={1000} onChange={(_, data) => setReason(data.value)} />
          </Field>
        )}
      </CheckedFile>
    </FormDialog>
  )
}
