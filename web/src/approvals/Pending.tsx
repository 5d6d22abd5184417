import { CounterBadge, makeStyles, tokens } from '@fluentui/react-components'
import { pending, useApprovalSummary } from './queries'

const useStyles = makeStyles({ badge: { marginLeft: tokens.spacingHorizontalXS } })

/** How much waits for the asking person; nothing if nothing does, or that is unknown. */
export function Pending() {
  const styles = useStyles()
  const summary = useApprovalSummary()
  const count = pending(summary.data)
  if (count === 0) return null
  return (
    <CounterBadge
      className={styles.badge}
      size="small"
      count={count}
      color="brand"
      aria-label={`${count} pending decisions`}
    />
  )
}
