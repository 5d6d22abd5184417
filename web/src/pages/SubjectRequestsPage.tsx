import { Button, Spinner, Text } from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'
import { Failed } from '../app/Failed'
import { Page, PageHead } from '../app/Page'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { may } from '../lib/words'
import { OpenDialog } from '../subjects/dialogs'
import { kinds, states, useRequests } from '../subjects/queries'
import { Request } from '../subjects/Request'

export default function SubjectRequestsPage() {
  const session = useSession()
  return (
    <Page
      title="Subject requests"
      allowed={may(session, 'subject-requests')}
      refused={{
        title: 'Your role can’t see subject requests',
        text: 'What people who were recorded ask for is answered by compliance officers.',
      }}
    >
      <Requests zone={session.zone} />
    </Page>
  )
}

function Requests({ zone }: { zone: string }) {
  const styles = useTableStyles()
  const [state, setState] = useState<'open' | 'closed'>('open')
  const [selected, setSelected] = useState<string>()
  const [dialog, setDialog] = useState<ReactNode>()
  const requests = useRequests(state)
  const shown = requests.data?.items.find((each) => each.id === selected)
  return (
    <div className={styles.page}>
      <PageHead title="Subject requests">
        <Button onClick={() => setState(state === 'open' ? 'closed' : 'open')}>
          {state === 'open' ? 'Show closed ones' : 'Show open ones'}
        </Button>
        <Button
          appearance="primary"
          onClick={() => setDialog(<OpenDialog onClose={() => setDialog(undefined)} />)}
        >
          Enter a request
        </Button>
      </PageHead>
      <Text>What people who were recorded ask for: a copy, restriction, objection, or erasure.</Text>
      {requests.isPending && <Spinner label="Loading" />}
      {requests.isError && <Failed title="The requests can’t be read" error={requests.error} />}
      {requests.data && requests.data.items.length === 0 && <Text>There are none.</Text>}
      {requests.data && requests.data.items.length > 0 && (
        <table className={styles.table} aria-label="Requests">
          <thead>
            <tr>
              {['Who asks', 'For', 'Received', 'To be answered before', 'State', ''].map((name) => (
                <th key={name} scope="col" className={styles.head}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {requests.data.items.map((request) => (
              <tr key={request.id}>
                <td className={styles.cell}>{request.name}</td>
                <td className={styles.cell}>{kinds[request.kind]}</td>
                <td className={styles.cell}>{request.received}</td>
                <td className={styles.cell}>
                  {formatInstant(request.due, zone)}
                  {request.overdue && ' (late)'}
                </td>
                <td className={styles.cell}>{states[request.state]}</td>
                <td className={`${styles.cell} ${styles.actions}`}>
                  <Button
                    size="small"
                    appearance="subtle"
                    onClick={() => setSelected(selected === request.id ? undefined : request.id)}
                  >
                    {selected === request.id ? 'Hide' : 'Show'}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {shown && <Request request={shown} zone={zone} />}
      {dialog}
    </div>
  )
}
