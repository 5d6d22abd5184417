import { Checkbox, Field, Input, Select } from '@fluentui/react-components'
import { useState } from 'react'
import { words } from '../announcements/queries'
import type { Direction, Persona, RecordingAction, RecordingRule, Weekday } from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { directions } from '../lib/words'
import { actions, type Draft, weekdays } from './queries'

type Props = { draft: Draft; index?: number; onDraft: (draft: Draft) => void; onClose: () => void }

/** The same list with one more, or without one. */
function toggled<T>(all: T[] | undefined, one: T, on: boolean): T[] {
  const rest = (all ?? []).filter((each) => each !== one)
  return on ? [...rest, one] : rest
}

/** Adds a rule at the end of the draft, or changes one. */
export function RuleDialog({ draft, index, onDraft, onClose }: Props) {
  const [rule, setRule] = useState<RecordingRule>(
    (index === undefined ? undefined : draft.rules[index]) ?? { name: '', action: 'never' },
  )
  const [lists, setLists] = useState({
    persons: rule.persons?.join(', ') ?? '',
    teams: rule.teams?.join(', ') ?? '',
    ownNumbers: rule.ownNumbers?.join(', ') ?? '',
    otherNumbers: rule.otherNumbers?.join(', ') ?? '',
    countries: rule.countries?.join(', ') ?? '',
  })
  const set = (change: Partial<RecordingRule>) => setRule({ ...rule, ...change })
  const list = (name: keyof typeof lists, label: string, hint: string) => (
    <Field label={label} hint={hint}>
      <Input value={lists[name]} onChange={(_, data) => setLists({ ...lists, [name]: data.value })} />
    </Field>
  )
  const number = (name: 'keepMinutes' | 'percent', label: string) => (
    <Field label={label}>
      <Input
        type="number"
        value={rule[name]?.toString() ?? ''}
        onChange={(_, data) => set({ [name]: data.value === '' ? null : Number(data.value) })}
      />
    </Field>
  )
  async function save() {
    const changed: RecordingRule = {
      ...rule,
      keepMinutes: rule.action === 'on-demand' ? rule.keepMinutes : null,
      percent: rule.action === 'selective' ? rule.percent : null,
      persona: rule.persona || null,
      from: rule.from || null,
      until: rule.until || null,
      persons: words(lists.persons),
      teams: words(lists.teams),
      ownNumbers: words(lists.ownNumbers),
      otherNumbers: words(lists.otherNumbers),
      countries: words(lists.countries),
    }
    const rules = [...draft.rules]
    rules.splice(index ?? rules.length, 1, changed)
    onDraft({ ...draft, rules })
  }
  const incomplete =
    (rule.action === 'on-demand' && !rule.keepMinutes) ||
    (rule.action === 'selective' && (rule.percent ?? null) === null)
  return (
    <FormDialog
      title={index === undefined ? 'Add a rule' : 'Change a rule'}
      submit="Take over"
      changes={[]}
      onClose={onClose}
      disabled={!rule.name || incomplete}
      onSubmit={save}
    >
      <Field label="Name">
        <Input value={rule.name} onChange={(_, data) => set({ name: data.value })} />
      </Field>
      <Field label="What is done">
        <Select value={rule.action} onChange={(_, data) => set({ action: data.value as RecordingAction })}>
          {Object.entries(actions).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      {rule.action === 'on-demand' && number('keepMinutes', 'Minutes after its end to mark a call')}
      {rule.action === 'selective' && number('percent', 'Calls of a hundred')}
      <Field label="Directions" hint="None for all">
        <div>
          {(Object.keys(directions) as Direction[])
            .filter((direction) => direction !== 'unknown')
            .map((direction) => (
              <Checkbox
                key={direction}
                label={directions[direction]}
                checked={rule.directions?.includes(direction) ?? false}
                onChange={(_, data) =>
                  set({ directions: toggled(rule.directions, direction, data.checked === true) })
                }
              />
            ))}
        </div>
      </Field>
      {draft.personas.length > 0 && (
        <Field label="Persona">
          <Select value={rule.persona ?? ''} onChange={(_, data) => set({ persona: data.value || null })}>
            <option value="">Any</option>
            {draft.personas.map((persona) => (
              <option key={persona.name} value={persona.name}>
                {persona.name}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {list(
        'ownNumbers',
        'Numbers of the tenant’s party',
        'Such as +49301234567, or +4930* for all that begin so',
      )}
      {list('otherNumbers', 'Numbers of the other party', 'Such as 112')}
      {list('countries', 'Countries of the other party', 'DE, CH, unknown; empty for all')}
      {list('persons', 'Persons', 'Their ids')}
      {list('teams', 'Teams of the tenant’s party', 'Their ids')}
      <Field label="Weekdays" hint="None for all">
        <div>
          {(Object.keys(weekdays) as Weekday[]).map((day) => (
            <Checkbox
              key={day}
              label={weekdays[day]}
              checked={rule.weekdays?.includes(day) ?? false}
              onChange={(_, data) => set({ weekdays: toggled(rule.weekdays, day, data.checked === true) })}
            />
          ))}
        </div>
      </Field>
      <Field label="From" hint="In the tenant’s time zone">
        <Input
          type="time"
          value={rule.from?.slice(0, 5) ?? ''}
          onChange={(_, data) => set({ from: data.value })}
        />
      </Field>
      <Field label="Until" hint="The next day’s, if it is not after From">
        <Input
          type="time"
          value={rule.until?.slice(0, 5) ?? ''}
          onChange={(_, data) => set({ until: data.value })}
        />
      </Field>
    </FormDialog>
  )
}

/** Adds a persona to the draft, or changes one and the rules that name it. */
export function PersonaDialog({ draft, index, onDraft, onClose }: Props) {
  const before = index === undefined ? undefined : draft.personas[index]
  const [name, setName] = useState(before?.name ?? '')
  const [identities, setIdentities] = useState(before?.identities.join(', ') ?? '')
  async function save() {
    const changed: Persona = { name, identities: words(identities) }
    const personas = [...draft.personas]
    personas.splice(index ?? personas.length, 1, changed)
    const rules = draft.rules.map((rule) =>
      before && rule.persona === before.name ? { ...rule, persona: name } : rule,
    )
    onDraft({ personas, rules })
  }
  return (
    <FormDialog
      title={index === undefined ? 'Add a persona' : 'Change a persona'}
      submit="Take over"
      changes={[]}
      onClose={onClose}
      disabled={!name || words(identities).length === 0}
      onSubmit={save}
    >
      <Field label="Name">
        <Input value={name} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label="Numbers and addresses" hint="Such as +4930100, anna.trading@acme.example">
        <Input value={identities} onChange={(_, data) => setIdentities(data.value)} />
      </Field>
    </FormDialog>
  )
}
