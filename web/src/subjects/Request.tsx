import {
  Button,
  Link as FileLink,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Spinner,
  Text,
  tokens,
} from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { SubjectRequest, SubjectRequestItem } from '../api/client'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { formatCount, formatInstant } from '../lib/format'
import { CloseDialog, DecideDialog, PlanDialog, ReleaseDialog, TextDialog } from './dialogs'
import {
  askErasure,
  decisions,
  drawCode,
  execute,
  extend,
  find,
  identify,
  outcomes,
  states,
  useItems,
} from './queries'

const useStyles = makeStyles({
  steps: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalS,
    marginBlock: tokens.spacingVerticalS,
  },
})

type Props = { request: SubjectRequest; zone: string }

const path = (request: SubjectRequest) => `/api/v1/subject-requests/${request.id}`

/** One request: what was done, what is next, and its recordings. */
export function Request({ request, zone }: Props) {
  const styles = useTableStyles()
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  const { release } = request
  return (
    <section aria-label={`Request of ${request.name}`}>
      <h2 className={styles.title}>
        {request.name}: {states[request.state]}
      </h2>
      <Text block>
        {request.numbers.join(', ')} {request.person?.name}{' '}
        {request.contact && `· answer to ${request.contact}`}
      </Text>
      {request.identified && (
        <Text block>
          Who asks was made sure of by {request.identified.by}: {request.identified.text}
        </Text>
      )}
      {request.found && (
        <Text block>
          Found {formatCount(request.found.recordings)} recordings; {formatCount(request.found.disposed)} were
          deleted before; of {formatCount(request.found.others)} calls there is no recording.
        </Text>
      )}
      {request.approved && (
        <Text block>
          Asked by {request.approved.askedBy}, approved by {request.approved.approvedBy}
        </Text>
      )}
      {request.closed && <Text block>{request.closed.text}</Text>}
      {release && (
        <Text block>
          The copy can be fetched until {formatInstant(release.expires, zone)}
          {release.expired && ', which is over'}; with the link, {release.downloads} of {release.most} times
          so far.
        </Text>
      )}
      <Steps request={request} onDialog={setDialog} onClose={close} />
      {request.found && <Items request={request} zone={zone} onDialog={setDialog} onClose={close} />}
      {dialog}
    </section>
  )
}

type StepsProps = { request: SubjectRequest; onDialog: (dialog: ReactNode) => void; onClose: () => void }

/** What can be done next. */
function Steps({ request, onDialog, onClose }: StepsProps) {
  const styles = useStyles()
  const client = useQueryClient()
  const [code, setCode] = useState<string>()
  const act = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onSuccess: () => client.invalidateQueries({ queryKey: ['subject-requests'] }),
  })
  const { state, release } = request
  const ended = state === 'done' || state === 'refused' || state === 'withdrawn'
  const erases = request.counts.some((each) => each.decision === 'erase')
  const button = (label: string, onClick: () => void) => (
    <Button key={label} size="small" disabledFocusable={act.isPending} onClick={onClick}>
      {label}
    </Button>
  )
  const ask = (
    title: string,
    label: string,
    submit: string,
    run: (text: string) => Promise<unknown>,
    hint?: string,
  ) =>
    onDialog(
      <TextDialog title={title} label={label} hint={hint} submit={submit} onSubmit={run} onClose={onClose} />,
    )
  return (
    <>
      <div className={styles.steps}>
        {state === 'received' &&
          button('Who asks is known', () =>
            ask(
              'How was it made sure who asks?',
              'Method',
              'Enter',
              (text) => identify(request.id, text),
              'For example: passport, in person; called back on a known number',
            ),
          )}
        {['identified', 'found', 'decided'].includes(state) &&
          button(request.found ? 'Look again' : 'Look for recordings', () =>
            act.mutate(() => find(request.id)),
          )}
        {state === 'found' &&
          button('Decide of all others', () =>
            onDialog(<DecideDialog request={request} onClose={onClose} />),
          )}
        {state === 'decided' &&
          request.kind === 'access' &&
          button('Ask for review', () => onDialog(<ReleaseDialog id={request.id} onClose={onClose} />))}
        {state === 'decided' &&
          request.kind !== 'access' &&
          (erases
            ? button('Ask for erasure', () =>
                ask('Ask another person for the erasure', 'Reason', 'Ask', (text) =>
                  askErasure(request.id, text),
                ),
              )
            : button('Do what was decided', () => act.mutate(() => execute(request.id))))}
        {release && !release.expired && (
          <FileLink href={`${path(request)}/copy`} download>
            Download the copy
          </FileLink>
        )}
        {release &&
          !release.expired &&
          button(release.hasCode ? 'New link for the subject' : 'Link for the subject', () =>
            act.mutate(async () => setCode((await drawCode(request.id)).link)),
          )}
        {!ended &&
          !request.extended &&
          !request.overdue &&
          button('Extend', () =>
            ask('Extend the deadline by two months', 'Reason', 'Extend', (text) => extend(request.id, text)),
          )}
        {!ended && button('Close', () => onDialog(<CloseDialog id={request.id} onClose={onClose} />))}
        {request.found && (
          <FileLink href={`${path(request)}/answer`} download>
            Answer
          </FileLink>
        )}
      </div>
      {act.isPending && <Spinner size="tiny" label="Working" />}
      {act.isError && <Failed title="It was not done" error={act.error} />}
      {code && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>
            Give this link to the subject; it is shown this once: {new URL(code, location.href).toString()}
          </MessageBarBody>
        </MessageBar>
      )}
    </>
  )
}

type ItemsProps = Props & { onDialog: (dialog: ReactNode) => void; onClose: () => void }

function Items({ request, zone, onDialog, onClose }: ItemsProps) {
  const styles = useTableStyles()
  const items = useItems(request.id)
  if (items.isPending) return <Spinner label="Loading" />
  if (items.isError) return <Failed title="The recordings can’t be read" error={items.error} />
  const decidable = request.state === 'found' || request.state === 'decided'
  return (
    <>
      <table className={styles.table} aria-label="Recordings">
        <thead>
          <tr>
            {['Call', 'Decision', 'State', 'Why', ''].map((name) => (
              <th key={name} scope="col" className={styles.head}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.data.items.map((item) => (
            <tr key={item.recording}>
              <td className={styles.cell}>{formatInstant(item.start, zone)}</td>
              <td className={styles.cell}>{item.decision ? decisions[item.decision] : '–'}</td>
              <td className={styles.cell}>{outcomes[item.outcome]}</td>
              <td className={styles.cell}>{why(item)}</td>
              <td className={`${styles.cell} ${styles.actions}`}>
                {decidable && item.outcome !== 'gone' && (
                  <Button
                    size="small"
                    appearance="subtle"
                    onClick={() =>
                      onDialog(
                        <DecideDialog request={request} recording={item.recording} onClose={onClose} />,
                      )
                    }
                  >
                    Decide
                  </Button>
                )}
                {decidable && item.decision === 'release' && (
                  <Button
                    size="small"
                    appearance="subtle"
                    onClick={() =>
                      onDialog(<PlanDialog request={request.id} item={item} onClose={onClose} />)
                    }
                  >
                    What is heard
                  </Button>
                )}
                {item.decision === 'release' && (
                  // biome-ignore lint/a11y/useMediaCaption: what is said has no captions
                  <audio controls preload="none" src={`${path(request)}/items/${item.recording}/audio`} />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {items.data.next && <Text>These are the first 100; the API and the command line list all.</Text>}
    </>
  )
}

function why(item: SubjectRequestItem) {
  const kept = item.keeps
    ? `${item.keeps.immutable ? 'It can’t be deleted, only restricted: ' : 'It can’t be deleted yet: '}${item.keeps.because}`
    : item.because
  return [kept, item.reason].filter(Boolean).join('; ')
}
