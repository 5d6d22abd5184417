import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { cleanup, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { expect, it } from 'vitest'
import { OtherAttempts } from './OtherAttempts'

function show(recordedAs: string[], refusedAttempts: string[]) {
  return render(
    <FluentProvider theme={teamsLightTheme}>
      <MemoryRouter>
        <OtherAttempts call={{ recordedAs, refusedAttempts }} />
      </MemoryRouter>
    </FluentProvider>,
  ).container.textContent
}

it('a refused call leads to what was recorded in its place', () => {
  expect(show(['one'], [])).toBe('The same conversation was recorded: see the recording.')
  expect(screen.getByRole('link', { name: 'see the recording' }).getAttribute('href')).toBe('/calls/one')
})

it('of several recordings each has its link', () => {
  expect(show(['one', 'two'], [])).toBe('The same conversation was recorded: recording 1, recording 2.')
  expect(screen.getByRole('link', { name: 'recording 2' }).getAttribute('href')).toBe('/calls/two')
})

it('a recorded call tells which attempts were refused', () => {
  expect(show([], ['three'])).toBe(
    'Another attempt at recording this conversation was refused: see the attempt.',
  )
  cleanup()
  expect(show([], ['three', 'four'])).toBe(
    '2 other attempts at recording this conversation were refused: attempt 1, attempt 2.',
  )
  expect(screen.getByRole('link', { name: 'attempt 1' }).getAttribute('href')).toBe('/calls/three')
})

it('where there was no other attempt nothing is said', () => {
  expect(show([], [])).toBe('')
})
