import { Button, Field, Input, Text } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { FactList } from '../call/FactList'
import { directions } from '../lib/words'
import { fallbacks, modes } from './queries'

/** What would be announced in a call now, and why. */
export function Ask() {
  const styles = useTableStyles()
  const [call, setCall] = useState({ from: '', to: '', language: '' })
  const ask = useMutation({
    mutationFn: (given: typeof call) =>
      unwrap(
        api.GET('/api/v1/announcements/decision', {
          params: {
            query: {
              from: given.from || undefined,
              to: given.to || undefined,
              language: given.language || undefined,
            },
          },
        }),
      ),
  })
  function send(event: FormEvent) {
    event.preventDefault()
    ask.mutate(call)
  }
  const field = (name: keyof typeof call, label: string) => (
    <Field label={label}>
      <Input value={call[name]} onChange={(_, data) => setCall({ ...call, [name]: data.value })} />
    </Field>
  )
  const answer = ask.data
  return (
    <section className={styles.box} aria-label="What would be announced" tabIndex={-1}>
      <div className={styles.page}>
        <form className={styles.row} onSubmit={send}>
          {field('from', 'From')}
          {field('to', 'To')}
          {field('language', 'Language')}
          <Button type="submit" appearance="primary" disabledFocusable={ask.isPending}>
            Ask
          </Button>
        </form>
        {ask.isError && <Failed title="There is no answer" error={ask.error} />}
        {answer && (
          <>
            <Text role="status">
              {modes[answer.mode]}: {answer.reason}.
            </Text>
            <FactList
              facts={[
                ['Direction', directions[answer.direction]],
                [
                  'Prompt',
                  answer.prompt &&
                    (answer.version
                      ? `${answer.prompt}, ${answer.language}, version ${answer.version}`
                      : `${answer.prompt}, of which no version is in use`),
                ],
                ['Played by', answer.play && `sip:annc@recorder;play=${answer.play}`],
                ['If it can’t be played', answer.fallback && fallbacks[answer.fallback]],
                ['Policy', `Version ${answer.policyVersion}`],
              ]}
            />
          </>
        )}
      </div>
    </section>
  )
}
