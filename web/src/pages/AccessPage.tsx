import { Tab, TabList, Title3 } from '@fluentui/react-components'
import { LockClosedRegular } from '@fluentui/react-icons'
import { useEffect } from 'react'
import { useSearchParams } from 'react-router'
import { Grants } from '../access/Grants'
import { Matters } from '../access/Matters'
import { OwnCalls } from '../access/OwnCalls'
import { Review } from '../access/Review'
import { SignOffs } from '../access/SignOffs'
import type { Permission } from '../api/client'
import { Message } from '../app/Message'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { may } from '../lib/words'

type Part = 'review' | 'grants' | 'matters' | 'sign-offs'

const parts: { part: Part; label: string; needs: Permission }[] = [
  { part: 'review', label: 'Who can hear…', needs: 'access-review' },
  { part: 'grants', label: 'Grants', needs: 'people-read' },
  { part: 'matters', label: 'Matters', needs: 'matters-read' },
  { part: 'sign-offs', label: 'Reviews', needs: 'access-review' },
]

export default function AccessPage() {
  const session = useSession()
  const table = useTableStyles()
  const [parameters, setParameters] = useSearchParams()
  useEffect(() => {
    document.title = 'Access · Earwitness'
  }, [])
  const open = parts.filter(({ needs }) => may(session, needs))
  const chosen = open.find(({ part }) => part === parameters.get('part')) ?? open[0]
  if (!chosen) {
    return (
      <Message
        icon={<LockClosedRegular />}
        title="Your role can’t see who has access"
        text="Tenant admins and auditors see grants and who can hear what; compliance officers keep matters."
      />
    )
  }
  return (
    <div className={table.page}>
      <Title3 as="h1" className={table.title} style={{ flexGrow: 0 }}>
        Access
      </Title3>
      <TabList
        selectedValue={chosen.part}
        onTabSelect={(_, data) => setParameters({ part: String(data.value) }, { replace: true })}
      >
        {open.map(({ part, label }) => (
          <Tab key={part} value={part}>
            {label}
          </Tab>
        ))}
      </TabList>
      {chosen.part === 'review' && <Review people={may(session, 'people-read')} zone={session.zone} />}
      {chosen.part === 'grants' && <OwnCalls change={may(session, 'people')} />}
      {chosen.part === 'grants' && <Grants change={may(session, 'people')} zone={session.zone} />}
      {chosen.part === 'sign-offs' && <SignOffs sign={may(session, 'access-sign-off')} zone={session.zone} />}
      {chosen.part === 'matters' && <Matters change={may(session, 'matters')} zone={session.zone} />}
    </div>
  )
}
