import type { Party } from '../api/client'

/** A party's name, else its number, else that nothing is known. */
export function partyTitle(party: Party | undefined): string {
  return party?.name || party?.number || 'Unknown'
}

/** The number, where the title is not it already. */
export function partySubtitle(party: Party | undefined): string | undefined {
  return party?.name && party.number ? party.number : undefined
}

/** The parties in one line: Anna Berg – +4930123, with how many more there are. */
export function partiesLine(parties: Party[]): string {
  if (parties.length === 0) return 'Unknown parties'
  const [first, second] = parties
  const more = parties.length - 2
  const line = second ? `${partyTitle(first)} – ${partyTitle(second)}` : partyTitle(first)
  return more > 0 ? `${line} and ${more} more` : line
}
