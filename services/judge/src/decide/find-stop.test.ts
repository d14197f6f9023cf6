import { expect, test } from 'vitest'
import {
  createAcceptedFacts,
  createPolicy,
  createRun,
  createSibling,
  createVerdict,
  failing,
  now,
} from '../../../../test/harness/accepted-facts.ts'
import { noMoney } from '../judge/budget.ts'
import type { Policy } from '../policy/policy.ts'
import { decide } from './decide.ts'
import type { Facts } from './facts.ts'

const decideRejected = (over: Partial<Facts>, policy: Policy = createPolicy()) =>
  decide(
    createAcceptedFacts({
      verdicts: [createVerdict({ kind: 'valid', answer: failing })],
      ...over,
    }),
    now,
    policy,
  )
const spent = (spentUsd: number, over: Partial<Facts['money']> = {}) => ({
  money: { ...noMoney, spentUsd, ...over },
})
const outOfMoney = {
  status: 'needs_human',
  reason: 'budget_exhausted',
  causeReason: 'judge_rejected',
  attemptsUsed: 1,
}
const sentBack = { status: 'needs_iteration', reason: 'judge_rejected' }

test('nothing is dispatched when the money of the issue is spent, and a person may add to it', () => {
  const step = decideRejected(spent(10))
  expect(step).toMatchObject({
    ...outOfMoney,
    because: expect.stringContaining('The issue has spent $10.00 of $10.00'),
    escalation: { recommendation: 'rerun', shared: null },
  })
  if (step.kind !== 'end') throw new Error('not decided')
  expect(step.effects.map(({ effect }) => effect.kind)).not.toContain('dispatch')
  expect(step.nextPrompt).toContain('What attempt 1 left open')
})

const gatesOnly = { judge: { models: [] } }
const countsAgent = { budget: { count_agent: true } }
test.each([
  ['a question is left', spent(9.75), {}, sentBack],
  ['less than a question is left', spent(9.76), {}, outOfMoney],
  ['a label raised the budget', spent(10, { raisedUsd: 30 }), {}, sentBack],
  ['a person added to it', spent(10, { grantedUsd: 2 }), {}, sentBack],
  [
    'the agent alone costs, and all is spent',
    spent(10),
    { ...gatesOnly, ...countsAgent },
    outOfMoney,
  ],
  ['the agent alone costs', spent(9.99), { ...gatesOnly, ...countsAgent }, sentBack],
  ['nothing costs anything', spent(10), gatesOnly, sentBack],
] as const)('whether the issue can pay for another attempt: %s', (_, money, over, expected) => {
  const policy = createPolicy(JSON.stringify(over))
  const run = createRun({}, { phase: 'Failed' })
  const reason = 'workflow_failed'
  const step = decideRejected({ ...money, run }, policy)
  expect(step).toMatchObject(
    expected === sentBack ? { ...sentBack, reason } : { ...outOfMoney, causeReason: reason },
  )
})

test('the least that a question of a listed model costs must be left, too', () => {
  const prices = { 'openai/gpt-5.2': { input: 1, cached_input: 0.1, output: 10 } }
  const policy = createPolicy(JSON.stringify({ judge: { prices } }))
  expect(decideRejected(spent(9.67), policy)).toMatchObject(sentBack)
  expect(decideRejected(spent(9.68), policy)).toMatchObject(outOfMoney)
})

test('an attempt after failed infrastructure must be paid for like any other', () => {
  const run = createRun({}, { phase: 'Error', phaseMessage: 'pod deleted' })
  expect(decideRejected({ run, ...spent(10) })).toMatchObject({
    reason: 'budget_exhausted',
    causeReason: 'infrastructure',
    attemptsUsed: 0,
  })
})

test('that no attempt is left is said before that there is no money', () => {
  const siblings = [createSibling(1), createSibling(2)]
  expect(decideRejected({ siblings, ...spent(10) })).toMatchObject({ reason: 'attempts_exhausted' })
})
