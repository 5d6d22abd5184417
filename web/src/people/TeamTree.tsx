import {
  Button,
  Menu,
  MenuItem,
  MenuList,
  MenuPopover,
  MenuTrigger,
  makeStyles,
  mergeClasses,
  tokens,
} from '@fluentui/react-components'
import { MoreHorizontalRegular } from '@fluentui/react-icons'
import type { Team } from '../api/client'
import { tree } from './queries'

const useStyles = makeStyles({
  list: { listStyleType: 'none', margin: 0, padding: tokens.spacingVerticalXS },
  line: { display: 'flex', alignItems: 'center' },
  name: {
    flexGrow: 1,
    minWidth: 0,
    justifyContent: 'flex-start',
    textAlign: 'left',
    fontWeight: tokens.fontWeightRegular,
  },
  chosen: {
    backgroundColor: tokens.colorSubtleBackgroundSelected,
    fontWeight: tokens.fontWeightSemibold,
  },
  count: { marginLeft: 'auto', paddingLeft: '8px', color: tokens.colorNeutralForeground3 },
})

type Props = {
  teams: Team[]
  chosen: string | undefined
  onChoose: (id: string | undefined) => void
  /** Left out for those who may not change teams. */
  onMove?: (team: Team) => void
  onAddMember?: (team: Team) => void
}

/** Teams as a tree; choosing one shows its people. */
export function TeamTree({ teams, chosen, onChoose, onMove, onAddMember }: Props) {
  const styles = useStyles()
  return (
    <ul className={styles.list} aria-label="Teams">
      <li className={styles.line}>
        <Button
          appearance="subtle"
          className={mergeClasses(styles.name, chosen === undefined && styles.chosen)}
          aria-pressed={chosen === undefined}
          onClick={() => onChoose(undefined)}
        >
          Everybody
        </Button>
      </li>
      {tree(teams).map(({ team, depth }) => (
        <li key={team.id} className={styles.line} style={{ paddingLeft: `${depth * 16}px` }}>
          <Button
            appearance="subtle"
            className={mergeClasses(styles.name, chosen === team.id && styles.chosen)}
            aria-pressed={chosen === team.id}
            onClick={() => onChoose(team.id)}
          >
            {team.name}
            <span className={styles.count}>{team.members.length}</span>
          </Button>
          {onMove && onAddMember && (
            <Menu>
              <MenuTrigger disableButtonEnhancement>
                <Button
                  appearance="subtle"
                  size="small"
                  icon={<MoreHorizontalRegular />}
                  aria-label={`Change ${team.name}`}
                />
              </MenuTrigger>
              <MenuPopover>
                <MenuList>
                  <MenuItem onClick={() => onAddMember(team)}>Add a member</MenuItem>
                  <MenuItem onClick={() => onMove(team)}>Move below another team</MenuItem>
                </MenuList>
              </MenuPopover>
            </Menu>
          )}
        </li>
      ))}
    </ul>
  )
}
