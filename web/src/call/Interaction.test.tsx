import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { expect, it } from 'vitest'
import type { Recording, RecordingDetail } from '../api/client'
import { Interaction } from './Interaction'

function recording(id: string, name: string, duplicate: boolean): Recording {
  return {
    id,
    start: '2026-11-20T09:15:00Z',
    zone: 'Europe/Berlin',
    parties: [{ side: 'left', number: null, name, userId: null, teamIds: [] }],
    flags: duplicate ? ['duplicate'] : [],
  } as unknown as Recording
}

function show(interaction: RecordingDetail['interaction']) {
  const call = { id: 'r1', interaction } as RecordingDetail
  return render(
    <MemoryRouter>
      <FluentProvider theme={teamsLightTheme}>
        <Interaction call={call} />
      </FluentProvider>
    </MemoryRouter>,
  )
}

it('leads to the other recordings and tells which is the better copy', () => {
  const { container } = show({
    id: 'r1',
    recordings: [recording('r1', 'Anna', true), recording('r2', 'Bo', false), recording('r3', 'Carol', true)],
    duplicateOf: 'r2',
  })
  const rows = [...container.querySelectorAll('li')].map((row) => row.textContent)
  expect(rows[0]).toContain('Anna (this recording)a duplicate')
  expect(rows[1]).toContain('Bothe better copy of this recording')
  expect(rows[2]).toContain('Carola duplicate')
  expect([...container.querySelectorAll('a')].map((link) => link.getAttribute('href'))).toEqual([
    '/calls/r2',
    '/calls/r3',
  ])
})

it('of a recording that is alone, or whose others may not be seen, nothing is shown', () => {
  show(null)
  show({ id: 'r0', recordings: [recording('r1', 'Anna', true)], duplicateOf: null })
  expect(screen.queryByText('Same conversation')).toBeNull()
})
