import { expect, it } from 'vitest'
import type { Team } from '../api/client'
import { tree, withThoseBelow } from './queries'

const team = (id: string, parent: string | null): Team => ({ id, name: `Team ${id}`, parent, members: [] })
const teams = [
  team('c', 'b'),
  team('b', 'a'),
  team('z', null),
  team('a', null),
  team('d', 'a'),
  team('x', 'gone'),
]

it('shows teams as a tree, each level by name', () => {
  expect(tree(teams).map(({ team, depth }) => `${depth}${team.id}`)).toEqual([
    '0a',
    '1b',
    '2c',
    '1d',
    '0x',
    '0z',
  ])
})

it('finds a team with all below it', () => {
  expect([...withThoseBelow(teams, 'a')].sort()).toEqual(['a', 'b', 'c', 'd'])
  expect([...withThoseBelow(teams, 'z')]).toEqual(['z'])
})
