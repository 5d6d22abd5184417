import { Checkbox, Field, Input, Radio, RadioGroup, Select, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import {
  type AnnouncementPolicy,
  type AnnouncementRule,
  api,
  type Direction,
  type Jurisdiction,
  type Prompt,
  unwrap,
} from '../api/client'
import { FormDialog } from '../app/FormDialog'
import { useSession } from '../app/session'
import { directions } from '../lib/words'
import { fallbacks, modes, savePolicy, uploadPrompt, words } from './queries'

type Close = { onClose: () => void }

/** Adds a prompt, or the next version of one. */
export function PromptDialog({ onClose }: Close) {
  const session = useSession()
  const [name, setName] = useState('')
  const [language, setLanguage] = useState('')
  const [from, setFrom] = useState('text')
  const [text, setText] = useState('')
  const [file, setFile] = useState<File>()
  async function add() {
    if (from === 'file' && file) return uploadPrompt(session.csrf, name, language, file)
    return unwrap(api.POST('/api/v1/announcements/prompts', { body: { name, language, text } }))
  }
  return (
    <FormDialog
      title="Add a prompt"
      submit="Add"
      changes={['prompts']}
      onClose={onClose}
      disabled={!name || !language || (from === 'text' ? !text.trim() : !file)}
      onSubmit={add}
    >
      <Field
        label="Name"
        hint="As rules name it, such as recording. A name that is there gets a further version."
      >
        <Input value={name} onChange={(_, data) => setName(data.value)} />
      </Field>
      <Field label="Language" hint="Such as en, de-CH or pt-BR">
        <Input value={language} onChange={(_, data) => setLanguage(data.value)} />
      </Field>
      <RadioGroup
        layout="horizontal"
        aria-label="Where it comes from"
        value={from}
        onChange={(_, data) => setFrom(data.value)}
      >
        <Radio value="text" label="Have a text spoken" />
        <Radio value="file" label="Upload a file" />
      </RadioGroup>
      {from === 'text' ? (
        <Field label="Text" hint="Spoken by espeak-ng on the server">
          <Textarea value={text} onChange={(_, data) => setText(data.value)} />
        </Field>
      ) : (
        <Field label="File" hint="WAV or FLAC, 1.5 to 60 seconds of speech">
          <input
            type="file"
            accept=".wav,.flac,audio/wav,audio/flac"
            onChange={(event) => setFile(event.target.files?.[0])}
          />
        </Field>
      )}
    </FormDialog>
  )
}

/** Takes a version of a prompt out of use. */
export function WithdrawDialog({ prompt, onClose }: Close & { prompt: Prompt }) {
  const { name, language, version } = prompt
  return (
    <FormDialog
      title={`Take ${name}, ${language}, version ${version} out of use`}
      submit="Take out of use"
      changes={['prompts']}
      onClose={onClose}
      onSubmit={() =>
        unwrap(
          api.DELETE('/api/v1/announcements/prompts/{name}/{language}/{version}', {
            params: { path: { name, language, version } },
          }),
        )
      }
    >
      It is neither played nor looked for in calls that begin from now on. It stays, for the calls in which it
      was heard.
    </FormDialog>
  )
}

type RuleProps = Close & { policy: AnnouncementPolicy; prompts: string[]; index?: number }

/** Adds a rule at the end, or changes one. */
export function RuleDialog({ policy, prompts, index, onClose }: RuleProps) {
  const [rule, setRule] = useState<AnnouncementRule>(
    (index === undefined ? undefined : policy.rules[index]) ?? {
      name: '',
      mode: 'announce',
      prompt: prompts[0] ?? null,
      fallback: 'connect-flagged',
    },
  )
  const [lists, setLists] = useState({
    countries: rule.countries?.join(', ') ?? '',
    numbers: rule.numbers?.join(', ') ?? '',
    teams: rule.teams?.join(', ') ?? '',
    languages: rule.languages?.join(', ') ?? '',
  })
  const set = (change: Partial<AnnouncementRule>) => setRule({ ...rule, ...change })
  const list = (name: keyof typeof lists, label: string, hint: string) => (
    <Field label={label} hint={hint}>
      <Input value={lists[name]} onChange={(_, data) => setLists({ ...lists, [name]: data.value })} />
    </Field>
  )
  function save() {
    const changed: AnnouncementRule = {
      ...rule,
      prompt: rule.mode === 'none' ? null : rule.prompt,
      gate: rule.mode === 'none' ? null : rule.gate,
      consent: rule.mode === 'consent-by-key' ? rule.consent : null,
      countries: words(lists.countries),
      numbers: words(lists.numbers),
      teams: words(lists.teams),
      languages: words(lists.languages),
    }
    const rules = [...policy.rules]
    rules.splice(index ?? rules.length, 1, changed)
    return savePolicy(policy, { rules })
  }
  return (
    <FormDialog
      title={index === undefined ? 'Add a rule' : 'Change a rule'}
      submit="Save"
      changes={['announcement-policy']}
      onClose={onClose}
      disabled={!rule.name || (rule.mode !== 'none' && !rule.prompt)}
      onSubmit={save}
    >
      <Field label="Name">
        <Input value={rule.name} onChange={(_, data) => set({ name: data.value })} />
      </Field>
      <Field label="What is done">
        <Select
          value={rule.mode}
          onChange={(_, data) => set({ mode: data.value as AnnouncementRule['mode'] })}
        >
          {Object.entries(modes).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      {rule.mode !== 'none' && (
        <>
          <Field label="Prompt">
            <Select value={rule.prompt ?? ''} onChange={(_, data) => set({ prompt: data.value || null })}>
              <option value="">Choose one</option>
              {prompts.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
          <Field label="If it can’t be played">
            <Select
              value={rule.fallback ?? 'connect-flagged'}
              onChange={(_, data) => set({ fallback: data.value as AnnouncementRule['fallback'] })}
            >
              {Object.entries(fallbacks).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </Select>
          </Field>
          <Checkbox
            label="The tenant’s own people are to hear it too"
            checked={rule.allParties ?? false}
            onChange={(_, data) => set({ allParties: data.checked === true })}
          />
        </>
      )}
      {rule.mode !== 'none' && <GateFields rule={rule} set={set} />}
      {rule.mode === 'consent-by-key' && <ConsentFields rule={rule} set={set} />}
      <Field label="Directions" hint="None for all">
        <div>
          {(Object.keys(directions) as Direction[]).map((direction) => (
            <Checkbox
              key={direction}
              label={directions[direction]}
              checked={rule.directions?.includes(direction) ?? false}
              onChange={(_, data) =>
                set({
                  directions: data.checked
                    ? [...(rule.directions ?? []), direction]
                    : rule.directions?.filter((each) => each !== direction),
                })
              }
            />
          ))}
        </div>
      </Field>
      {list(
        'countries',
        'Countries of the other party',
        'DE, US-CA, all-party-consent, unknown; empty for all',
      )}
      {list('numbers', 'Numbers of either party', 'Such as +49301234567, or +4930* for all that begin so')}
      {list('teams', 'Teams of the tenant’s party', 'Their ids')}
      {list('languages', 'Languages of the call', 'As whoever connects the call says')}
    </FormDialog>
  )
}

type Part = { rule: AnnouncementRule; set: (change: Partial<AnnouncementRule>) => void }

/** What is kept until the announcement has ended. */
function GateFields({ rule, set }: Part) {
  const gate = rule.gate ?? null
  return (
    <>
      <Field label="Until it has ended, keep">
        <Select
          value={gate?.keep ?? ''}
          onChange={(_, data) =>
            set({
              gate: data.value
                ? {
                    limitSeconds: 60,
                    onTimeout: 'keep-and-flag',
                    ...gate,
                    keep: data.value as 'nothing' | 'announcement-channel',
                  }
                : null,
            })
          }
        >
          <option value="">Everything</option>
          <option value="announcement-channel">Only the channel that carries it</option>
          <option value="nothing">Nothing</option>
        </Select>
      </Field>
      {gate && (
        <>
          <Field label="Wait for its end at most" hint="Seconds, 1 to 600, from the call’s start">
            <Input
              type="number"
              value={String(gate.limitSeconds ?? 60)}
              onChange={(_, data) => set({ gate: { ...gate, limitSeconds: Number(data.value) } })}
            />
          </Field>
          <Field label="If its end is not signalled by then">
            <Select
              value={gate.onTimeout ?? 'keep-and-flag'}
              onChange={(_, data) =>
                set({ gate: { ...gate, onTimeout: data.value as 'keep-and-flag' | 'withhold' } })
              }
            >
              <option value="keep-and-flag">Keep and flag</option>
              <option value="withhold">Keep nothing</option>
            </Select>
          </Field>
        </>
      )}
    </>
  )
}

/** By which keys parties agree or object. */
function ConsentFields({ rule, set }: Part) {
  const consent = rule.consent ?? null
  const key = (name: 'key' | 'withdrawalKey', label: string) => (
    <Field label={label} hint="One of 0-9, *, #">
      <Input
        value={consent?.[name] ?? ''}
        maxLength={1}
        onChange={(_, data) => consent && set({ consent: { ...consent, [name]: data.value || null } })}
      />
    </Field>
  )
  return (
    <>
      <Field label="Who reads the keys">
        <Select
          value={consent?.kind ?? ''}
          onChange={(_, data) =>
            set({
              consent:
                data.value === 'opt-in'
                  ? { kind: 'opt-in', key: '1', withdrawalKey: '9' }
                  : data.value === 'opt-out'
                    ? { kind: 'opt-out', key: null, withdrawalKey: '9' }
                    : null,
            })
          }
        >
          <option value="">Whoever connects the call</option>
          <option value="opt-in">Earwitness: nothing is kept until a key is pressed</option>
          <option value="opt-out">Earwitness: a key ends the recording</option>
        </Select>
      </Field>
      {consent?.kind === 'opt-in' && key('key', 'Key that gives consent')}
      {consent && key('withdrawalKey', 'Key that withdraws it')}
    </>
  )
}

/** Adds a jurisdiction to the table, or changes one. */
export function JurisdictionDialog({
  policy,
  index,
  onClose,
}: Close & { policy: AnnouncementPolicy; index?: number }) {
  const [entry, setEntry] = useState<Jurisdiction>(
    (index === undefined ? undefined : policy.jurisdictions[index]) ?? {
      code: '',
      name: '',
      prefixes: [],
      source: '',
      asOf: new Date().toISOString().slice(0, 10),
    },
  )
  const [prefixes, setPrefixes] = useState(entry.prefixes.join(', '))
  const field = (name: 'code' | 'name' | 'source' | 'asOf', label: string, hint?: string) => (
    <Field label={label} hint={hint}>
      <Input
        value={entry[name]}
        type={name === 'asOf' ? 'date' : 'text'}
        onChange={(_, data) => setEntry({ ...entry, [name]: data.value })}
      />
    </Field>
  )
  function save() {
    const jurisdictions = [...policy.jurisdictions]
    jurisdictions.splice(index ?? jurisdictions.length, 1, { ...entry, prefixes: words(prefixes) })
    return savePolicy(policy, { jurisdictions })
  }
  return (
    <FormDialog
      title={index === undefined ? 'Add a jurisdiction' : 'Change a jurisdiction'}
      submit="Save"
      changes={['announcement-policy']}
      onClose={onClose}
      disabled={!entry.code || !entry.name || !entry.source || !entry.asOf}
      onSubmit={save}
    >
      {field('code', 'Code', 'ISO 3166: a country such as DE, or a part such as US-CA')}
      {field('name', 'Name')}
      {field('source', 'Source', 'The law or opinion it is based on')}
      {field('asOf', 'As of')}
      <Field label="Beginnings of its numbers" hint="Such as +1415; empty for a whole country">
        <Input value={prefixes} onChange={(_, data) => setPrefixes(data.value)} />
      </Field>
    </FormDialog>
  )
}
