import { expect, test } from 'vitest'
import { actionTexts, toRequest } from './action-texts.ts'

const run = { id: 'r1', repository: 'acme/widgets', issueNumber: 7 }

test.each(['override', 'stop', 'pause'])('%s takes a reason', (name) => {
  const fields = actionTexts[name]?.fields ?? []
  expect(fields.filter(({ isRequired }) => isRequired).map((field) => field.name)).toContain(
    'reason',
  )
})

test('what is destructive is said to be, and the rest is not', () => {
  const destructive = Object.entries(actionTexts).flatMap(([name, { isDestructive }]) =>
    isDestructive ? [name] : [],
  )
  expect(destructive).toEqual(['override', 'stop', 'pause'])
})

test('numbers are sent as numbers, and what was left empty is not sent', () => {
  expect(toRequest('grant', run, { attempts: '2', usd: ' ' })).toEqual({
    path: '/api/codex/runs/r1/actions/grant',
    body: { attempts: 2 },
  })
})

test('a pause is about the issue, not the run', () => {
  expect(toRequest('pause', run, { reason: 'GitHub incident' })).toEqual({
    path: '/api/codex/pause',
    body: { reason: 'GitHub incident', repository: 'acme/widgets', issueNumber: 7 },
  })
})
