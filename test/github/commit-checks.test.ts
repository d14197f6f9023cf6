import { afterEach, expect, test } from 'vitest'
import { trouble } from '../world/github/faults.ts'
import { catchFailure, never, openPullRequest, repository, setUp, toSha } from './harness.ts'

let close: (() => Promise<void>)[] = []
async function open() {
  const setting = await setUp()
  close.push(setting.world.close)
  const pull = openPullRequest(setting.world)
  const base = toSha(setting.world.state(repository).branches.get('main') ?? '')
  const head = toSha(setting.world.state(repository).pulls.get(pull.number)?.head ?? '')
  return { ...setting, base, head, checks: setting.world.checks({ repository, sha: base }) }
}
afterEach(async () => {
  await Promise.all(close.map((one) => one()))
  close = []
})

test('the checks, statuses and suites of a branch’s head cost one point', async () => {
  const { world, github, base, checks } = await open()
  checks.in({ event: 'push' }).fail('unit', { title: 'unit failed' })
  checks.in({ workflow: 'Release', event: 'push' }).suite('completed', 'startup_failure')
  checks.status('ci/legacy', 'error', 'broken')
  world.clearLog()
  const read = await github.readCommitChecks({ repository, at: { branch: 'main' } }, never)
  expect(world.used()).toEqual({ points: 1, queries: 1, restReads: 0 })
  expect(read).toMatchObject({
    commit: base,
    checks: [
      { kind: 'check_run', name: 'unit', state: 'failure', workflow: { event: 'push' } },
      { kind: 'status', name: 'ci/legacy', state: 'failure' },
    ],
    suites: [{ state: 'failure' }, { state: 'startup_failure', hasRuns: false }],
  })
})

test('further pages are read by the commit, and a commit is read by its id', async () => {
  const { world, github, base, checks } = await open()
  const names = Array.from({ length: 150 }, (_, index) => `unit-${index}`)
  checks.succeed(...names)
  world.push(repository, 'main', { 'README.md': 'more\n' })
  const read = await github.readCommitChecks({ repository, at: { commit: base } }, never)
  expect(read?.checks.map(({ name }) => name).sort()).toEqual(names.sort())
})

test('a branch or commit that does not exist has none, and one without checks has an empty list', async () => {
  const { github, base } = await open()
  expect(await github.readCommitChecks({ repository, at: { branch: 'gone' } }, never)).toBeNull()
  const unknown = toSha('f'.repeat(40))
  expect(await github.readCommitChecks({ repository, at: { commit: unknown } }, never)).toBeNull()
  expect(await github.readCommitChecks({ repository, at: { branch: 'main' } }, never)).toEqual({
    commit: base,
    checks: [],
    suites: [],
  })
})

test('an answer with errors is no list without checks', async () => {
  const { world, github } = await open()
  const read = () => github.readCommitChecks({ repository, at: { branch: 'main' } }, never)
  world.faults.next('BaseChecks', trouble.graphql({ message: 'Something went wrong' }))
  expect(await catchFailure(read())).toMatchObject({ kind: 'unavailable' })
  world.fieldFaults.set('Commit.statusCheckRollup', { message: 'timeout' })
  expect(await catchFailure(read())).toMatchObject({ kind: 'unavailable' })
})

test('suites that the server does not tell are unknown', async () => {
  const { world, github, checks } = await open()
  checks.fail('unit')
  world.fieldFaults.set('Commit.checkSuites', { type: 'FORBIDDEN', message: 'not accessible' })
  const read = await github.readCommitChecks({ repository, at: { branch: 'main' } }, never)
  expect(read).toMatchObject({ checks: [{ name: 'unit' }], suites: null })
})

test('the merge base is the commit that base and head have in common', async () => {
  const { world, github, base, head } = await open()
  const moved = toSha(world.push(repository, 'main', { 'README.md': 'more\n' }))
  world.clearLog()
  expect(await github.readMergeBase({ repository, base: moved, head }, never)).toBe(base)
  expect(world.used()).toMatchObject({ restReads: 1 })
  const unknown = toSha('f'.repeat(40))
  expect(await github.readMergeBase({ repository, base: unknown, head }, never)).toBeNull()
})
