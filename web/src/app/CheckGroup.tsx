import { Checkbox, makeStyles, Text, tokens } from '@fluentui/react-components'

const useStyles = makeStyles({
  group: { border: 0, margin: 0, padding: 0, minWidth: 0 },
  legend: { padding: 0 },
  boxes: { display: 'grid', gridTemplateColumns: '1fr 1fr' },
  hint: { color: tokens.colorNeutralForeground3 },
})

type Props<T extends string> = {
  label: string
  hint?: string
  /** Each with its name for people. */
  options: [T, string][]
  chosen: T[]
  onChange: (chosen: T[]) => void
}

/** Boxes of which any may be checked. */
export function CheckGroup<T extends string>({ label, hint, options, chosen, onChange }: Props<T>) {
  const styles = useStyles()
  return (
    <fieldset className={styles.group}>
      <legend className={styles.legend}>
        <Text>{label}</Text>
      </legend>
      <div className={styles.boxes}>
        {options.map(([value, name]) => (
          <Checkbox
            key={value}
            label={name}
            checked={chosen.includes(value)}
            onChange={(_, data) =>
              onChange(data.checked ? [...chosen, value] : chosen.filter((each) => each !== value))
            }
          />
        ))}
      </div>
      {hint && (
        <Text size={200} className={styles.hint}>
          {hint}
        </Text>
      )}
    </fieldset>
  )
}
