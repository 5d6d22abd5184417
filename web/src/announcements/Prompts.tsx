import { Badge, Button, Spinner } from '@fluentui/react-components'
import { SpeakerOffRegular } from '@fluentui/react-icons'
import { type ReactNode, useState } from 'react'
import type { Prompt } from '../api/client'
import { Failed } from '../app/Failed'
import { Message } from '../app/Message'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { PromptDialog, WithdrawDialog } from './dialogs'
import { soundOf, usePrompts } from './queries'

const columns = ['Prompt', 'Language', 'Version', 'What it says', 'Added', 'Listen', '']

/** What can be played to a party: in languages and versions. */
export function Prompts({ change, zone }: { change: boolean; zone: string }) {
  const styles = useTableStyles()
  const prompts = usePrompts()
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  return (
    <>
      {change && (
        <div className={styles.top}>
          <Button appearance="primary" onClick={() => setDialog(<PromptDialog onClose={close} />)}>
            Add a prompt
          </Button>
        </div>
      )}
      {prompts.isError && <Failed title="The prompts can’t be read" error={prompts.error} />}
      {prompts.isPending && <Spinner label="Loading" />}
      {prompts.data?.length === 0 && (
        <Message
          icon={<SpeakerOffRegular />}
          title="There is no prompt yet"
          text="A prompt is what a party hears before the conversation is recorded. It is recognised in recordings, so that each of them proves that it was played."
        />
      )}
      {prompts.data && prompts.data.length > 0 && (
        <section className={styles.box} aria-label="Prompts" tabIndex={-1}>
          <table className={styles.table}>
            <thead>
              <tr>
                {columns.map((name) => (
                  <th key={name} scope="col" className={styles.head}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {prompts.data.map((prompt) => (
                <Row
                  key={soundOf(prompt)}
                  prompt={prompt}
                  zone={zone}
                  onWithdraw={
                    change ? () => setDialog(<WithdrawDialog prompt={prompt} onClose={close} />) : undefined
                  }
                />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {dialog}
    </>
  )
}

function Row({ prompt, zone, onWithdraw }: { prompt: Prompt; zone: string; onWithdraw?: () => void }) {
  const styles = useTableStyles()
  const [heard, setHeard] = useState(false)
  return (
    <tr>
      <td className={styles.cell}>{prompt.name}</td>
      <td className={styles.cell}>{prompt.language}</td>
      <td className={styles.cell}>{prompt.version}</td>
      <td className={styles.cell}>
        {prompt.text ?? <span className={styles.quiet}>Not written down</span>}
        <div className={styles.quiet} title={prompt.sha256}>
          {(prompt.durationMs / 1000).toFixed(1)} s · SHA-256 {prompt.sha256.slice(0, 16)}…
        </div>
      </td>
      <td className={styles.cell}>
        {formatInstant(prompt.addedAt, zone)}
        <div className={styles.quiet}>{prompt.addedBy}</div>
      </td>
      <td className={styles.cell}>
        {heard ? (
          // biome-ignore lint/a11y/useMediaCaption: what it says stands beside it
          <audio controls autoPlay src={soundOf(prompt)} aria-label={`Prompt ${prompt.name}`} />
        ) : (
          <Button size="small" onClick={() => setHeard(true)}>
            Play
          </Button>
        )}
      </td>
      <td className={styles.cell}>
        {prompt.withdrawnAt ? (
          <Badge appearance="tint" color="subtle" title={formatInstant(prompt.withdrawnAt, zone)}>
            Out of use
          </Badge>
        ) : (
          onWithdraw && (
            <Button size="small" appearance="subtle" onClick={onWithdraw}>
              Take out of use
            </Button>
          )
        )}
      </td>
    </tr>
  )
}
