import { makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { DiamondFilled, ErrorCircleFilled, InfoFilled, WarningFilled } from '@fluentui/react-icons'
import type { ReactNode } from 'react'
import type { AlarmSeverity } from '../api/client'

export const severityColors: Record<AlarmSeverity, 'danger' | 'important' | 'informative'> = {
  critical: 'danger',
  major: 'danger',
  minor: 'important',
  warning: 'informative',
}

// Each has a shape of its own: colour alone says nothing to some
const icons: Record<AlarmSeverity, { icon: ReactNode; label: string }> = {
  critical: { icon: <DiamondFilled />, label: 'Critical' },
  major: { icon: <ErrorCircleFilled />, label: 'Major' },
  minor: { icon: <WarningFilled />, label: 'Minor' },
  warning: { icon: <InfoFilled />, label: 'Warning' },
}

const useStyles = makeStyles({
  severity: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS, whiteSpace: 'nowrap' },
  critical: { color: tokens.colorStatusDangerForeground1 },
  major: { color: tokens.colorStatusDangerForeground1 },
  minor: { color: tokens.colorStatusWarningForeground1 },
  warning: { color: tokens.colorNeutralForeground2 },
})

/** A severity in word and sign. */
export function Severity({ severity }: { severity: AlarmSeverity }) {
  const styles = useStyles()
  const { icon, label } = icons[severity]
  return (
    <span className={mergeClasses(styles.severity, styles[severity])}>
      {icon} {label}
    </span>
  )
}
