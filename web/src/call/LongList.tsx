import { Button, makeStyles, Text, tokens } from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'
import { formatCount } from '../lib/format'

/** Rows that are drawn at once; a page of many thousands would stand still. */
const STEP = 200

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyleType: 'none' },
  more: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalM,
    paddingTop: tokens.spacingVerticalS,
  },
})

type Props<T> = { items: readonly T[]; row: (item: T) => ReactNode }

/** The first rows of a list, how many more there are, and a way to them. */
export function LongList<T>({ items, row }: Props<T>) {
  const styles = useStyles()
  const [shown, setShown] = useState(STEP)
  const hidden = items.length - shown
  return (
    <>
      <ol className={styles.list}>{items.slice(0, shown).map(row)}</ol>
      {hidden > 0 && (
        <div className={styles.more}>
          <Text>{`And ${formatCount(hidden)} more.`}</Text>
          <Button size="small" onClick={() => setShown(shown + STEP)}>
            {`Show the next ${formatCount(Math.min(hidden, STEP))}`}
          </Button>
        </div>
      )}
    </>
  )
}
