import {
  Badge,
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  Spinner,
  Switch,
  Tab,
  TabList,
  Text,
  tokens,
} from '@fluentui/react-components'
import {
  AddRegular,
  CheckmarkCircleRegular,
  ChevronDownRegular,
  ChevronRightRegular,
} from '@fluentui/react-icons'
import { Fragment, type ReactNode, useState } from 'react'
import type { Approval, Session } from '../api/client'
import { Failed } from '../app/Failed'
import { Message } from '../app/Message'
import { Page, PageHead } from '../app/Page'
import { useSession } from '../app/session'
import { useTableStylesWith } from '../app/table'
import {
  AskMatchingDialog,
  AskRecipientDialog,
  AskTargetDialog,
  AskTargetRemovalDialog,
} from '../approvals/asks'
import { BreakGlassUses } from '../approvals/BreakGlassUses'
import { Changes } from '../approvals/Changes'
import { Delegations } from '../approvals/Delegations'
import { ApproveDialog, RejectDialog, WithdrawDialog } from '../approvals/dialogs'
import { type Scope, useApprovals, useDelegations } from '../approvals/queries'
import { kinds, states } from '../approvals/words'
import { formatInstant } from '../lib/format'
import { may } from '../lib/words'

const useOwnStyles = makeStyles({
  toggle: { minWidth: 0, paddingLeft: 0, textAlign: 'left', fontWeight: tokens.fontWeightSemibold },
  details: {
    padding: `${tokens.spacingVerticalM} 36px`,
    backgroundColor: tokens.colorNeutralBackground2,
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
  },
  facts: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, maxWidth: '110ch' },
  steps: { margin: 0, paddingLeft: '18px' },
})

const useStyles = () => useTableStylesWith(useOwnStyles())

/** Shows a dialog, which closes itself. */
type Open = (make: (close: () => void) => ReactNode) => void

const scopes: Record<Scope, { label: string; none: string }> = {
  decide: { label: 'To be decided by me', none: 'Nothing waits for your decision' },
  asked: { label: 'Asked by me', none: 'You have asked for nothing' },
  all: { label: 'All of the tenant', none: 'Nothing is asked for' },
}

export default function ApprovalsPage() {
  const session = useSession()
  return (
    <Page
      title="Approvals"
      allowed={may(session, 'approvals-read')}
      refused={{
        title: 'Your role can’t see approvals',
        text: 'They are for administrators, compliance officers and auditors of a tenant, and for platform operators.',
      }}
    >
      <Approvals session={session} />
    </Page>
  )
}

function Approvals({ session }: { session: Session }) {
  const styles = useStyles()
  const decides = may(session, 'approvals')
  const [scope, setScope] = useState<Scope>(decides ? 'decide' : 'all')
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState<string>()
  const [dialog, setDialog] = useState<ReactNode>()
  const show: Open = (make) => setDialog(make(() => setDialog(undefined)))
  const approvals = useApprovals(scope, all)
  const shown = approvals.data ?? []
  const columns = ['Act', 'On', 'Asked by', 'Asked', 'State', ...(decides ? ['Decision'] : [])]
  return (
    <div className={styles.page}>
      <PageHead title="Approvals">
        <Switch label="Those that are over too" checked={all} onChange={(_, data) => setAll(data.checked)} />
        <AskMenu session={session} show={show} />
      </PageHead>
      {decides && (
        <TabList selectedValue={scope} onTabSelect={(_, data) => setScope(data.value as Scope)}>
          {(Object.keys(scopes) as Scope[]).map((each) => (
            <Tab key={each} value={each}>
              {scopes[each].label}
            </Tab>
          ))}
        </TabList>
      )}
      <BreakGlassUses zone={session.zone} show={show} all={all} />
      <Delegations change={decides} zone={session.zone} show={show} />
      {approvals.isError && <Failed title="The approvals can’t be read" error={approvals.error} />}
      {approvals.isPending && <Spinner label="Loading" />}
      {approvals.isSuccess && shown.length === 0 && (
        <Message
          icon={<CheckmarkCircleRegular />}
          title={scopes[scope].none}
          text="Acts that need a second person are listed here until they are decided."
        />
      )}
      {shown.length > 0 && (
        <section className={styles.box} aria-label="Approvals" tabIndex={-1}>
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
              {shown.map((approval) => (
                <Fragment key={approval.id}>
                  <ApprovalRow
                    approval={approval}
                    zone={session.zone}
                    open={open === approval.id}
                    onToggle={() => setOpen(open === approval.id ? undefined : approval.id)}
                    show={decides ? show : undefined}
                  />
                  {open === approval.id && (
                    <tr>
                      <td colSpan={columns.length} className={styles.details}>
                        <Details approval={approval} zone={session.zone} />
                      </td>
                    </tr>
                  )}
                </Fragment>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {dialog}
    </div>
  )
}

function AskMenu({ session, show }: { session: Session; show: Open }) {
  const people = useDelegations().data?.candidates ?? []
  const items = [
    may(session, 'keys') && (
      <MenuItem
        key="recipient"
        onClick={() => show((close) => <AskRecipientDialog people={people} onClose={close} />)}
      >
        {kinds['encryption-recipient.add']}
      </MenuItem>
    ),
    may(session, 'delivery-targets') && (
      <MenuItem key="target" onClick={() => show((close) => <AskTargetDialog onClose={close} />)}>
        {kinds['delivery-target.set']}
      </MenuItem>
    ),
    may(session, 'delivery-targets') && (
      <MenuItem key="removal" onClick={() => show((close) => <AskTargetRemovalDialog onClose={close} />)}>
        {kinds['delivery-target.remove']}
      </MenuItem>
    ),
    may(session, 'tenant-matching') && (
      <MenuItem key="matching" onClick={() => show((close) => <AskMatchingDialog onClose={close} />)}>
        {kinds['tenant-matching.set']}
      </MenuItem>
    ),
  ].filter(Boolean)
  if (items.length === 0) return null
  return (
    <Menu>
      <MenuTrigger disableButtonEnhancement>
        <Button icon={<AddRegular />}>Ask for</Button>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>{items}</MenuList>
      </MenuPopover>
    </Menu>
  )
}

type RowProps = {
  approval: Approval
  zone: string
  open: boolean
  onToggle: () => void
  show: Open | undefined
}

function ApprovalRow({ approval, zone, open, onToggle, show }: RowProps) {
  const styles = useStyles()
  return (
    <tr>
      <td className={styles.cell}>
        <Button
          appearance="transparent"
          size="small"
          className={styles.toggle}
          icon={open ? <ChevronDownRegular /> : <ChevronRightRegular />}
          aria-expanded={open}
          onClick={onToggle}
        >
          {kinds[approval.kind]}
        </Button>
        <div className={styles.quiet}>{approval.reason}</div>
      </td>
      <td className={styles.cell}>
        {approval.object}
        <div className={styles.quiet}>{approval.tenant}</div>
      </td>
      <td className={styles.cell}>{approval.asker.name}</td>
      <td className={mergeClasses(styles.cell, styles.nowrap)}>{formatInstant(approval.askedAt, zone)}</td>
      <td className={styles.cell}>
        <State approval={approval} zone={zone} />
      </td>
      {show && (
        <td className={mergeClasses(styles.cell, styles.actions)}>
          {approval.mayApprove && (
            <Button
              size="small"
              appearance="primary"
              onClick={() => show((close) => <ApproveDialog approval={approval} onClose={close} />)}
            >
              Approve
            </Button>
          )}
          {approval.mayReject && (
            <Button
              size="small"
              appearance="subtle"
              onClick={() => show((close) => <RejectDialog approval={approval} onClose={close} />)}
            >
              Reject
            </Button>
          )}
          {approval.mayWithdraw && (
            <Button
              size="small"
              appearance="subtle"
              onClick={() => show((close) => <WithdrawDialog approval={approval} onClose={close} />)}
            >
              Withdraw
            </Button>
          )}
        </td>
      )}
    </tr>
  )
}

function State({ approval, zone }: { approval: Approval; zone: string }) {
  const styles = useStyles()
  const state = states[approval.state]
  return (
    <>
      <Badge appearance="tint" color={state.color}>
        {state.label}
      </Badge>
      {approval.state === 'requested' && (
        <div className={styles.quiet}>until {formatInstant(approval.expiresAt, zone)}</div>
      )}
      {approval.state === 'waiting' && approval.executesAt && (
        <div className={styles.quiet}>
          done {formatInstant(approval.executesAt, zone)} unless it is rejected
        </div>
      )}
    </>
  )
}

function Details({ approval, zone }: { approval: Approval; zone: string }) {
  const styles = useStyles()
  return (
    <div className={styles.facts}>
      <Text>{approval.meaning}</Text>
      <Changes approval={approval} />
      {approval.benefits.length > 0 && (
        <Text>Benefits {approval.benefits.map((person) => person.name).join(', ')}</Text>
      )}
      {approval.whyNot && !approval.mayApprove && <Text className={styles.quiet}>{approval.whyNot}</Text>}
      <Text weight="semibold">What became of it</Text>
      <ul className={styles.steps}>
        {approval.steps.map((step) => (
          <li key={`${step.at} ${step.state}`}>
            {formatInstant(step.at, zone)} · {states[step.state].label} · {step.by}
            {step.onBehalfOf && ` in place of ${step.onBehalfOf.name}`}
            {step.note && ` · ${step.note}`}
          </li>
        ))}
      </ul>
      <Text className={styles.quiet}>
        Approval {approval.id} · SHA-256 {approval.sha256}
      </Text>
    </div>
  )
}
