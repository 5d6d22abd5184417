import { useQuery } from '@tanstack/react-query'
import { api, type Team, unwrap } from '../api/client'

export function useUsers() {
  return useQuery({
    queryKey: ['users'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/users', { signal })),
    select: (data) => data.items,
  })
}

export function useTeams() {
  return useQuery({
    queryKey: ['teams'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/teams', { signal })),
    select: (data) => data.items,
  })
}

export function useMatters(enabled = true) {
  return useQuery({
    queryKey: ['matters'],
    queryFn: ({ signal }) => unwrap(api.GET('/api/v1/matters', { signal })),
    select: (data) => data.items,
    enabled,
  })
}

/** A team at its depth in the tree. */
export type Branch = { team: Team; depth: number }

/** The tree from its top, each level by name; a team whose parent is not there stands at the top. */
export function tree(teams: Team[]): Branch[] {
  const ids = new Set(teams.map((team) => team.id))
  const below = new Map<string | null, Team[]>()
  for (const team of teams) {
    const parent = team.parent !== null && ids.has(team.parent) ? team.parent : null
    below.set(parent, [...(below.get(parent) ?? []), team])
  }
  const branches: Branch[] = []
  const walk = (parent: string | null, depth: number) => {
    for (const team of (below.get(parent) ?? []).toSorted((a, b) => a.name.localeCompare(b.name))) {
      branches.push({ team, depth })
      walk(team.id, depth + 1)
    }
  }
  walk(null, 0)
  return branches
}

/** A team and all below it. */
export function withThoseBelow(teams: Team[], id: string): Set<string> {
  const found = new Set([id])
  let grown = true
  while (grown) {
    grown = false
    for (const team of teams) {
      if (team.parent !== null && found.has(team.parent) && !found.has(team.id)) {
        found.add(team.id)
        grown = true
      }
    }
  }
  return found
}
