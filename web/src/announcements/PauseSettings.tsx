import {
  Button,
  Checkbox,
  Field,
  Input,
  makeStyles,
  mergeClasses,
  Select,
  Spinner,
  Text,
} from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type PauseSettings, unwrap } from '../api/client'
import { Failed } from '../app/Failed'
import { useTableStyles } from '../app/table'

const sides: Record<NonNullable<PauseSettings['codeSide']>, string> = {
  own: 'The tenant’s own people',
  other: 'The other parties',
  any: 'Anybody',
}

const useStyles = makeStyles({
  inside: { padding: '12px 16px', maxWidth: '520px' },
})

/** How the tenant’s recordings are paused, and whether digits are kept. */
export function Pausing({ change }: { change: boolean }) {
  const settings = useQuery({
    queryKey: ['pause-settings'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/policies/pause', { signal })),
  })
  if (settings.isPending) return <Spinner label="Loading" />
  if (settings.isError) return <Failed title="The settings can’t be read" error={settings.error} />
  return <Shown key={JSON.stringify(settings.data)} settings={settings.data} change={change} />
}

function Shown({ settings, change }: { settings: PauseSettings; change: boolean }) {
  const styles = useTableStyles()
  const own = useStyles()
  const client = useQueryClient()
  const [edited, setEdited] = useState(settings)
  const set = (part: Partial<PauseSettings>) => setEdited({ ...edited, ...part })
  const save = useMutation({
    mutationFn: () => unwrap(api.PUT('/api/v1/policies/pause', { body: edited })),
    onSuccess: () => client.invalidateQueries({ queryKey: ['pause-settings'] }),
  })
  const code = (name: 'pauseCode' | 'resumeCode', label: string) => (
    <Field label={label} hint="2 to 8 keys, such as *71; empty for none">
      <Input
        value={edited[name] ?? ''}
        readOnly={!change}
        maxLength={8}
        onChange={(_, data) => set({ [name]: data.value || null })}
      />
    </Field>
  )
  return (
    <section className={styles.box} aria-label="Pausing">
      {save.isError && <Failed title="It was not done" error={save.error} />}
      <form
        className={mergeClasses(styles.form, own.inside)}
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Text>For calls that begin from the change on. Tones within the sound are not masked.</Text>
        <Field label="A pause ends by itself after" hint="Seconds, 5 to 86400">
          <Input
            type="number"
            value={String(edited.limitSeconds ?? 900)}
            readOnly={!change}
            onChange={(_, data) => set({ limitSeconds: Number(data.value) })}
          />
        </Field>
        <Checkbox
          label="Keep digits that are pressed outside of pauses"
          checked={edited.keepDigits ?? false}
          disabled={!change}
          onChange={(_, data) => set({ keepDigits: data.checked === true })}
        />
        {code('pauseCode', 'Keys that pause')}
        {code('resumeCode', 'Keys that resume')}
        <Field label="Who may press them">
          <Select
            value={edited.codeSide ?? 'own'}
            disabled={!change}
            onChange={(_, data) => set({ codeSide: data.value as PauseSettings['codeSide'] })}
          >
            {Object.entries(sides).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
        {change && (
          <div>
            <Button type="submit" appearance="primary" disabled={save.isPending}>
              Save
            </Button>
          </div>
        )}
      </form>
    </section>
  )
}
