import { Button, Field, Input, makeStyles, tokens } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons'
import { type AuditFilter, isFiltered, noFilter } from './filter'

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-end',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXS,
  },
  text: { width: '190px' },
  object: { flexGrow: 1, maxWidth: '340px', minWidth: '220px' },
  day: { width: '150px' },
  control: { minWidth: 0, width: '100%' },
})

type Props = { filter: AuditFilter; whole: boolean; onChange: (filter: AuditFilter) => void }

/** @param whole whether it is the trail of all people, and not of one's own acts */
export function AuditFilterBar({ filter, whole, onChange }: Props) {
  const styles = useStyles()
  const field = (name: keyof AuditFilter, label: string, className: string, input: object) => (
    <Field label={label} size="small" className={className}>
      <Input
        className={styles.control}
        value={filter[name]}
        onChange={(_, data) => onChange({ ...filter, [name]: data.value })}
        {...input}
      />
    </Field>
  )
  return (
    <search aria-label="Filters" className={styles.bar}>
      {whole && field('actor', 'Who', styles.text, { placeholder: 'user:name@tenant' })}
      {field('action', 'Act', styles.text, { placeholder: 'recording.play' })}
      {field('object', 'Object', styles.object, { placeholder: 'Recording id, or src:name …' })}
      {field('from', 'From', styles.day, { type: 'date' })}
      {field('to', 'To', styles.day, { type: 'date' })}
      {isFiltered(filter) && (
        <Button size="small" appearance="subtle" icon={<DismissRegular />} onClick={() => onChange(noFilter)}>
          Clear
        </Button>
      )}
    </search>
  )
}
