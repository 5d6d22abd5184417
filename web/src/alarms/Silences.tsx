import { Button, Text } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { useSilences } from './queries'

/** What is silenced now, and until when; nothing if nothing is. */
export function Silences({ change, zone }: { change: boolean; zone: string }) {
  const styles = useTableStyles()
  const client = useQueryClient()
  const silences = useSilences()
  const end = useMutation({
    mutationFn: (silence: string) =>
      unwrap(api.DELETE('/api/v1/alarms/silences/{silence}', { params: { path: { silence } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['alarms'] }),
  })
  if (silences.isError) return <Failed title="The silences can’t be read" error={silences.error} />
  if (!silences.data?.length) return null
  return (
    <section aria-label="Silences">
      {end.isError && <Failed title="It was not ended" error={end.error} />}
      {silences.data.map((silence) => (
        <div key={silence.id} className={styles.row}>
          <Text>
            <b>{[silence.kind, silence.object].filter(Boolean).join(' on ')}</b> is silenced until{' '}
            {formatInstant(silence.until, zone)} by {silence.by}: {silence.reason}
          </Text>
          {change && (
            <Button
              size="small"
              appearance="subtle"
              disabledFocusable={end.isPending}
              onClick={() => end.mutate(silence.id)}
            >
              End the silence
            </Button>
          )}
        </div>
      ))}
    </section>
  )
}
