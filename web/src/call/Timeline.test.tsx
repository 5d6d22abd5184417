import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { fireEvent, render, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { Mark } from '../api/client'
import { Marks } from './Timeline'

function show(count: number) {
  const marks = Array.from(
    { length: count },
    (_, n): Mark => ({ side: 'left', fromMs: n * 1000, toMs: n * 1000 + 20, cause: 'loss' }),
  )
  const { container } = render(
    <FluentProvider theme={teamsLightTheme}>
      <Marks marks={marks} onSeek={undefined} />
    </FluentProvider>,
  )
  return () => container.querySelectorAll('li').length
}

it('of a hundred thousand silent spans the first are listed, and how many more there are', () => {
  const rows = show(100_000)
  expect(rows()).toBe(200)
  expect(screen.getByText('And 99,800 more.')).toBeTruthy()
  fireEvent.click(screen.getByText('Show the next 200'))
  expect(rows()).toBe(400)
  expect(screen.getByText('And 99,600 more.')).toBeTruthy()
})

it('few silent spans are all listed, and nothing is said of more', () => {
  const rows = show(200)
  expect(rows()).toBe(200)
  expect(screen.queryByText(/more/)).toBeNull()
})
