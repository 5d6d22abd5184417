import { Button, Field, Link, mergeClasses, Spinner, Text, Textarea } from '@fluentui/react-components'
import { ArrowDownloadRegular, SignatureRegular } from '@fluentui/react-icons'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Guest, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { FormDialog } from '../app/FormDialog'
import { Message } from '../app/Message'
import { useTableStyles } from '../app/table'
import { formatInstant } from '../lib/format'
import { rights } from '../lib/words'

/** Who has access now, the grants that nobody uses, and the reviews that were signed off. */
export function SignOffs({ sign, zone }: { sign: boolean; zone: string }) {
  const table = useTableStyles()
  const [signing, setSigning] = useState(false)
  const report = useQuery({
    queryKey: ['access-report'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/access/report', { signal })),
  })
  const reviews = useQuery({
    queryKey: ['access-reviews'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/access/reviews', { signal })),
  })
  if (report.isError) return <Failed title="The report can’t be made" error={report.error} />
  if (reviews.isError) return <Failed title="The reviews can’t be read" error={reviews.error} />
  if (report.isPending || reviews.isPending) return <Spinner label="Loading" />
  const { people, grants, guests, unused, unusedDays } = report.data
  const idle = grants.filter((grant) => unused.includes(grant.id))
  return (
    <>
      <div className={table.top}>
        <Text>
          {people.length} people, {guests.length} guests, {grants.length} grants in force; {idle.length} to
          listen that nobody used for {unusedDays} days.
        </Text>
        {sign && (
          <Button appearance="primary" icon={<SignatureRegular />} onClick={() => setSigning(true)}>
            Sign off
          </Button>
        )}
      </div>
      {idle.length > 0 && (
        <section className={table.box} aria-label="Unused grants" tabIndex={-1}>
          <table className={table.table}>
            <thead>
              <tr>
                {['Nobody used', 'May', 'On', 'Since'].map((name) => (
                  <th key={name} scope="col" className={table.head}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {idle.map((grant) => (
                <tr key={grant.id}>
                  <td className={table.cell}>{grant.holder.name}</td>
                  <td className={table.cell}>{grant.rights.map((right) => rights[right]).join(', ')}</td>
                  <td className={table.cell}>{grant.on.name}</td>
                  <td className={mergeClasses(table.cell, table.nowrap)}>
                    {formatInstant(grant.from, zone)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      {guests.length > 0 && <GuestsInForce guests={guests} zone={zone} />}
      <section className={table.box} aria-label="Reviews" tabIndex={-1}>
        {reviews.data.items.length === 0 ? (
          <Message
            icon={<SignatureRegular />}
            title="Nobody has signed off a review yet"
            text="A recording admin or an auditor who gives no rights himself looks through people, teams and grants, and signs what there is. The report is kept, signed."
          />
        ) : (
          <table className={table.table}>
            <thead>
              <tr>
                {['Signed off', 'By', 'Found', 'People', 'Grants', 'Unused', 'Report'].map((name) => (
                  <th key={name} scope="col" className={table.head}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {reviews.data.items.map((review) => (
                <tr key={review.id}>
                  <td className={mergeClasses(table.cell, table.nowrap)}>{formatInstant(review.at, zone)}</td>
                  <td className={table.cell}>{review.reviewer}</td>
                  <td className={table.cell}>{review.statement}</td>
                  <td className={table.cell}>{review.people}</td>
                  <td className={table.cell}>{review.grants}</td>
                  <td className={table.cell}>{review.unused}</td>
                  <td className={table.cell}>
                    <Link href={`/api/v1/access/reviews/${review.id}/report`} download>
                      <ArrowDownloadRegular aria-hidden /> Signed
                    </Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      {signing && <SignDialog onClose={() => setSigning(false)} />}
    </>
  )
}

function SignDialog({ onClose }: { onClose: () => void }) {
  const [statement, setStatement] = useState('')
  return (
    <FormDialog
      title="Sign off who has access"
      submit="Sign off"
      changes={['access-reviews', 'access-report']}
      onClose={onClose}
      disabled={!statement.trim()}
      onSubmit={() => unwrap(api.POST('/api/v1/access/reviews', { body: { statement: statement.trim() } }))}
    >
      <Field
        label="What you found"
        hint="It is signed together with all people, teams, roles and grants as they are now, and kept with your name."
        required
      >
        <Textarea value={statement} maxLength={2000} onChange={(_, data) => setStatement(data.value)} />
      </Field>
    </FormDialog>
  )
}

function GuestsInForce({ guests, zone }: { guests: Guest[]; zone: string }) {
  const table = useTableStyles()
  return (
    <section className={table.box} aria-label="Guests" tabIndex={-1}>
      <table className={table.table}>
        <thead>
          <tr>
            {['Guest', 'Hears', 'Until', 'Plays'].map((name) => (
              <th key={name} scope="col" className={table.head}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {guests.map((guest) => (
            <tr key={guest.id}>
              <td className={table.cell}>
                {guest.displayName}
                {guest.support && ' (support)'}
              </td>
              <td className={table.cell}>{guest.matter.name}</td>
              <td className={mergeClasses(table.cell, table.nowrap)}>{formatInstant(guest.until, zone)}</td>
              <td className={table.cell}>
                {guest.playsUsed} of {guest.plays}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
