import { Badge, Field, Link as FileLink, Input, Spinner, Text } from '@fluentui/react-components'
import { useState } from 'react'
import { Failed } from '../app/Failed'
import { Link } from '../app/Link'
import { useTableStyles } from '../app/table'
import { FactList } from '../call/FactList'
import { formatInstant } from '../lib/format'
import { verdicts } from '../lib/words'
import { useReport } from './queries'

const columns = ['Call', 'Verdict', 'Rule', 'Why']

/** What the calls of a day show of their announcements; those that are not as they should be by name. */
export function Report() {
  const styles = useTableStyles()
  const [day, setDay] = useState('')
  const report = useReport(day)
  const shown = report.data
  const csv = `/api/v1/announcements/report?format=csv${shown ? `&day=${shown.day}` : ''}`
  return (
    <section className={styles.box} aria-label="Report" tabIndex={-1}>
      <div className={styles.page}>
        <div className={styles.row}>
          <Field label="Day">
            <Input type="date" value={day || (shown?.day ?? '')} onChange={(_, data) => setDay(data.value)} />
          </Field>
          {shown && (
            <FileLink href={csv} download>
              Download as CSV
            </FileLink>
          )}
        </div>
        {report.isError && <Failed title="The report can’t be read" error={report.error} />}
        {report.isPending && <Spinner label="Loading" />}
        {shown && (
          <>
            <Text role="status">
              {shown.day} ({shown.zone}): {shown.calls} calls for which there was a policy
              {shown.notArchivedYet > 0 && `; ${shown.notArchivedYet} more calls are not archived yet`}.
            </Text>
            <FactList
              facts={Object.entries(verdicts).map(([verdict, { label }]) => [
                label,
                String(shown.verdicts[verdict as keyof typeof verdicts]),
              ])}
            />
            {shown.bad.length > 0 && (
              <table className={styles.table}>
                <thead>
                  <tr>
                    {columns.map((name) => (
                      <th key={name} scope="col" className={styles.head}>
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {shown.bad.map((call) => (
                    <tr key={call.id}>
                      <td className={styles.cell}>
                        <Link to={`/calls/${call.id}`}>{formatInstant(call.start, shown.zone)}</Link>
                      </td>
                      <td className={styles.cell}>
                        <Badge appearance="tint" color={verdicts[call.verdict].color}>
                          {verdicts[call.verdict].label}
                        </Badge>
                      </td>
                      <td className={styles.cell}>{call.rule ?? '–'}</td>
                      <td className={styles.cell}>{call.reason}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            {shown.more && <Text>There are more; search for them by their verdict.</Text>}
          </>
        )}
      </div>
    </section>
  )
}
