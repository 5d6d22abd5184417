import {
  Badge,
  Button,
  Link,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  Select,
  Spinner,
  Switch,
  Text,
  tokens,
} from '@fluentui/react-components'
import {
  CheckmarkCircleRegular,
  ChevronDownRegular,
  ChevronRightRegular,
  MoreHorizontalRegular,
} from '@fluentui/react-icons'
import { Fragment, type ReactNode, useState } from 'react'
import { AcknowledgeDialog, SilenceDialog } from '../alarms/dialogs'
import { severities, useAlarms } from '../alarms/queries'
import { Severity } from '../alarms/Severity'
import { Silences } from '../alarms/Silences'
import type { Alarm, AlarmSeverity } from '../api/client'
import { Failed } from '../app/Failed'
import { Message } from '../app/Message'
import { Page, PageHead } from '../app/Page'
import { useSession } from '../app/session'
import { useTableStylesWith } from '../app/table'
import { formatInstant } from '../lib/format'
import { may } from '../lib/words'

const useOwnStyles = makeStyles({
  table: { minWidth: '860px' },
  toggle: { minWidth: 0, paddingLeft: 0, textAlign: 'left', fontWeight: tokens.fontWeightSemibold },
  details: {
    padding: `${tokens.spacingVerticalM} 36px`,
    backgroundColor: tokens.colorNeutralBackground2,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  facts: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, maxWidth: '110ch' },
  attempts: { margin: 0, paddingLeft: '18px' },
  more: { padding: tokens.spacingVerticalS, display: 'flex', justifyContent: 'center' },
})

const useStyles = () => useTableStylesWith(useOwnStyles())

export default function AlarmsPage() {
  const session = useSession()
  return (
    <Page
      title="Alarms"
      allowed={may(session, 'alarms-read')}
      refused={{
        title: 'Your role can’t see alarms',
        text: 'They are shown to platform operators, and those of a tenant to its administrators, compliance officers and auditors.',
      }}
    >
      <Alarms change={may(session, 'alarms')} zone={session.zone} />
    </Page>
  )
}

function Alarms({ change, zone }: { change: boolean; zone: string }) {
  const styles = useStyles()
  const [all, setAll] = useState(false)
  const [severity, setSeverity] = useState<AlarmSeverity | ''>('')
  const [open, setOpen] = useState<string>()
  const [dialog, setDialog] = useState<ReactNode>()
  const close = () => setDialog(undefined)
  const alarms = useAlarms(all, severity)
  const shown = alarms.data?.pages.flatMap((page) => page.items) ?? []
  const columns = ['Severity', 'Alarm', 'About', 'Since', 'State', ...(change ? ['Changes'] : [])]
  return (
    <div className={styles.page}>
      <PageHead title="Alarms">
        <Select
          aria-label="Severity"
          value={severity}
          onChange={(_, data) => setSeverity(data.value as AlarmSeverity | '')}
        >
          <option value="">All severities</option>
          {severities.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </Select>
        <Switch label="Those that are over too" checked={all} onChange={(_, data) => setAll(data.checked)} />
      </PageHead>
      <Silences change={change} zone={zone} />
      {alarms.isError && <Failed title="The alarms can’t be read" error={alarms.error} />}
      {alarms.isPending && <Spinner label="Loading" />}
      {alarms.isSuccess && shown.length === 0 && (
        <Message
          icon={<CheckmarkCircleRegular />}
          title={all ? 'No alarm was ever raised' : 'No alarm is open'}
          text="What is wrong is listed here as soon as it is noticed, and leaves when it is over."
        />
      )}
      {shown.length > 0 && (
        <section className={styles.box} aria-label="Alarms" tabIndex={-1}>
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
              {shown.map((alarm) => (
                <Fragment key={alarm.id}>
                  <AlarmRow
                    alarm={alarm}
                    zone={zone}
                    open={open === alarm.id}
                    onToggle={() => setOpen(open === alarm.id ? undefined : alarm.id)}
                    onAct={change ? (make) => setDialog(make(close)) : undefined}
                  />
                  {open === alarm.id && (
                    <tr>
                      <td colSpan={columns.length} className={styles.details}>
                        <Details alarm={alarm} zone={zone} />
                      </td>
                    </tr>
                  )}
                </Fragment>
              ))}
            </tbody>
          </table>
          {alarms.hasNextPage && (
            <div className={styles.more}>
              <Button
                appearance="subtle"
                disabledFocusable={alarms.isFetchingNextPage}
                onClick={() => void alarms.fetchNextPage()}
              >
                Show older alarms
              </Button>
            </div>
          )}
        </section>
      )}
      {dialog}
    </div>
  )
}

type RowProps = {
  alarm: Alarm
  zone: string
  open: boolean
  onToggle: () => void
  onAct: ((make: (close: () => void) => ReactNode) => void) | undefined
}

function AlarmRow({ alarm, zone, open, onToggle, onAct }: RowProps) {
  const styles = useStyles()
  return (
    <tr>
      <td className={styles.cell}>
        <Severity severity={alarm.severity} />
      </td>
      <td className={styles.cell}>
        <Button
          appearance="transparent"
          size="small"
          className={styles.toggle}
          icon={open ? <ChevronDownRegular /> : <ChevronRightRegular />}
          aria-expanded={open}
          onClick={onToggle}
        >
          {alarm.meaning}
        </Button>
        {alarm.detail && <div className={styles.quiet}>{alarm.detail}</div>}
      </td>
      <td className={styles.cell}>{alarm.object}</td>
      <td className={mergeClasses(styles.cell, styles.nowrap)}>
        {formatInstant(alarm.raisedAt, zone)}
        {alarm.times > 1 && <div className={styles.quiet}>{alarm.times.toLocaleString('en')} times</div>}
      </td>
      <td className={styles.cell}>
        <State alarm={alarm} zone={zone} />
      </td>
      {onAct && (
        <td className={mergeClasses(styles.cell, styles.actions)}>
          <Menu>
            <MenuTrigger disableButtonEnhancement>
              <Button
                appearance="subtle"
                size="small"
                icon={<MoreHorizontalRegular />}
                aria-label={`Act on ${alarm.kind} of ${alarm.object}`}
              />
            </MenuTrigger>
            <MenuPopover>
              <MenuList>
                {!alarm.acknowledged && (
                  <MenuItem
                    onClick={() => onAct((close) => <AcknowledgeDialog alarm={alarm} onClose={close} />)}
                  >
                    Acknowledge
                  </MenuItem>
                )}
                <MenuItem onClick={() => onAct((close) => <SilenceDialog alarm={alarm} onClose={close} />)}>
                  Silence
                </MenuItem>
              </MenuList>
            </MenuPopover>
          </Menu>
        </td>
      )}
    </tr>
  )
}

function State({ alarm, zone }: { alarm: Alarm; zone: string }) {
  const styles = useStyles()
  return (
    <div className={styles.badges}>
      {alarm.clearedAt ? (
        <Badge appearance="tint" color="success">
          Over since {formatInstant(alarm.clearedAt, zone)}
        </Badge>
      ) : (
        <Badge appearance="tint" color={alarm.acknowledged ? 'informative' : 'danger'}>
          {alarm.acknowledged ? 'Acknowledged' : 'Open'}
        </Badge>
      )}
      {alarm.silenced && (
        <Badge appearance="tint" color="informative">
          Silenced
        </Badge>
      )}
    </div>
  )
}

function Details({ alarm, zone }: { alarm: Alarm; zone: string }) {
  const styles = useStyles()
  return (
    <div className={styles.facts}>
      <Text weight="semibold">What to do</Text>
      <Text>{alarm.remedy}</Text>
      <Link href={`/${alarm.page}`} target="_blank" rel="noreferrer">
        More about this alarm
      </Link>
      <Text className={styles.quiet}>
        {alarm.kind} · raised by {alarm.node}, last {formatInstant(alarm.lastRaisedAt, zone)}
      </Text>
      {alarm.acknowledged && (
        <Text>
          Acknowledged {formatInstant(alarm.acknowledged.at, zone)} by {alarm.acknowledged.by}
          {alarm.acknowledged.note && `: ${alarm.acknowledged.note}`}
        </Text>
      )}
      {alarm.attempts.length > 0 && (
        <>
          <Text weight="semibold">Who was told</Text>
          <ul className={styles.attempts}>
            {alarm.attempts.map((attempt) => (
              <li key={`${attempt.at} ${attempt.channel} ${attempt.event}`}>
                {formatInstant(attempt.at, zone)} · {attempt.channel} · {attempt.event} · {attempt.outcome}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
