import { render } from '@testing-library/react'
import { expect, it } from 'vitest'
import type { Mark } from '../api/client'
import { MarkedSpans } from './MarkedSpans'

it('a hundred thousand losses all over a call are a single shade', () => {
  const marks = Array.from(
    { length: 100_000 },
    (_, n): Mark => ({ side: 'right', fromMs: n * 72, toMs: n * 72 + 20, cause: 'loss' }),
  )
  const { container } = render(<MarkedSpans marks={marks} length={7200} />)
  expect(container.children).toHaveLength(1)
  expect((container.firstElementChild as HTMLElement).style.top).toBe('72px')
})
