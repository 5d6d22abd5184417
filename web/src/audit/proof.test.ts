import { expect, it } from 'vitest'
import type { AuditProof } from '../api/client'
import { stateOf, verifyProof } from './proof'

/** The test vectors of docs/formats/audit-entry.md and audit-log.md. */
const proof: AuditProof = {
  entry: {
    id: '0193a1b2-0000-7000-8000-000000000001',
    at: '2026-11-20T09:15:00.123456Z',
    actor: 'user:ana@acme',
    action: 'recording.play',
    object: 'recording:0193a1b2-0000-7000-8000-000000000002',
    actId: null,
    outcome: null,
    details: { from: '00:10', reason: 'complaint 7' },
  },
  salt: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  canonical:
    '{"action":"recording.play","actor":"2effe39b1514677ed6db76705399cbeb42efb3380005522935bb8a3f87aa2bc6","at":"2026-11-20T09:15:00.123456Z","details":{"from":"bb10b180b7a5feee3b54fe7edb7e60267e47692fa9e88619a4d4899aa4a8d3d0","reason":"1bff69f5692fd8dbc020679fa186aa2ffb7688ffa0b2e00e2d8ed0ee0740943e"},"format":"earwitness-audit-1","id":"0193a1b2-0000-7000-8000-000000000001","object":"4019dcd086ee41ceaf7ea7dc90d815d1b1ed276762a5a65736fdba725ab62c3f","tenant":"acme"}',
  leafHash: 'DzKgulWpSkhDJgDGD/tekucHC5dpre9s5r5AZjmkIY4=',
  leafIndex: 0,
  hashes: ['qU3U08LG0lSMpOVg1ycnurXXlVABkfW4VXkTDdOxRgM=', 'ZW0+j1RCOM324y1kD1G6CRSVmxTt16UtC4uZq0yKxsY='],
  head: {
    origin: 'earwitness.local/audit/acme',
    treeSize: 3,
    rootHash: 'w87tjVKueDbFr/oAmVSf+V5r5ppQ1Ii6QeWXDtw3zfE=',
    checkpoint:
      'earwitness.local/audit/acme\n3\nw87tjVKueDbFr/oAmVSf+V5r5ppQ1Ii6QeWXDtw3zfE=\n\n— earwitness.local/audit/acme nLojxvkndNl1rKADGKPzEYWEuvsZGkgs9AR+Ah5BgFvlXYb2EDuOH2Z9ez8wR00ubfGZg9xFc0TYJdBU3/QuTEMF9gg=\n',
    verifierKey: 'earwitness.local/audit/acme+9cba23c6+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  },
}

async function states(changed: AuditProof) {
  return (await verifyProof(changed)).steps.map((step) => step.state)
}

it('verifies the documented entry, tree and signature', async () => {
  const verdict = await verifyProof(proof)
  expect(verdict.steps.map((step) => step.detail)).toEqual([undefined, undefined, undefined])
  expect(stateOf(verdict)).toBe('ok')
})

it.each([
  ['actor', { actor: 'user:mallory@acme' }, 'Another actor was entered.'],
  ['at', { at: '2026-11-20T09:15:00.123457Z' }, 'Another at was entered.'],
  ['outcome', { outcome: 'done' }, 'Another outcome was entered.'],
  ['a detail', { details: { from: '00:10', reason: 'none' } }, 'Another detail “reason” was entered.'],
  ['a detail more', { details: { ...proof.entry.details, x: 'y' } }, 'Another detail “x” was entered.'],
])('finds a changed entry by its %s', async (_, change, detail) => {
  const verdict = await verifyProof({ ...proof, entry: { ...proof.entry, ...change } })
  expect(verdict.steps[0]).toMatchObject({ state: 'bad', detail })
  expect(stateOf(verdict)).toBe('bad')
})

it('finds a forged proof: another path, another place, other bytes', async () => {
  const [first = '', second = ''] = proof.hashes
  expect(await states({ ...proof, hashes: [second, first] })).toEqual(['ok', 'bad', 'ok'])
  expect(await states({ ...proof, hashes: [first] })).toEqual(['ok', 'bad', 'ok'])
  expect(await states({ ...proof, hashes: [first, second, second] })).toEqual(['ok', 'bad', 'ok'])
  expect(await states({ ...proof, leafIndex: 1 })).toEqual(['ok', 'bad', 'ok'])
  const canonical = proof.canonical.replace('"tenant":"acme"', '"tenant":"acm"')
  expect(await states({ ...proof, canonical })).toEqual(['ok', 'bad', 'ok'])
})

it('finds a forged checkpoint: another root, size, signature or key', async () => {
  const head = (change: Partial<AuditProof['head']>) => ({ ...proof, head: { ...proof.head, ...change } })
  const note = proof.head.checkpoint
  const [first = ''] = proof.hashes
  // A root that the path does lead to, but that nobody signed
  const forged = head({ rootHash: first, checkpoint: note.replace(proof.head.rootHash, first), treeSize: 3 })
  expect((await states(forged))[2]).toBe('bad')
  expect((await states(head({ rootHash: first })))[2]).toBe('bad')
  expect((await states(head({ checkpoint: note.replace('nLojxvkn', 'nLojxvkm') })))[2]).toBe('bad')
  expect((await states(head({ checkpoint: note.replace('nLojxvkn', 'nLojYvkn') })))[2]).toBe('bad')
  expect((await states(head({ checkpoint: note.replace('\n3\n', '\n4\n'), treeSize: 4 })))[2]).toBe('bad')
  const other = proof.head.verifierKey.replace('+9cba23c6+', '+9cba23c7+')
  expect((await states(head({ verifierKey: other })))[2]).toBe('bad')
  expect((await states(head({ checkpoint: '' })))[2]).toBe('bad')
})
