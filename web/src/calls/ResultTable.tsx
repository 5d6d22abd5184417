import { makeStyles, mergeClasses, Spinner, Text, tokens } from '@fluentui/react-components'
import { FlagRegular } from '@fluentui/react-icons'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Recording } from '../api/client'
import { formatDuration, splitLocal } from '../lib/format'
import { directions, flags } from '../lib/words'
import { DirectionIcon } from './DirectionIcon'
import { partySubtitle, partyTitle } from './parties'
import { StateBadge } from './StateBadge'
import { moveActive } from './tableKeys'

const ROW = 44
const HEAD = 32

const columns = '224px 104px minmax(140px, 1.2fr) minmax(140px, 1.2fr) 76px 124px minmax(80px, 1fr)'

const useStyles = makeStyles({
  box: {
    flexGrow: 1,
    minHeight: 0,
    overflow: 'auto',
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
    ':focus-visible': { outline: `2px solid ${tokens.colorStrokeFocus2}`, outlineOffset: '-2px' },
  },
  table: { minWidth: '1000px' },
  line: {
    display: 'grid',
    gridTemplateColumns: columns,
    alignItems: 'center',
    columnGap: tokens.spacingHorizontalM,
    padding: `0 ${tokens.spacingHorizontalL}`,
    boxSizing: 'border-box',
  },
  head: {
    position: 'sticky',
    top: 0,
    zIndex: 2,
    height: `${HEAD}px`,
    backgroundColor: tokens.colorNeutralBackground1,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    fontWeight: tokens.fontWeightSemibold,
  },
  body: { position: 'relative' },
  row: {
    position: 'absolute',
    left: 0,
    right: 0,
    top: 0,
    height: `${ROW}px`,
    cursor: 'pointer',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    ':hover': { backgroundColor: tokens.colorNeutralBackground1Hover },
    ':focus-visible': {
      outline: `2px solid ${tokens.colorStrokeFocus2}`,
      outlineOffset: '-2px',
      backgroundColor: tokens.colorNeutralBackground1Hover,
    },
  },
  cell: { minWidth: 0, overflow: 'hidden' },
  number: { textAlign: 'right', fontVariantNumeric: 'tabular-nums' },
  time: { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  quiet: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  stack: { display: 'flex', flexDirection: 'column', lineHeight: tokens.lineHeightBase200 },
  ellipsis: { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
  withIcon: {
    display: 'flex',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    color: tokens.colorNeutralForeground2,
  },
  stale: { opacity: 0.6 },
  more: {
    position: 'sticky',
    left: 0,
    display: 'flex',
    justifyContent: 'center',
    padding: tokens.spacingVerticalS,
  },
})

type Props = {
  items: Recording[]
  total: number
  hasMore: boolean
  loadingMore: boolean
  stale: boolean
  onMore: () => void
  onOpen: (id: string) => void
  /** The call that was open before, to take up there. */
  lastOpened: string | undefined
}

/** The calls found. Only the rows in sight are in the page; arrows move, Enter opens. */
export function ResultTable({
  items,
  total,
  hasMore,
  loadingMore,
  stale,
  onMore,
  onOpen,
  lastOpened,
}: Props) {
  const styles = useStyles()
  const box = useRef<HTMLDivElement>(null)
  const opened = items.findIndex((item) => item.id === lastOpened)
  const [active, setActive] = useState(Math.max(0, opened))
  const moved = useRef(opened >= 0)
  const last = items.length - 1
  const shown = Math.min(active, last)

  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
    // The active row stays in the page when it is scrolled away, so that focus is not lost.
    rangeExtractor: (range) => {
      const rows = defaultRangeExtractor(range)
      return shown < 0 || rows.includes(shown) ? rows : [...rows, shown].sort((a, b) => a - b)
    },
  })
  const rows = virtual.getVirtualItems()
  const lowest = rows.at(-1)?.index ?? 0

  useEffect(() => {
    if (hasMore && !loadingMore && lowest >= items.length - 20) onMore()
  }, [hasMore, loadingMore, lowest, items.length, onMore])

  // Without dependencies: on the way back from a call, the row appears some renders after the table.
  useLayoutEffect(() => {
    if (!moved.current) return
    virtual.scrollToIndex(shown)
    const row = box.current?.querySelector<HTMLElement>(`[data-index="${shown}"]`)
    if (row) {
      moved.current = false
      row.focus({ preventScroll: true })
    }
  })

  function key(event: KeyboardEvent) {
    if (event.ctrlKey || event.altKey || event.metaKey) return
    if (event.key === 'Enter') {
      const item = items[shown]
      if (item) onOpen(item.id)
      return
    }
    const page = Math.max(1, Math.floor(((box.current?.clientHeight ?? 0) - HEAD) / ROW) - 1)
    const next = moveActive(event.key, shown, last, page)
    if (next === undefined) return
    event.preventDefault()
    moved.current = true
    setActive(next)
    if (next === shown) {
      moved.current = false
      box.current?.querySelector<HTMLElement>(`[data-index="${shown}"]`)?.focus()
    }
  }

  return (
    <div ref={box} className={styles.box} data-testid="results">
      <div
        role="grid"
        aria-label="Calls"
        aria-rowcount={total + 1}
        aria-readonly
        className={styles.table}
        onKeyDown={key}
      >
        <div role="rowgroup" className={styles.head}>
          <div role="row" aria-rowindex={1} className={styles.line} style={{ height: HEAD }}>
            {['Start', 'Direction', 'Left party', 'Right party'].map((name) => (
              <div role="columnheader" key={name}>
                {name}
              </div>
            ))}
            <div role="columnheader" className={styles.number}>
              Duration
            </div>
            {['State', 'Flags'].map((name) => (
              <div role="columnheader" key={name}>
                {name}
              </div>
            ))}
          </div>
        </div>
        <div
          role="rowgroup"
          className={mergeClasses(styles.body, stale && styles.stale)}
          style={{ height: virtual.getTotalSize() }}
        >
          {rows.map((row) => {
            const item = items[row.index]
            if (!item) return null
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keys of all rows
              <div
                role="row"
                key={item.id}
                data-index={row.index}
                data-id={item.id}
                aria-rowindex={row.index + 2}
                className={mergeClasses(styles.line, styles.row)}
                style={{ transform: `translateY(${row.start - HEAD}px)` }}
                tabIndex={row.index === shown ? 0 : -1}
                onFocus={() => setActive(row.index)}
                onClick={() => onOpen(item.id)}
              >
                <Cells item={item} />
              </div>
            )
          })}
        </div>
      </div>
      {loadingMore && (
        <div className={styles.more}>
          <Spinner size="tiny" label="Loading more" />
        </div>
      )}
    </div>
  )
}

function Cells({ item }: { item: Recording }) {
  const styles = useStyles()
  const start = splitLocal(item.startLocal)
  const [first, second] = item.parties
  const more = item.parties.length - 2
  return (
    <>
      <div role="gridcell" className={mergeClasses(styles.cell, styles.time)}>
        {start.date} {start.time} <span className={styles.quiet}>{start.offset}</span>
      </div>
      <div role="gridcell" className={mergeClasses(styles.cell, styles.withIcon)}>
        <DirectionIcon direction={item.direction} />
        {directions[item.direction]}
      </div>
      {[first, second].map((party, side) => (
        <div
          role="gridcell"
          // biome-ignore lint/suspicious/noArrayIndexKey: the column is the identity
          key={side}
          className={mergeClasses(styles.cell, styles.stack)}
        >
          {party ? (
            <>
              <span className={styles.ellipsis} title={partyTitle(party)}>
                {partyTitle(party)}
                {side === 1 && more > 0 && <Text className={styles.quiet}> and {more} more</Text>}
              </span>
              {partySubtitle(party) && (
                <span className={mergeClasses(styles.quiet, styles.ellipsis)}>{partySubtitle(party)}</span>
              )}
            </>
          ) : (
            <span className={styles.quiet}>–</span>
          )}
        </div>
      ))}
      <div role="gridcell" className={mergeClasses(styles.cell, styles.number)}>
        {item.durationMs === null ? '–' : formatDuration(item.durationMs)}
      </div>
      <div role="gridcell" className={styles.cell}>
        <StateBadge state={item.state} />
      </div>
      <div role="gridcell" className={mergeClasses(styles.cell, styles.withIcon)}>
        {item.flags.length > 0 && (
          <>
            <FlagRegular aria-hidden />
            <span className={styles.ellipsis} title={item.flags.map((flag) => flags[flag].label).join(', ')}>
              {item.flags.map((flag) => flags[flag].label).join(', ')}
            </span>
          </>
        )}
      </div>
    </>
  )
}
