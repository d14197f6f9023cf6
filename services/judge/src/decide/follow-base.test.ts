import { expect, test } from 'vitest'
import type { BaseChange } from '../github/snapshot.ts'
import { followBase, isUnexplainedBase } from './follow-base.ts'

const byGithub = (from: string, to: string): BaseChange => ({ from, to, byGithub: true })
const byPerson = (from: string, to: string): BaseChange => ({ from, to, byGithub: false })

test.each<[when: string, changes: readonly BaseChange[] | null, base: string]>([
  ['nothing was changed', [], 'parent'],
  ['the server does not tell', null, 'parent'],
  ['GitHub moved it when the parent was merged', [byGithub('parent', 'main')], 'main'],
  [
    'GitHub moved it twice, up the stack',
    [byGithub('parent', 'grandparent'), byGithub('grandparent', 'main')],
    'main',
  ],
  ['a person moved it', [byPerson('parent', 'main')], 'parent'],
  [
    'GitHub moved it on from where a person had moved it',
    [byPerson('parent', 'other'), byGithub('other', 'main')],
    'parent',
  ],
  [
    'a person moved it on from where GitHub had moved it',
    [byGithub('parent', 'main'), byPerson('main', 'release')],
    'main',
  ],
])('the base of a run, when %s', (_when, baseChanges, base) => {
  expect(followBase('parent', { baseChanges })).toBe(base)
})

test('another base is explained by any change from the one that the run wants', () => {
  const isUnexplained = (baseBranch: string, baseChanges: readonly BaseChange[] | null) =>
    isUnexplainedBase('parent', { baseBranch, baseChanges })
  expect(isUnexplained('parent', [])).toBe(false)
  expect(isUnexplained('main', [])).toBe(true)
  expect(isUnexplained('main', null)).toBe(true)
  expect(isUnexplained('main', [byPerson('parent', 'main')])).toBe(false)
})
