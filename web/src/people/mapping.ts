import type { IdentityProvider, Role, Team } from '../api/client'
import { roles as roleWords } from '../lib/words'

/** What groups of a provider give. */
export type Mapping = { roles: Record<string, string[]>; teams: Record<string, string[]> }

const TEAM = 'team:'

/** A line for each role or team that a group gives. */
export function mappingText(provider: Pick<IdentityProvider, 'roles' | 'teams'>, teams: Team[]): string {
  const name = (id: string) => teams.find((team) => team.id === id)?.name ?? id
  return [
    ...Object.entries(provider.roles).flatMap(([group, given]) => given.map((role) => `${group}=${role}`)),
    ...Object.entries(provider.teams).flatMap(([group, given]) =>
      given.map((id) => `${group}=${TEAM}${name(id)}`),
    ),
  ].join('\n')
}

/** Reads such lines; a text says what is wrong. The last equals sign counts, as groups may hold some. */
export function readMapping(text: string, teams: Team[]): Mapping | string {
  const mapping: Mapping = { roles: {}, teams: {} }
  const add = (to: Record<string, string[]>, group: string, given: string) => {
    to[group] = [...new Set([...(to[group] ?? []), given])]
  }
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (!line) continue
    const equals = line.lastIndexOf('=')
    const group = line.slice(0, equals).trim()
    const given = line.slice(equals + 1).trim()
    if (equals < 1 || !group || !given) return `‘${line}’ is not of the form group=role`
    if (given.startsWith(TEAM)) {
      const name = given.slice(TEAM.length).trim()
      const found = teams.filter((team) => team.name === name || team.id === name)
      if (found.length !== 1 || !found[0])
        return `There ${found.length ? 'are several teams' : 'is no team'} ‘${name}’`
      add(mapping.teams, group, found[0].id)
    } else if (Object.keys(roleWords).includes(given) && given !== ('operator' satisfies Role)) {
      add(mapping.roles, group, given)
    } else {
      return `‘${given}’ is no role of a tenant`
    }
  }
  return mapping
}
