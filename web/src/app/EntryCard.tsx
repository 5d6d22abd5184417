import { makeStyles, Title3, tokens } from '@fluentui/react-components'
import { type ReactNode, useEffect } from 'react'
import { Mark } from './Mark'

const useStyles = makeStyles({
  page: { flexGrow: 1, display: 'grid', placeItems: 'center', padding: tokens.spacingHorizontalL },
  card: {
    width: '100%',
    maxWidth: '400px',
    boxSizing: 'border-box',
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalXXXL,
    borderRadius: tokens.borderRadiusXLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
    boxShadow: tokens.shadow8,
  },
  brand: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalM },
  title: { margin: 0 },
})

/** The link's fragment, which is in no server's log, and leaves the address as soon as it is read. */
export function takeCode() {
  const parameters = new URLSearchParams(location.hash.slice(1))
  const taken = { tenant: parameters.get('tenant') ?? '', code: parameters.get('code') ?? '' }
  if (location.hash) history.replaceState(history.state, '', location.pathname)
  return taken
}

/** A page for somebody who came by a link and is not signed in. */
export function EntryCard({ title, children }: { title: string; children: ReactNode }) {
  const styles = useStyles()
  useEffect(() => {
    document.title = `${title} · Earwitness`
  }, [title])
  return (
    <main className={styles.page}>
      <div className={styles.card}>
        <div className={styles.brand}>
          <Mark size={32} />
          <Title3 as="h1" className={styles.title}>
            {title}
          </Title3>
        </div>
        {children}
      </div>
    </main>
  )
}
