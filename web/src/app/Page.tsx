import { Title3 } from '@fluentui/react-components'
import { LockClosedRegular } from '@fluentui/react-icons'
import { type ReactNode, useEffect } from 'react'
import { Message } from './Message'
import { useTableStyles } from './table'

type Props = {
  /** Of the browser's window. */
  title: string
  allowed: boolean
  /** What is told to whoever may not see it. */
  refused: { title: string; text: string }
  children: ReactNode
}

/** A page, or for whoever may not see it why. */
export function Page({ title, allowed, refused, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Earwitness`
  }, [title])
  return allowed ? (
    children
  ) : (
    <Message icon={<LockClosedRegular />} title={refused.title} text={refused.text} />
  )
}

/** The head of a page, with what acts on all of it. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  const styles = useTableStyles()
  return (
    <div className={styles.top}>
      <Title3 as="h1" className={styles.title}>
        {title}
      </Title3>
      {children}
    </div>
  )
}
