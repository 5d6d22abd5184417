import { Tab, TabList, Title3 } from '@fluentui/react-components'
import { LockClosedRegular } from '@fluentui/react-icons'
import { useEffect, useState } from 'react'
import { Ask } from '../announcements/Ask'
import { Pausing } from '../announcements/PauseSettings'
import { Policy } from '../announcements/Policy'
import { Prompts } from '../announcements/Prompts'
import { Report } from '../announcements/Report'
import { Message } from '../app/Message'
import { useSession } from '../app/session'
import { useTableStyles } from '../app/table'
import { may } from '../lib/words'

export default function AnnouncementsPage() {
  const styles = useTableStyles()
  const session = useSession()
  const [tab, setTab] = useState('prompts')
  useEffect(() => {
    document.title = 'Announcements · Earwitness'
  }, [])
  if (!may(session, 'announcements-read')) {
    return (
      <Message
        icon={<LockClosedRegular />}
        title="Your role can’t see announcements"
        text="They are set by recording admins, and shown to tenant admins, compliance officers and auditors."
      />
    )
  }
  const change = may(session, 'announcements')
  return (
    <div className={styles.page}>
      <div className={styles.top}>
        <Title3 as="h1" className={styles.title}>
          Announcements
        </Title3>
        <TabList selectedValue={tab} onTabSelect={(_, data) => setTab(String(data.value))}>
          <Tab value="prompts">Prompts</Tab>
          <Tab value="policy">Policy</Tab>
          <Tab value="ask">What would be announced</Tab>
          <Tab value="report">Report</Tab>
          <Tab value="pause">Pausing</Tab>
        </TabList>
      </div>
      {tab === 'prompts' && <Prompts change={change} zone={session.zone} />}
      {tab === 'policy' && <Policy change={change} zone={session.zone} />}
      {tab === 'ask' && <Ask />}
      {tab === 'report' && <Report />}
      {tab === 'pause' && <Pausing change={change} />}
    </div>
  )
}
