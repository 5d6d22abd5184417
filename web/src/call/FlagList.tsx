import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components'
import { ErrorCircleFilled, InfoFilled, WarningFilled } from '@fluentui/react-icons'
import type { CallFlag } from '../api/client'
import { flags } from '../lib/words'
import { Card } from './Card'

const useStyles = makeStyles({
  list: {
    margin: 0,
    padding: 0,
    listStyleType: 'none',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
  },
  item: { display: 'grid', gridTemplateColumns: '20px 1fr', columnGap: tokens.spacingHorizontalS },
  icon: { fontSize: '16px', lineHeight: '20px' },
  info: { color: tokens.colorNeutralForeground3 },
  warning: { color: tokens.colorStatusWarningForeground3 },
  error: { color: tokens.colorStatusDangerForeground1 },
  text: { display: 'block', color: tokens.colorNeutralForeground2 },
})

/** What was odd about the recording, explained. */
export function FlagList({ flags: names }: { flags: CallFlag[] }) {
  const styles = useStyles()
  if (names.length === 0) return null
  const icon = { info: <InfoFilled />, warning: <WarningFilled />, error: <ErrorCircleFilled /> }
  return (
    <Card title="Flags">
      <ul className={styles.list}>
        {names.map((name) => {
          const { label, text, severity } = flags[name]
          return (
            <li key={name} className={styles.item}>
              <span className={mergeClasses(styles.icon, styles[severity])} aria-hidden>
                {icon[severity]}
              </span>
              <div>
                <Text weight="semibold">{label}</Text>
                <Text className={styles.text}>{text}</Text>
              </div>
            </li>
          )
        })}
      </ul>
    </Card>
  )
}
