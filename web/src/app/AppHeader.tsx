import {
  Avatar,
  Button,
  Menu,
  MenuDivider,
  MenuGroup,
  MenuGroupHeader,
  MenuItem,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  Text,
  tokens,
} from '@fluentui/react-components'
import { ChevronDownRegular, ShieldKeyholeRegular, SignOutRegular } from '@fluentui/react-icons'
import { NavLink, useNavigate } from 'react-router'
import { OpenAlarms } from '../alarms/OpenAlarms'
import { api } from '../api/client'
import { Pending } from '../approvals/Pending'
import { may, roles } from '../lib/words'
import { Mark } from './Mark'
import { useSession } from './session'
import { type ThemeName, themeNames, type useTheme } from './theme'

const useStyles = makeStyles({
  header: {
    display: 'flex',
    alignItems: 'center',
    height: '48px',
    flexShrink: 0,
    paddingLeft: tokens.spacingHorizontalL,
    paddingRight: tokens.spacingHorizontalS,
    gap: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  skip: {
    position: 'absolute',
    left: '-9999px',
    ':focus': {
      left: tokens.spacingHorizontalS,
      top: tokens.spacingVerticalS,
      zIndex: 10,
      padding: tokens.spacingHorizontalS,
      backgroundColor: tokens.colorNeutralBackground1,
      color: tokens.colorNeutralForeground1,
    },
  },
  brand: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
  nav: { display: 'flex', height: '100%', flexGrow: 1 },
  link: {
    display: 'flex',
    alignItems: 'center',
    padding: `0 ${tokens.spacingHorizontalM}`,
    color: tokens.colorNeutralForeground2,
    textDecorationLine: 'none',
    borderBottom: '2px solid transparent',
    borderTop: '2px solid transparent',
    ':hover': { color: tokens.colorNeutralForeground1 },
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-4px' },
  },
  active: {
    color: tokens.colorNeutralForeground1,
    fontWeight: tokens.fontWeightSemibold,
    borderBottomColor: tokens.colorCompoundBrandStroke,
  },
  tenant: {
    color: tokens.colorNeutralForeground2,
    maxWidth: '280px',
    whiteSpace: 'nowrap',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
  },
  user: { fontWeight: tokens.fontWeightRegular, minWidth: 0 },
  who: { display: 'flex', flexDirection: 'column', padding: tokens.spacingHorizontalS },
})

type Props = { theme: ReturnType<typeof useTheme>; onSignedOut: () => void }

/** Product name, sections, tenant and the menu of the signed-in person. */
export function AppHeader({ theme, onSignedOut }: Props) {
  const styles = useStyles()
  const session = useSession()
  const navigate = useNavigate()
  const link = ({ isActive }: { isActive: boolean }) => mergeClasses(styles.link, isActive && styles.active)

  async function signOut() {
    // Whatever the server answers, this page forgets what it showed; a session that could not be
    // ended there ends by itself.
    const answer = await api.DELETE('/api/v1/session').catch(() => undefined)
    navigate('/')
    onSignedOut()
    // To sign out at the identity provider, too
    if (answer?.data) location.assign(answer.data.continueAt)
  }

  return (
    <header className={styles.header}>
      <a className={styles.skip} href="#main">
        Skip to content
      </a>
      <div className={styles.brand}>
        <Mark />
        <Text weight="semibold" size={400}>
          Earwitness
        </Text>
      </div>
      <nav className={styles.nav} aria-label="Sections">
        {may(session, 'search') && (
          <NavLink to="/calls" className={link}>
            Calls
          </NavLink>
        )}
        {may(session, 'people-read') && (
          <NavLink to="/people" className={link}>
            People
          </NavLink>
        )}
        {(may(session, 'access-review') || may(session, 'matters-read')) && (
          <NavLink to="/access" className={link}>
            Access
          </NavLink>
        )}
        {(may(session, 'srcs') || may(session, 'srcs-own')) && (
          <NavLink to="/srcs" className={link}>
            Recording clients
          </NavLink>
        )}
        {may(session, 'recording-policy-read') && (
          <NavLink to="/recording-policy" className={link}>
            What is recorded
          </NavLink>
        )}
        {may(session, 'announcements-read') && (
          <NavLink to="/announcements" className={link}>
            Announcements
          </NavLink>
        )}
        {may(session, 'retention-read') && (
          <NavLink to="/retention" className={link}>
            Retention
          </NavLink>
        )}
        {(may(session, 'licences') || may(session, 'licences-read')) && (
          <NavLink to="/licences" className={link}>
            Licences
          </NavLink>
        )}
        {(may(session, 'tenant-matching') || may(session, 'srcs-own') || may(session, 'people-read')) && (
          <NavLink to="/whose-call" className={link}>
            Whose call
          </NavLink>
        )}
        {(may(session, 'audit') || may(session, 'audit-own')) && (
          <NavLink to="/audit" className={link}>
            Audit trail
          </NavLink>
        )}
        {may(session, 'alarms-read') && (
          <NavLink to="/alarms" className={link}>
            Alarms <OpenAlarms />
          </NavLink>
        )}
        {may(session, 'approvals-read') && (
          <NavLink to="/approvals" className={link}>
            Approvals <Pending />
          </NavLink>
        )}
        {may(session, 'support') && (
          <NavLink to="/support" className={link}>
            Support
          </NavLink>
        )}
      </nav>
      <span className={styles.tenant} title={`Tenant ${session.tenant}`}>
        {session.tenantName}
      </span>
      <Menu
        checkedValues={{ theme: [theme.name] }}
        onCheckedValueChange={(_, data) => theme.choose(data.checkedItems[0] as ThemeName)}
      >
        <MenuTrigger disableButtonEnhancement>
          <Button
            appearance="subtle"
            className={styles.user}
            icon={<Avatar name={session.displayName} size={24} color="colorful" aria-hidden />}
          >
            {session.displayName}
            <ChevronDownRegular />
          </Button>
        </MenuTrigger>
        <MenuPopover>
          <div className={styles.who}>
            <Text weight="semibold">{session.displayName}</Text>
            <Text size={200}>
              {session.user} · {session.tenant}
            </Text>
            <Text size={200}>{session.roles.map((r) => roles[r]).join(', ') || 'No role'}</Text>
          </div>
          <MenuDivider />
          <MenuList>
            <MenuGroup>
              <MenuGroupHeader>Theme</MenuGroupHeader>
              {Object.entries(themeNames).map(([name, label]) => (
                <MenuItemRadio key={name} name="theme" value={name}>
                  {label}
                </MenuItemRadio>
              ))}
            </MenuGroup>
            <MenuDivider />
            <MenuItem icon={<ShieldKeyholeRegular />} onClick={() => navigate('/security')}>
              Sign-in and sessions
            </MenuItem>
            <MenuItem icon={<SignOutRegular />} onClick={signOut}>
              Sign out
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
    </header>
  )
}
