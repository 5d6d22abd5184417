import {
  Button,
  Dropdown,
  Field,
  Input,
  makeStyles,
  Option,
  SearchBox,
  Select,
  tokens,
} from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons'
import type { Ref } from 'react'
import type { AnnouncementVerdict, CallState, Direction } from '../api/client'
import { type Filters, filterErrors, isFiltered, noFilters, type Range, ranges } from '../lib/filters'
import { directions, states, verdicts } from '../lib/words'

const useStyles = makeStyles({
  bar: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'flex-start',
    columnGap: tokens.spacingHorizontalM,
    rowGap: tokens.spacingVerticalXS,
  },
  search: { flexGrow: 2, flexBasis: '260px', minWidth: '220px' },
  searchBox: { maxWidth: 'none', width: '100%' },
  range: { width: '136px' },
  moment: { width: '190px' },
  number: { width: '150px' },
  direction: { width: '120px' },
  state: { width: '150px' },
  control: { minWidth: 0, width: '100%' },
  duration: { width: '88px' },
  clear: { marginTop: '20px', whiteSpace: 'nowrap' },
})

type Props = {
  filters: Filters
  /** Whether to ask for tags, which not everybody may see. */
  tags: boolean
  onChange: (filters: Filters) => void
  searchRef: Ref<HTMLInputElement>
}

export function FilterBar({ filters, tags, onChange, searchRef }: Props) {
  const styles = useStyles()
  const errors = filterErrors(filters)
  const set = (change: Partial<Filters>) => onChange({ ...filters, ...change })

  return (
    <search aria-label="Filters" className={styles.bar}>
      <Field label="Search" size="small" className={styles.search}>
        <SearchBox
          size="small"
          ref={searchRef}
          className={styles.searchBox}
          placeholder="Name, number or call id"
          value={filters.q}
          onChange={(_, data) => set({ q: data.value })}
        />
      </Field>
      <Field label="Time" size="small" className={styles.range}>
        <Select value={filters.range} onChange={(_, data) => set({ range: data.value as Range })}>
          {Object.entries(ranges).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      {filters.range === 'custom' && (
        <>
          <Field label="From" size="small" className={styles.moment}>
            <Input
              className={styles.control}
              type="datetime-local"
              value={filters.from}
              onChange={(_, data) => set({ from: data.value })}
            />
          </Field>
          <Field label="To (exclusive)" size="small" className={styles.moment} validationMessage={errors.to}>
            <Input
              className={styles.control}
              type="datetime-local"
              value={filters.to}
              onChange={(_, data) => set({ to: data.value })}
            />
          </Field>
        </>
      )}
      <Field label="Number" size="small" className={styles.number} validationMessage={errors.number}>
        <Input
          className={styles.control}
          value={filters.number}
          placeholder="+49… or *4711"
          onChange={(_, data) => set({ number: data.value })}
        />
      </Field>
      <Field label="Direction" size="small" className={styles.direction}>
        <Select
          value={filters.direction}
          onChange={(_, data) => set({ direction: data.value as Direction | '' })}
        >
          <option value="">Any</option>
          {Object.entries(directions).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="State" size="small" className={styles.state}>
        <Dropdown
          className={styles.control}
          multiselect
          placeholder="Any"
          selectedOptions={filters.states}
          value={filters.states.map((s) => states[s].label).join(', ')}
          onOptionSelect={(_, data) => set({ states: data.selectedOptions as CallState[] })}
        >
          {Object.entries(states).map(([value, { label }]) => (
            <Option key={value} value={value}>
              {label}
            </Option>
          ))}
        </Dropdown>
      </Field>
      <Field label="Announcement" size="small" className={styles.state}>
        <Dropdown
          className={styles.control}
          multiselect
          placeholder="Any"
          selectedOptions={filters.announcements}
          value={filters.announcements.map((verdict) => verdicts[verdict].label).join(', ')}
          onOptionSelect={(_, data) => set({ announcements: data.selectedOptions as AnnouncementVerdict[] })}
        >
          {Object.entries(verdicts).map(([value, { label }]) => (
            <Option key={value} value={value}>
              {label}
            </Option>
          ))}
        </Dropdown>
      </Field>
      {tags && (
        <Field label="Tags" size="small" className={styles.number}>
          <Input
            className={styles.control}
            value={filters.tags}
            placeholder="complaint, vip"
            onChange={(_, data) => set({ tags: data.value })}
          />
        </Field>
      )}
      <Field label="Longer than" size="small" className={styles.duration} validationMessage={errors.min}>
        <Input
          className={styles.control}
          value={filters.min}
          placeholder="m:ss"
          onChange={(_, data) => set({ min: data.value })}
        />
      </Field>
      <Field label="Shorter than" size="small" className={styles.duration} validationMessage={errors.max}>
        <Input
          className={styles.control}
          value={filters.max}
          placeholder="m:ss"
          onChange={(_, data) => set({ max: data.value })}
        />
      </Field>
      {isFiltered(filters) && (
        <Button
          className={styles.clear}
          appearance="subtle"
          size="small"
          icon={<DismissRegular />}
          onClick={() => onChange(noFilters)}
        >
          Clear
        </Button>
      )}
    </search>
  )
}
