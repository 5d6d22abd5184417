import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Skeleton,
  SkeletonItem,
  Text,
  Tooltip,
  tokens,
} from '@fluentui/react-components'
import { ArrowSyncRegular, CallRegular, LockClosedRegular, SearchRegular } from '@fluentui/react-icons'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useLocation, useNavigate, useSearchParams } from 'react-router'
import { Message } from '../app/Message'
import { useSession } from '../app/session'
import { FilterBar } from '../calls/FilterBar'
import { ResultTable } from '../calls/ResultTable'
import { useCalls } from '../calls/useCalls'
import { type Filters, isFiltered, noFilters, readFilters, toQuery, writeFilters } from '../lib/filters'
import { formatCount } from '../lib/format'
import { useSettled } from '../lib/useSettled'
import { may, roles } from '../lib/words'

const useStyles = makeStyles({
  page: {
    flexGrow: 1,
    minHeight: 0,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalS,
    padding: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL} ${tokens.spacingVerticalL}`,
  },
  heading: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)' },
  status: {
    display: 'flex',
    alignItems: 'center',
    minHeight: '32px',
    gap: tokens.spacingHorizontalS,
    color: tokens.colorNeutralForeground2,
  },
  grow: { flexGrow: 1 },
  empty: {
    flexGrow: 1,
    display: 'flex',
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  skeleton: {
    flexGrow: 1,
    display: 'flex',
    flexDirection: 'column',
    gap: tokens.spacingVerticalL,
    padding: tokens.spacingHorizontalL,
    backgroundColor: tokens.colorNeutralBackground1,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
})

export default function CallsPage() {
  const session = useSession()
  useEffect(() => {
    document.title = 'Calls · Earwitness'
  }, [])
  if (!may(session, 'search')) {
    return (
      <Message
        icon={<LockClosedRegular />}
        title="Your role can’t search calls"
        text={`You are signed in as ${
          session.roles
            .map((r) => roles[r])
            .join(', ')
            .toLowerCase() || 'a person without a role'
        }. Recordings are open to compliance officers, and to supervisors for their own teams. Ask a tenant admin if you need access.`}
      />
    )
  }
  return <Calls />
}

function Calls() {
  const styles = useStyles()
  const session = useSession()
  const navigate = useNavigate()
  const location = useLocation()
  const [params, setParams] = useSearchParams()
  const [filters, setFilters] = useState<Filters>(() => readFilters(params))
  const settled = useSettled(filters, 250)
  // "Today" must not move while a person scrolls, so the clock is read when the filters change.
  const query = useMemo(() => toQuery(settled, session.zone, new Date()), [settled, session.zone])
  const calls = useCalls(query)
  const search = useRef<HTMLInputElement>(null)

  const address = writeFilters(settled).toString()
  useEffect(() => {
    if (address !== params.toString()) setParams(address, { replace: true, state: location.state })
  }, [address, params, setParams, location.state])

  // The slash is where people look for search, as in other portals.
  useEffect(() => {
    const key = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select')
      if (event.key === '/' && !typing) {
        event.preventDefault()
        search.current?.focus()
      }
    }
    document.addEventListener('keydown', key)
    return () => document.removeEventListener('keydown', key)
  }, [])

  const items = useMemo(() => calls.data?.pages.flatMap((page) => page.items) ?? [], [calls.data])
  const total = calls.data?.pages[0]?.total
  const { fetchNextPage } = calls
  const more = useCallback(() => void fetchNextPage(), [fetchNextPage])
  const lastOpened: unknown = location.state?.opened

  function open(id: string) {
    navigate(`/calls/${id}`, { state: { search: address } })
  }

  return (
    <div className={styles.page}>
      <h1 className={styles.heading}>Calls</h1>
      <FilterBar
        filters={filters}
        tags={may(session, 'notes-read')}
        onChange={setFilters}
        searchRef={search}
      />
      <div className={styles.status}>
        <Text role="status" className={styles.grow}>
          {calls.isPending ? 'Searching…' : total ? found(total) : ''}
        </Text>
        <Text size={200}>Newest first</Text>
        <Tooltip content="Search again" relationship="label">
          <Button
            appearance="subtle"
            size="small"
            icon={<ArrowSyncRegular />}
            disabledFocusable={calls.isFetching}
            onClick={() => void calls.refetch()}
          />
        </Tooltip>
      </div>
      {calls.isError && (
        <MessageBar intent="error">
          <MessageBarBody>
            <MessageBarTitle>The search failed</MessageBarTitle>
            {calls.error.message}
          </MessageBarBody>
          <MessageBarActions>
            <Button onClick={() => void calls.refetch()}>Try again</Button>
          </MessageBarActions>
        </MessageBar>
      )}
      {calls.isPending ? (
        <Skeleton className={styles.skeleton} aria-label="Searching">
          {Array.from({ length: 10 }, (_, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: ten bars alike
            <SkeletonItem key={row} size={20} />
          ))}
        </Skeleton>
      ) : items.length > 0 ? (
        <ResultTable
          key={address}
          items={items}
          total={total?.value ?? items.length}
          hasMore={calls.hasNextPage && !calls.isError}
          loadingMore={calls.isFetchingNextPage}
          stale={calls.isPlaceholderData}
          onMore={more}
          onOpen={open}
          lastOpened={typeof lastOpened === 'string' ? lastOpened : undefined}
        />
      ) : (
        !calls.isError && (
          <div className={styles.empty}>
            {isFiltered(settled) ? (
              <Message
                icon={<SearchRegular />}
                title="No call matches"
                text="Try fewer words, a wider time, or only the last digits of a number, such as *4711."
              >
                <Button onClick={() => setFilters(noFilters)}>Clear all filters</Button>
              </Message>
            ) : (
              <Message
                icon={<CallRegular />}
                title="No calls yet"
                text="As soon as a session border controller sends a call of this tenant, it appears here: live first, playable once it was archived. If you expect calls, ask the platform’s operator whether the controller’s address and your numbers are known."
              />
            )}
          </div>
        )
      )}
    </div>
  )
}

function found(total: { value: number; exact: boolean }): string {
  const count = formatCount(total.value)
  return `${total.exact ? '' : 'At least '}${count} ${total.value === 1 ? 'call' : 'calls'}`
}
