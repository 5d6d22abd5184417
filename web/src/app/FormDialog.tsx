import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Spinner,
} from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { FormEvent, ReactNode } from 'react'
import { intoView } from '../lib/intoView'
import { Failed } from './Failed'
import { useTableStyles } from './table'

type Props = {
  title: string
  submit: string
  /** What makes the change; what it throws is shown and the dialog stays. */
  onSubmit: () => Promise<unknown>
  /** Of which queries the answers are no longer right afterwards. */
  changes: string[]
  onClose: () => void
  disabled?: boolean
  children: ReactNode
}

/** Asks for what a change needs, makes it, and says why if it is refused. */
export function FormDialog({ title, submit, onSubmit, changes, onClose, disabled, children }: Props) {
  const styles = useTableStyles()
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: onSubmit,
    onSuccess: async () => {
      await Promise.all(changes.map((key) => client.invalidateQueries({ queryKey: [key] })))
      onClose()
    },
  })
  function send(event: FormEvent) {
    event.preventDefault()
    if (!disabled && !change.isPending) change.mutate()
  }
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface>
        <form onSubmit={send} noValidate>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={styles.form}>
              {change.isError && (
                <div ref={intoView}>
                  <Failed title="It was not done" error={change.error} />
                </div>
              )}
              {children}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>Cancel</Button>
              <Button appearance="primary" type="submit" disabledFocusable={disabled || change.isPending}>
                {change.isPending ? <Spinner size="tiny" label={submit} /> : submit}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  )
}
