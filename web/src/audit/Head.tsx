import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { api, unwrap } from '../api/client'

const useStyles = makeStyles({
  head: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: tokens.spacingHorizontalM,
    alignItems: 'baseline',
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
  hash: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: 'anywhere' },
})

/**
 * The newest signed head of the log, and the log to take away.
 *
 * @param query which entries of it
 */
export function Head({ query }: { query: Record<string, string> }) {
  const exported = (format: string) => `/api/v1/audit/export?${new URLSearchParams({ ...query, format })}`
  const styles = useStyles()
  const head = useQuery({
    queryKey: ['audit', 'checkpoint'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/audit/checkpoint', { signal })),
  })
  return (
    <section className={styles.head} aria-label="Checkpoint">
      {head.data && (
        <>
          <span>
            {head.data.treeSize.toLocaleString('en')} entries are signed as {head.data.origin}
          </span>
          <span className={styles.hash}>{head.data.rootHash}</span>
        </>
      )}
      {head.isError && <span>{head.error.message}</span>}
      <Button as="a" size="small" appearance="subtle" href={exported('jsonl')}>
        Export with proofs
      </Button>
      <Button as="a" size="small" appearance="subtle" href={exported('csv')}>
        Export as CSV
      </Button>
      <Button as="a" size="small" appearance="subtle" href={exported('parquet')}>
        Export as Parquet
      </Button>
    </section>
  )
}
