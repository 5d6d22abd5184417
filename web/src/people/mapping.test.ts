import { expect, it } from 'vitest'
import type { Team } from '../api/client'
import { mappingText, readMapping } from './mapping'

const teams: Team[] = [
  { id: 't-1', name: 'Trading', parent: null, members: [] },
  { id: 't-2', name: 'Same', parent: null, members: [] },
  { id: 't-3', name: 'Same', parent: 't-1', members: [] },
]

it('reads what it writes', () => {
  const mapping = {
    roles: {
      officers: ['compliance-officer' as const],
      'cn=a,dc=b': ['auditor' as const, 'analyst' as const],
    },
    teams: { desk: ['t-1'] },
  }
  expect(readMapping(mappingText(mapping, teams), teams)).toEqual(mapping)
  expect(readMapping(' \n', teams)).toEqual({ roles: {}, teams: {} })
})

it('says which line is wrong', () => {
  expect(readMapping('officers', teams)).toContain('officers')
  expect(readMapping('all=boss', teams)).toContain('no role')
  expect(readMapping('all=operator', teams)).toContain('no role of a tenant')
  expect(readMapping('all=team:Nobody', teams)).toContain('no team')
  expect(readMapping('all=team:Same', teams)).toContain('several teams')
  expect(readMapping('all=team:t-3', teams)).toEqual({ roles: {}, teams: { all: ['t-3'] } })
})
