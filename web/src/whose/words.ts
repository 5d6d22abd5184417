import type { HandOver, HolderEffect, HolderKind, Licence } from '../api/client'

export const holderKinds: Record<HolderKind, string> = {
  person: 'Person',
  queue: 'Queue',
  'auto-attendant': 'Auto attendant',
  place: 'Place',
  'shared-line': 'Shared line',
}

export const licences: Record<Licence, string> = {
  standard: 'Standard, up to 1 year',
  extended: 'Extended, up to 7 years',
}

function count(n: number, one: string, more: string): string {
  return n === 1 ? `one ${one}` : `${n.toLocaleString('en')} ${more}`
}

/** What a change of a number’s holder does to calls that were, in a sentence. */
export function effectText(effect: HolderEffect): string {
  if (!effect.changed) return 'It is so already: there is nothing to change.'
  if (effect.recordings === 0) return 'No call that was recorded is concerned.'
  return `It re-attributes ${count(effect.recordings, 'recording', 'recordings')} and writes ${count(
    effect.cdrRows,
    'CDR row',
    'CDR rows',
  )} again; ${count(effect.grants, 'grant', 'grants')} in force on people or teams reach other calls than before; ${count(
    effect.locks,
    'recording lies',
    'recordings lie',
  )} under a lock, which stays as it is. Until now ${
    effect.heard.length === 0
      ? 'nobody has played or downloaded any of them.'
      : `they were played or downloaded ${count(effect.heard.length, 'time', 'times')}.`
  }`
}

export const handOverStates: Record<HandOver['state'], string> = {
  asked: 'Asked of both',
  done: 'Done',
  refused: 'Not approved',
  withdrawn: 'Taken back',
}
