import { expect, test } from 'vitest'
import { createJob, createRunSuite, createStatus } from '../../../../test/harness/ci-samples.ts'
import type { Check, RequiredCheck } from '../github/snapshot.ts'
import {
  collectAppSlugs,
  meetsRequirement,
  mergeRequirements,
  toMissingChecks,
} from './required-checks.ts'

const byAny: RequiredCheck = { name: 'build', app: null }
const bySlug: RequiredCheck = { name: 'build', app: { slug: 'github-actions', id: null } }
const byId: RequiredCheck = { name: 'build', app: { slug: null, id: 15368 } }
const byBoth: RequiredCheck = { name: 'build', app: { slug: 'github-actions', id: 15368 } }
const all = [byAny, bySlug, byId, byBoth]
const slugs = collectAppSlugs([createRunSuite('queued')])

const job = createJob('build', 'success')
const byBot = { app: 'github-actions', byApp: true } as const

test.each<readonly [title: string, check: Check, meets: readonly boolean[]]>([
  ['a check run of the app', job, [true, true, true, true]],
  ['a check run of another name', createJob('lint', 'success'), [false, false, false, false]],
  [
    'a check run of another app',
    createJob('build', 'success', { app: 'rival', appId: 99 }),
    [true, false, false, false],
  ],
  [
    'a check run of the app whose id cannot be read',
    createJob('build', 'success', { appId: null }),
    [true, true, true, true],
  ],
  ['a status of a person', createStatus('build', 'success'), [true, false, false, false]],
  [
    "a status of a person with the app's name",
    createStatus('build', 'success', { app: 'github-actions' }),
    [true, false, false, false],
  ],
  ['a status of the app', createStatus('build', 'success', byBot), [true, true, true, true]],
  [
    'a status of another app',
    createStatus('build', 'success', { app: 'rival', byApp: true }),
    [true, false, false, false],
  ],
  [
    'a status of an app that was looked up',
    createStatus('build', 'success', { app: 'buildkite', byApp: true, appId: 15368 }),
    [true, false, true, true],
  ],
  [
    'a status without a creator',
    createStatus('build', 'success', { app: '' }),
    [true, false, false, false],
  ],
  [
    'a suite of the name',
    createJob('build', 'queued', { kind: 'suite' }),
    [false, false, false, false],
  ],
])('%s meets a requirement of any app, by slug, by id, by both: %#', (_title, check, meets) => {
  expect(all.map((requirement) => meetsRequirement(check, requirement, slugs))).toEqual(meets)
})

test('an app that is known only by an id that nothing names is met by no status', () => {
  const status = createStatus('build', 'success', byBot)
  expect(meetsRequirement(status, byId, new Map())).toBe(false)
})

test('a pinned requirement includes that of any app, and each counts once', () => {
  expect(mergeRequirements([byAny, byId, { name: 'lint', app: null }, byId])).toEqual([
    byId,
    { name: 'lint', app: null },
  ])
})

test('a missing check names who must report it, and what does not count', () => {
  const seen = [createStatus('build', 'success'), createJob('lint', 'success')]
  expect(toMissingChecks([byId, { name: 'e2e', app: null }], seen, slugs)).toEqual([
    {
      name: 'build',
      text: 'build by the app github-actions, which the commit status of octo-dev cannot replace',
    },
    { name: 'e2e', text: 'e2e' },
  ])
  expect(toMissingChecks([byId], [], new Map())).toEqual([
    { name: 'build', text: 'build by the app with id 15368' },
  ])
})
