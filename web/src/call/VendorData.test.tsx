import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { render, screen } from '@testing-library/react'
import { expect, it } from 'vitest'
import { VendorData } from './VendorData'

function show(data: { name: string; value: string }[]) {
  return render(
    <FluentProvider theme={teamsLightTheme}>
      <VendorData data={data} />
    </FluentProvider>,
  )
}

it('each name stands beside its value, as the border controller wrote them', () => {
  const { container } = show([
    { name: 'ucid', value: '00FA0800A1B2C36AE0D1F2;encoding=hex' },
    { name: 'Diversion', value: '<sip:+4930@acme.example>;reason=no-answer' },
  ])
  expect(screen.getByText('From the SBC')).toBeTruthy()
  expect([...container.querySelectorAll('li')].map((row) => row.textContent)).toEqual([
    'ucid00FA0800A1B2C36AE0D1F2;encoding=hex',
    'Diversion<sip:+4930@acme.example>;reason=no-answer',
  ])
})

it('where it told nothing of its own there is no card', () => {
  show([])
  expect(screen.queryByText('From the SBC')).toBeNull()
})
