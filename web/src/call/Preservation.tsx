import { Link, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { api, type LockRenewal, type RecordingDetail, unwrap } from '../api/client'
import { useSession } from '../app/session'
import { formatBytes, formatDate, formatInstant } from '../lib/format'
import { may } from '../lib/words'
import { numbered, partsOf } from '../player/parts'
import { Card } from './Card'
import { FactList } from './FactList'

const useStyles = makeStyles({
  mono: {
    fontFamily: tokens.fontFamilyMonospace,
    fontSize: tokens.fontSizeBase200,
    overflowWrap: 'anywhere',
  },
  links: { display: 'flex', flexWrap: 'wrap', columnGap: tokens.spacingHorizontalXL, rowGap: '4px' },
  link: { display: 'inline-flex', alignItems: 'center', gap: '4px' },
  ids: { display: 'block' },
  because: { display: 'block', color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
})

/** Why the store’s lock is shorter than the recording is kept, if that is on purpose. */
function renewal(lock: LockRenewal | null | undefined, zone: string): string | undefined {
  if (!lock || lock.phase === 'full') return undefined
  const until = formatInstant(lock.lockedUntil, zone)
  const by = lock.renewedBy && formatInstant(lock.renewedBy, zone)
  if (lock.problem) return `The store’s lock, until ${until}, could not be renewed: ${lock.problem}`
  switch (lock.phase) {
    case 'settling':
      return `Settling: locked until ${until}, renewed to the full term by ${by}.`
    case 'trial':
      return `On trial: locked until ${until}, renewed by ${by}.`
    case 'moving':
      return `To be moved to your own storage: locked until ${until}, renewed by ${by} unless it is there by then.`
    default:
      return `Locked until ${until}; the lock is being renewed.`
  }
}

/** Until when it is kept, and because of what. */
function KeptUntil({ call, until }: { call: RecordingDetail; until: string }) {
  const styles = useStyles()
  const kept = useQuery({
    queryKey: ['retention', call.id],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/api/v1/recordings/{id}/retention', { params: { path: { id: call.id } }, signal })),
  })
  const because = kept.data?.reasons[0]
  const lock = renewal(kept.data?.renewal, call.zone)
  return (
    <>
      {kept.data && !kept.data.until ? 'No end is known' : formatDate(kept.data?.until ?? until, call.zone)}
      {because && <span className={styles.because}>{because.what}</span>}
      {kept.data?.renewal?.movedTo && (
        <span className={styles.because}>
          Its audio is kept and locked in your own storage, {kept.data.renewal.movedTo}.
        </span>
      )}
      {lock && <span className={styles.because}>{lock}</span>}
      {kept.data?.lockTooShort && <span className={styles.because}>The store’s lock ends too early.</span>}
      {kept.isError && <span className={styles.because}>Why can’t be looked up: {kept.error.message}</span>}
    </>
  )
}

/** How the call is kept, and what anybody needs to check it without us. */
export function Preservation({ call }: { call: RecordingDetail }) {
  const styles = useStyles()
  const archive = call.archive
  const session = useSession()
  const base = `/api/v1/recordings/${call.id}`
  const mono = (text: string) => <span className={styles.mono}>{text}</span>
  return (
    <Card title={archive ? 'Preservation' : 'Identification'}>
      <FactList
        facts={[
          ['Kept until', archive && <KeptUntil call={call} until={archive.keepUntil} />],
          ['Archived', archive && formatInstant(archive.archivedAt, call.zone)],
          [
            'Audio',
            archive &&
              `${archive.codec.toUpperCase()}, ${archive.channels === 2 ? 'stereo' : `${archive.channels} channels`}, ${formatBytes(archive.mediaBytes)}`,
          ],
          [
            call.parts.length > 1 ? 'SHA-256 of part 1' : 'SHA-256 of the audio',
            call.evidence?.audioSha256 && mono(call.evidence.audioSha256),
          ],
          ['Recording', mono(call.id)],
          [
            'Call ids',
            call.callIds.length > 0 &&
              call.callIds.map((id) => (
                <span key={id} className={mergeClasses(styles.mono, styles.ids)}>
                  {id}
                </span>
              )),
          ],
          ['Tenant by', call.matchedRule],
          ['Configuration', mono(call.configurationVersion)],
        ]}
      />
      <div className={styles.links}>
        {may(session, 'audit') && (
          <Link href={`${base}/custody?format=zip`} download className={styles.link}>
            <ArrowDownloadRegular aria-hidden /> Chain of custody
          </Link>
        )}
        {archive && (
          <Link href={`${base}/manifest`} download className={styles.link}>
            <ArrowDownloadRegular aria-hidden /> Signed manifest
          </Link>
        )}
        {archive &&
          may(call, 'download') &&
          partsOf(call).map(({ number }, _, all) => (
            <Link key={number} href={`${base}/object${numbered(number)}`} download className={styles.link}>
              <ArrowDownloadRegular aria-hidden /> Encrypted audio{all.length > 1 ? `, part ${number}` : ''}
            </Link>
          ))}
      </div>
    </Card>
  )
}
