import { afterEach, expect, test } from 'vitest'
import { never, repository, setUp } from './harness.ts'

let closing: (() => Promise<void>)[] = []
const open = async () => {
  const setting = await setUp()
  closing.push(setting.world.close)
  setting.world.repository(repository)
  return setting
}
afterEach(async () => {
  await Promise.all(closing.map((close) => close()))
  closing = []
})

test('a label is set by who set it last, and that account must have triage rights', async () => {
  const { world, github } = await open()
  world.associate('stranger', 'NONE')
  world.associate('helper', 'COLLABORATOR')
  const issue = world.issue(repository, { title: 'x', author: 'stranger', labels: ['large'] })
  const of = { repository, number: issue.number }
  const read = (...labels: readonly string[]) =>
    github.readLabelSetters({ repository, issueNumber: issue.number, labels }, never)
  const large = (by: string, mayTriage: boolean) => [{ label: 'large', by, mayTriage }]
  expect(await read('large')).toEqual(large('stranger', false))

  world.unlabel(of, 'large')
  world.label(of, 'large', 'helper')
  world.clearLog()
  expect(await read('large')).toEqual(large('helper', true))
  expect(world.used()).toEqual({ points: 1, queries: 1, restReads: 1 })

  world.unlabel(of, 'large')
  world.label(of, 'large', 'triage-app[bot]')
  expect(await read('large')).toEqual(large('triage-app[bot]', false))

  world.label(of, 'larger')
  world.deleteAccount('helper')
  expect(await read('larger', 'never set')).toEqual([
    { label: 'larger', by: 'maintainer', mayTriage: true },
    { label: 'never set', by: null, mayTriage: false },
  ])
})

test('a label that was set more than a hundred changes ago has no known setter', async () => {
  const { world, github } = await open()
  const issue = world.issue(repository, { title: 'x', labels: ['large'] })
  const of = { repository, number: issue.number }
  for (let n = 0; n < 100; n += 1) world.label(of, `other-${n}`)
  expect(
    await github.readLabelSetters(
      { repository, issueNumber: issue.number, labels: ['large'] },
      never,
    ),
  ).toEqual([{ label: 'large', by: null, mayTriage: false }])
})
