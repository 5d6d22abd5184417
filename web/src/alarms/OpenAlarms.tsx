import { CounterBadge, makeStyles, tokens } from '@fluentui/react-components'
import { unseen, useAlarmSummary } from './queries'
import { severityColors } from './Severity'

const useStyles = makeStyles({ badge: { marginLeft: tokens.spacingHorizontalXS } })

/** How many alarms nobody has acknowledged; nothing if there are none, or that is unknown. */
export function OpenAlarms() {
  const styles = useStyles()
  const summary = useAlarmSummary()
  const found = summary.data && unseen(summary.data)
  if (!found) return null
  return (
    <CounterBadge
      className={styles.badge}
      size="small"
      count={found.count}
      color={severityColors[found.worst]}
      aria-label={`${found.count} not acknowledged, the worst ${found.worst}`}
    />
  )
}
