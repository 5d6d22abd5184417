import { Button } from '@fluentui/react-components'

type Props = {
  /** Absent where rows have no order; does nothing for the first. */
  onUp?: () => void
  onChange: () => void
  onRemove: () => void
  first?: boolean
  disabled?: boolean
}

/** What can be done with one row of a list that a person edits. */
export function RowActions({ onUp, onChange, onRemove, first, disabled }: Props) {
  return (
    <>
      {onUp && (
        <Button size="small" appearance="subtle" disabled={first || disabled} onClick={onUp}>
          Up
        </Button>
      )}
      <Button size="small" appearance="subtle" onClick={onChange}>
        Change
      </Button>
      <Button size="small" appearance="subtle" disabled={disabled} onClick={onRemove}>
        Remove
      </Button>
    </>
  )
}
