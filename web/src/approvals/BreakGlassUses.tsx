import { Button, Text } from '@fluentui/react-components'
import type { ReactNode } from 'react'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { ReviewDialog } from './dialogs'
import { useBreakGlassUses } from './queries'

type Props = {
  zone: string
  /** Whether those that are reviewed are shown too. */
  all: boolean
  show: (make: (close: () => void) => ReactNode) => void
}

/** Who became a tenant admin by a sealed code, until somebody else has reviewed it. */
export function BreakGlassUses({ zone, all, show }: Props) {
  const styles = useTableStyles()
  const uses = useBreakGlassUses()
  if (uses.isError) return <Failed title="The uses of sealed codes can’t be read" error={uses.error} />
  const shown = (uses.data ?? []).filter((use) => all || !use.review)
  if (shown.length === 0) return null
  return (
    <section aria-label="Uses of sealed codes">
      {shown.map((use) => (
        <div key={use.id} className={styles.row}>
          <Text>
            <b>{use.user.name}</b> became a tenant admin by a sealed code {formatInstant(use.usedAt, zone)},
            until {formatInstant(use.until, zone)}.{' '}
            {use.review
              ? `Reviewed by ${use.review.by}: ${use.review.note}`
              : `To be reviewed until ${formatInstant(use.reviewBy, zone)}.`}
          </Text>
          {use.mayReview && (
            <Button size="small" onClick={() => show((close) => <ReviewDialog use={use} onClose={close} />)}>
              Review
            </Button>
          )}
        </div>
      ))}
    </section>
  )
}
