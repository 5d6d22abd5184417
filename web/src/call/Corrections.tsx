import { Button, Checkbox, Field, Input, Text, Textarea } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Correction, type Party, unwrap } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { formatInstant } from '../lib/format'
import { Card } from './Card'

/** What was corrected in a call’s parties, and the way to correct them. */
export function Corrections({
  id,
  parties,
  correct,
  zone,
}: {
  id: string
  parties: Party[]
  correct: boolean
  zone: string
}) {
  const [correcting, setCorrecting] = useState(false)
  const made = useQuery({
    queryKey: ['call', id, 'corrections'],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/recordings/{id}/corrections', { params: { path: { id } }, signal })),
  })
  const items = made.data?.items ?? []
  if (items.length === 0 && !correct) return null
  return (
    <Card title="Corrections">
      {items.map((each) => (
        <Text key={each.number} block size={200}>
          {correctionText(each)} · {each.actor} · {formatInstant(each.at, zone)}: {each.reason}
        </Text>
      ))}
      {correct && (
        <div>
          <Button size="small" onClick={() => setCorrecting(true)}>
            Correct parties…
          </Button>
        </div>
      )}
      {correcting && <CorrectDialog id={id} parties={parties} onClose={() => setCorrecting(false)} />}
    </Card>
  )
}

function named(party: Party): string {
  return `${party.name ?? party.number ?? 'unknown'}${party.side ? ` (${party.side})` : ''}`
}

/** What was and what became of it. */
export function correctionText(correction: Correction): string {
  return `${correction.before.map(named).join(', ')} → ${correction.after.map(named).join(', ')}`
}

function CorrectDialog({ id, parties, onClose }: { id: string; parties: Party[]; onClose: () => void }) {
  const [edited, setEdited] = useState(
    parties.map((party) => ({ number: party.number ?? '', name: party.name ?? '' })),
  )
  const [swapSides, setSwapSides] = useState(false)
  const [reason, setReason] = useState('')
  const renamed = parties.some(
    (party, i) => edited[i]?.number !== (party.number ?? '') || edited[i]?.name !== (party.name ?? ''),
  )
  function edit(index: number, change: { number?: string; name?: string }) {
    setEdited(edited.map((each, i) => (i === index ? { ...each, ...change } : each)))
  }
  return (
    <FormDialog
      title="Correct the parties"
      submit="Correct"
      changes={['call', 'calls']}
      onClose={onClose}
      disabled={!reason.trim() || !(renamed || swapSides)}
      onSubmit={() =>
        unwrap(
          api.POST('/api/v1/recordings/{id}/corrections', {
            params: { path: { id } },
            body: {
              parties: renamed
                ? parties.map((party, i) => {
                    const now = edited[i] ?? { number: '', name: '' }
                    const same = now.number === (party.number ?? '') && now.name === (party.name ?? '')
                    return {
                      number: now.number.trim() || null,
                      name: now.name.trim() || null,
                      // Somebody else is not the user whose number it was
                      userId: same ? party.userId : null,
                    }
                  })
                : null,
              swapSides,
              reason: reason.trim(),
            },
          }),
        )
      }
    >
      <Text>What the recorder saw stays in the archived call record, and beside each correction.</Text>
      {edited.map((party, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parties have no other name, and keep their places
        <div key={i}>
          <Field label={`Name of party ${i + 1}`}>
            <Input value={party.name} maxLength={200} onChange={(_, data) => edit(i, { name: data.value })} />
          </Field>
          <Field label={`Number of party ${i + 1}`}>
            <Input
              value={party.number}
              maxLength={40}
              onChange={(_, data) => edit(i, { number: data.value })}
            />
          </Field>
        </div>
      ))}
      <Checkbox
        label="Whoever is heard left is heard right, and the other way round"
        checked={swapSides}
        onChange={(_, data) => setSwapSides(data.checked === true)}
      />
      <Field label="Reason" required>
        <Textarea value={reason} maxLength={1000} onChange={(_, data) => setReason(data.value)} />
      </Field>
    </FormDialog>
  )
}
