import type { AuditProof } from '../api/client'

/**
 * Verifies a proof of the audit trail here, in the browser, from docs/formats/audit-log.md and
 * audit-entry.md. It trusts nothing of the answer but what its hashes and its signature prove.
 */

/** What was checked, with the outcome of each step; later steps may be missing after a failed one. */
export interface Verdict {
  steps: Step[]
}

export interface Step {
  what: string
  /** `unknown`: this browser can't check it. */
  state: 'ok' | 'bad' | 'unknown'
  detail?: string
}

type Bytes = Uint8Array<ArrayBuffer>

const utf8 = new TextEncoder()

export async function verifyProof(proof: AuditProof): Promise<Verdict> {
  if (!globalThis.crypto?.subtle) {
    const detail = 'Browsers give pages their cryptography over HTTPS only.'
    return { steps: [{ what: 'This page can’t verify', state: 'unknown', detail }] }
  }
  const steps: Step[] = []
  const canonical = utf8.encode(proof.canonical)
  const difference = await differs(proof)
  steps.push({
    what: 'The entry shown is the one that was hashed',
    state: difference === undefined ? 'ok' : 'bad',
    ...(difference === undefined ? {} : { detail: `Another ${difference} was entered.` }),
  })
  const leaf = await sha256(concat(Uint8Array.of(0), canonical))
  const path = proof.hashes.map(base64)
  const root = await rootOf(leaf, proof.leafIndex, proof.head.treeSize, path)
  const proven = root !== undefined && equal(root, base64(proof.head.rootHash))
  steps.push({
    what: `It is leaf ${proof.leafIndex} of the tree of ${proof.head.treeSize} entries`,
    state: proven ? 'ok' : 'bad',
    ...(proven ? {} : { detail: 'The hashes do not lead from the entry to the tree’s root.' }),
  })
  steps.push(await signatureStep(proof))
  return { steps }
}

export function stateOf(verdict: Verdict): Step['state'] {
  if (verdict.steps.some((step) => step.state === 'bad')) return 'bad'
  return verdict.steps.some((step) => step.state === 'unknown') ? 'unknown' : 'ok'
}

/** The first member in which the entry differs from its canonical bytes; undefined if none does. */
async function differs(proof: AuditProof): Promise<string | undefined> {
  const { entry } = proof
  const salt = base64(proof.salt)
  const said = JSON.parse(proof.canonical) as Record<string, unknown>
  const expected: Record<string, unknown> = {
    action: entry.action,
    actor: await commitment(salt, 'actor', entry.actor),
    at: microseconds(entry.at),
    format: 'earwitness-audit-1',
    id: entry.id,
  }
  if (entry.actId !== null) expected.actId = entry.actId
  if (entry.object !== null) expected.object = await commitment(salt, 'object', entry.object)
  if (entry.outcome !== null) expected.outcome = entry.outcome
  const names = new Set([...Object.keys(expected), ...Object.keys(said)])
  names.delete('details')
  names.delete('tenant')
  for (const name of [...names].sort()) {
    if (expected[name] !== said[name]) return name
  }
  const details = (said.details ?? {}) as Record<string, unknown>
  for (const name of new Set([...Object.keys(entry.details), ...Object.keys(details)])) {
    const value = entry.details[name]
    if (value === undefined || details[name] !== (await commitment(salt, `details.${name}`, value))) {
      return `detail “${name}”`
    }
  }
  return undefined
}

/** An instant as the canonical bytes have it: always with six decimals. */
function microseconds(at: string): string {
  const [seconds = at, fraction = ''] = at.replace(/Z$/, '').split('.')
  return `${seconds.length === 16 ? `${seconds}:00` : seconds}.${fraction.padEnd(6, '0').slice(0, 6)}Z`
}

async function commitment(salt: Bytes, field: string, value: string): Promise<string> {
  return hex(await hmac(await hmac(salt, field), value))
}

/** The root that a leaf and its path lead to (RFC 9162 §2.1.3.2); undefined if there is none. */
export async function rootOf(
  leaf: Bytes,
  index: number,
  size: number,
  path: Bytes[],
): Promise<Bytes | undefined> {
  if (index < 0 || index >= size) return undefined
  // Beyond 32 bits, where shifts would cut
  let fn = BigInt(index)
  let sn = BigInt(size) - 1n
  let root = leaf
  for (const hash of path) {
    if (sn === 0n) return undefined
    if ((fn & 1n) === 1n || fn === sn) {
      root = await sha256(concat(Uint8Array.of(1), hash, root))
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      root = await sha256(concat(Uint8Array.of(1), root, hash))
    }
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n ? root : undefined
}

async function signatureStep(proof: AuditProof): Promise<Step> {
  const what = 'The tree’s root is signed by the log’s key'
  const { head } = proof
  const end = head.checkpoint.lastIndexOf('\n\n')
  const text = head.checkpoint.slice(0, end + 1)
  const [origin, size, root] = text.split('\n')
  if (end < 0 || origin !== head.origin || size !== String(head.treeSize) || root !== head.rootHash) {
    return { what, state: 'bad', detail: 'The checkpoint is of another tree.' }
  }
  const [name, id, encoded = ''] = splitKey(head.verifierKey)
  const typed = base64(encoded)
  const keyId = (await sha256(concat(utf8.encode(`${name}\n`), typed))).slice(0, 4)
  if (name !== origin || typed.length !== 33 || typed[0] !== 1 || hex(keyId) !== id) {
    return { what, state: 'bad', detail: 'The verifier key is not one of this log.' }
  }
  const line = head.checkpoint
    .slice(end + 2)
    .split('\n')
    .map((each) => each.split(' '))
    .find(([dash, by]) => dash === '—' && by === name)
  const signed = base64(line?.[2] ?? '')
  if (hex(signed.slice(0, 4)) !== id) {
    return { what, state: 'bad', detail: 'The checkpoint has no signature of the log’s key.' }
  }
  let key: CryptoKey
  try {
    key = await crypto.subtle.importKey('raw', typed.slice(1), 'Ed25519', false, ['verify'])
  } catch {
    return {
      what,
      state: 'unknown',
      detail: 'This browser has no Ed25519; Chrome and Edge from 137 on have.',
    }
  }
  const good = await crypto.subtle.verify('Ed25519', key, signed.slice(4), utf8.encode(text))
  return good
    ? { what, state: 'ok' }
    : { what, state: 'bad', detail: 'The signature is not by the log’s key.' }
}

/** `name+id+key`, where the key itself may contain a plus. */
function splitKey(key: string): [string, string, string] {
  const first = key.indexOf('+')
  const second = key.indexOf('+', first + 1)
  return [key.slice(0, first), key.slice(first + 1, second), key.slice(second + 1)]
}

async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

async function hmac(key: Bytes, text: string): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, [
    'sign',
  ])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, utf8.encode(text)))
}

function base64(text: string): Bytes {
  try {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
  } catch {
    return new Uint8Array()
  }
}

function hex(bytes: Bytes): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

function concat(...parts: Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function equal(one: Bytes, other: Bytes): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i])
}
