import { Tab, TabList, Title3 } from '@fluentui/react-components'
import { LockClosedRegular } from '@fluentui/react-icons'
import { useEffect } from 'react'
import { useSearchParams } from 'react-router'
import type { Permission } from '../api/client'
import { Message } from '../app/Message'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { may } from '../lib/words'
import { Allocation } from '../whose/Allocation'
import { Numbers } from '../whose/Numbers'
import { Quarantine } from '../whose/Quarantine'
import { WrongTenant } from '../whose/WrongTenant'

type Part = 'allocation' | 'numbers' | 'quarantine' | 'wrong-tenant'

const parts: { part: Part; label: string; needs: Permission[] }[] = [
  { part: 'allocation', label: 'Tenants and rules', needs: ['tenant-matching', 'srcs-own'] },
  { part: 'numbers', label: 'Holders of numbers', needs: ['people-read'] },
  { part: 'quarantine', label: 'Quarantine', needs: ['tenant-matching'] },
  { part: 'wrong-tenant', label: 'Wrong tenant', needs: ['tenant-matching'] },
]

export default function WhoseCallPage() {
  const session = useSession()
  const table = useTableStyles()
  const [parameters, setParameters] = useSearchParams()
  useEffect(() => {
    document.title = 'Whose call · Earwitness'
  }, [])
  const open = parts.filter(({ needs }) => needs.some((need) => may(session, need)))
  const chosen = open.find(({ part }) => part === parameters.get('part')) ?? open[0]
  if (!chosen) {
    return (
      <Message
        icon={<LockClosedRegular />}
        title="Your role can’t see whose calls are whose"
        text="Platform operators give numbers and rules to tenants; tenant admins, recording admins and auditors see their own."
      />
    )
  }
  return (
    <div className={table.page}>
      <Title3 as="h1" className={table.title} style={{ flexGrow: 0 }}>
        Whose call
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
      {chosen.part === 'allocation' && <Allocation change={may(session, 'tenant-matching')} />}
      {chosen.part === 'numbers' && <Numbers change={may(session, 'people')} zone={session.zone} />}
      {chosen.part === 'quarantine' && <Quarantine zone={session.zone} />}
      {chosen.part === 'wrong-tenant' && <WrongTenant zone={session.zone} />}
    </div>
  )
}
