import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import { afterEach, expect, it, vi } from 'vitest'
import { Storage } from './Storage'

afterEach(() => vi.unstubAllGlobals())

it('tells what is stored, and when it falls due', async () => {
  const none = { recordings: 0, bytes: 0 }
  vi.stubGlobal('fetch', async () =>
    Response.json({
      total: { recordings: 1200, bytes: 4096 },
      stored: [{ keep: '7-years', month: '2026-10', recordings: 1200, bytes: 4096 }],
      due: [{ month: '2027-02', recordings: 200, bytes: 1024 }],
      overdue: none,
      later: { recordings: 1000, bytes: 3072 },
      endless: none,
      held: {
        all: { recordings: 30, bytes: 2e9 },
        pastDue: { recordings: 4, bytes: 1e9 },
        holds: [
          {
            id: 'h1',
            name: 'Case 17',
            all: { recordings: 30, bytes: 2e9 },
            pastDue: { recordings: 4, bytes: 1e9 },
          },
        ],
      },
      price: { perGigabyteMonth: 0.5, currency: 'EUR' },
    }),
  )
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <Storage />
      </QueryClientProvider>
    </FluentProvider>,
  )
  expect(await screen.findByText('2027-02')).toBeTruthy()
  expect(screen.getByText('7 years')).toBeTruthy()
  expect(screen.getByText('Later')).toBeTruthy()
  expect(screen.getByText('Case 17').closest('tr')?.textContent).toContain('€1.00')
  expect(screen.getByText(/4 have fallen due and are kept for holds alone/)).toBeTruthy()
  expect(screen.queryByText('Before now')).toBeNull()
  expect(screen.queryByText('Without an end')).toBeNull()
})
