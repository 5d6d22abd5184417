import { FluentProvider, teamsLightTheme } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen } from '@testing-library/react'
import { MemoryRouter } from 'react-router'
import { afterEach, expect, it, vi } from 'vitest'
import type { Permission, Session } from '../api/client'
import { SessionContext } from '../app/session'
import AuditPage from './AuditPage'

const entry = {
  id: '0193a1b2-0000-7000-8000-000000000001',
  at: '2026-11-20T09:15:00.123456Z',
  actor: 'user:ana@acme',
  action: 'recording.play',
  object: 'recording:0193a1b2-0000-7000-8000-000000000002',
  actId: null,
  outcome: null,
  details: { from: '00:10', reason: 'complaint 7' },
}
const head = {
  origin: 'earwitness.local/audit/acme',
  treeSize: 3,
  rootHash: 'w87tjVKueDbFr/oAmVSf+V5r5ppQ1Ii6QeWXDtw3zfE=',
  checkpoint:
    'earwitness.local/audit/acme\n3\nw87tjVKueDbFr/oAmVSf+V5r5ppQ1Ii6QeWXDtw3zfE=\n\n— earwitness.local/audit/acme nLojxvkndNl1rKADGKPzEYWEuvsZGkgs9AR+Ah5BgFvlXYb2EDuOH2Z9ez8wR00ubfGZg9xFc0TYJdBU3/QuTEMF9gg=\n',
  verifierKey: 'earwitness.local/audit/acme+9cba23c6+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
}
const proof = {
  entry,
  salt: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  canonical:
    '{"action":"recording.play","actor":"2effe39b1514677ed6db76705399cbeb42efb3380005522935bb8a3f87aa2bc6","at":"2026-11-20T09:15:00.123456Z","details":{"from":"bb10b180b7a5feee3b54fe7edb7e60267e47692fa9e88619a4d4899aa4a8d3d0","reason":"1bff69f5692fd8dbc020679fa186aa2ffb7688ffa0b2e00e2d8ed0ee0740943e"},"format":"earwitness-audit-1","id":"0193a1b2-0000-7000-8000-000000000001","object":"4019dcd086ee41ceaf7ea7dc90d815d1b1ed276762a5a65736fdba725ab62c3f","tenant":"acme"}',
  leafHash: '',
  leafIndex: 0,
  hashes: ['qU3U08LG0lSMpOVg1ycnurXXlVABkfW4VXkTDdOxRgM=', 'ZW0+j1RCOM324y1kD1G6CRSVmxTt16UtC4uZq0yKxsY='],
  head,
}

const siem = {
  name: 'siem',
  address: 'tls://siem.acme.example:6514',
  masked: true,
  nextLeaf: 3,
  waiting: 1200,
  oldestWaiting: '2026-11-20T09:15:00Z',
  lastSentAt: null,
  failingSince: '2026-11-20T09:16:00Z',
  problem: 'siem.acme.example:6514: Connection refused',
}

afterEach(() => vi.unstubAllGlobals())

function show(given: unknown, ...permissions: Permission[]) {
  const answers: Record<string, unknown> = {
    '/api/v1/audit': { items: [entry], next: null },
    '/api/v1/audit/checkpoint': head,
    '/api/v1/audit/destinations': { items: [siem] },
    [`/api/v1/audit/entries/${entry.id}/proof`]: given,
  }
  vi.stubGlobal('fetch', async (request: Request) => Response.json(answers[new URL(request.url).pathname]))
  const session = { permissions, zone: 'UTC' } as Session
  render(
    <FluentProvider theme={teamsLightTheme}>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <SessionContext.Provider value={session}>
            <AuditPage />
          </SessionContext.Provider>
        </MemoryRouter>
      </QueryClientProvider>
    </FluentProvider>,
  )
}

it('shows the checkpoint and verifies an entry here when asked', async () => {
  show(proof, 'audit')
  expect(await screen.findByText('3 entries are signed as earwitness.local/audit/acme')).toBeTruthy()
  fireEvent.click(await screen.findByRole('button', { name: 'Verify' }))
  expect(await screen.findByText('The entry shown is the one that was hashed: proven')).toBeTruthy()
  expect(screen.getByText('It is leaf 0 of the tree of 3 entries: proven')).toBeTruthy()
  expect(screen.getByText('The tree’s root is signed by the log’s key: proven')).toBeTruthy()
})

it('says so when the server’s proof is forged', async () => {
  show(
    { ...proof, entry: { ...entry, actor: 'user:mallory@acme' }, hashes: proof.hashes.toReversed() },
    'audit',
  )
  fireEvent.click(await screen.findByRole('button', { name: 'Verify' }))
  expect(await screen.findByText(/hashed: NOT proven\. Another actor was entered\./)).toBeTruthy()
  expect(screen.getByText(/tree of 3 entries: NOT proven/)).toBeTruthy()
})

it('offers no proofs to those who see their own acts only', async () => {
  show(proof, 'audit-own')
  expect(await screen.findByText('user:ana@acme')).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Verify' })).toBeNull()
  expect(screen.queryByLabelText('Checkpoint')).toBeNull()
})

it('tells how far each receiver is, and lets an administrator ask for another one', async () => {
  show(proof, 'audit', 'delivery-targets')
  expect(await screen.findByText(/nothing yet, 1,200 waiting/)).toBeTruthy()
  expect(screen.getByText(/Failing since .*Connection refused/)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Ask to remove' })).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'Forward to a syslog receiver' }))
  expect(await screen.findByRole('dialog', { hidden: true })).toBeTruthy()
})

it('shows an auditor the receivers and nothing to change', async () => {
  show(proof, 'audit')
  expect(await screen.findByText(/nothing yet, 1,200 waiting/)).toBeTruthy()
  expect(screen.queryByRole('button', { name: 'Ask to remove' })).toBeNull()
})
