import { Link, makeStyles, mergeClasses, tokens } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons'
import type { RecordingDetail } from '../api/client'
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
})

/** How the call is kept, and what anybody needs to check it without us. */
export function Preservation({ call }: { call: RecordingDetail }) {
  const styles = useStyles()
  const archive = call.archive
  const base = `/api/v1/recordings/${call.id}`
  const mono = (text: string) => <span className={styles.mono}>{text}</span>
  return (
    <Card title={archive ? 'Preservation' : 'Identification'}>
      <FactList
        facts={[
          ['Kept until', archive && formatDate(archive.keepUntil, call.zone)],
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
      {archive && (
        <div className={styles.links}>
          <Link href={`${base}/manifest`} download className={styles.link}>
            <ArrowDownloadRegular aria-hidden /> Signed manifest
          </Link>
          {may(call, 'download') &&
            partsOf(call).map(({ number }, _, all) => (
              <Link key={number} href={`${base}/object${numbered(number)}`} download className={styles.link}>
                <ArrowDownloadRegular aria-hidden /> Encrypted audio{all.length > 1 ? `, part ${number}` : ''}
              </Link>
            ))}
        </div>
      )}
    </Card>
  )
}
