import { Body1, makeStyles, Subtitle1, tokens } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { Link } from './Link'

const useStyles = makeStyles({
  box: {
    flexGrow: 1,
    display: 'flex',
    flexDirection: 'column',
    alignItems: 'center',
    justifyContent: 'center',
    textAlign: 'center',
    gap: tokens.spacingVerticalS,
    padding: tokens.spacingHorizontalXXXL,
    minHeight: '200px',
  },
  icon: { fontSize: '40px', lineHeight: 1, color: tokens.colorNeutralForeground3 },
  title: { margin: 0 },
  text: { maxWidth: '52ch', textAlign: 'center', color: tokens.colorNeutralForeground2 },
})

type Props = {
  icon?: ReactNode
  title: string
  text: string
  link?: { to: string; label: string }
  children?: ReactNode
}

/** What stands where there is nothing to show: what it means, and what to do next. */
export function Message({ icon, title, text, link, children }: Props) {
  const styles = useStyles()
  return (
    <div className={styles.box}>
      {icon && <span className={styles.icon}>{icon}</span>}
      <Subtitle1 as="h2" className={styles.title}>
        {title}
      </Subtitle1>
      <Body1 className={styles.text}>{text}</Body1>
      {link && <Link to={link.to}>{link.label}</Link>}
      {children}
    </div>
  )
}
