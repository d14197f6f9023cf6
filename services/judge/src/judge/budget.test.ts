import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  computeCaps,
  computeGrant,
  explainSpentBudget,
  type IssueMoney,
  listRaisingLabels,
  noMoney,
  selectRaise,
} from './budget.ts'

const budget = {
  run_usd: 2,
  issue_usd: 10,
  repository_day_usd: 50,
  unknown_call_usd: 0.25,
  labels: { small: 1, big: 30, bigger: 40 },
  count_agent: true,
}
const spend = (over: Partial<IssueMoney>): IssueMoney => ({ ...noMoney, ...over })

test('a label raises what a run and its issue may spend, never what the repository may in a day', () => {
  expect(computeCaps(spend({ raisedUsd: 40 }), budget)).toEqual({
    runUsd: 40,
    issueUsd: 40,
    repositoryDayUsd: 50,
  })
  expect(computeCaps(spend({ raisedUsd: 4, grantedUsd: 3 }), budget)).toEqual({
    runUsd: 7,
    issueUsd: 13,
    repositoryDayUsd: 50,
  })
  expect(computeCaps(noMoney, budget)).toMatchObject({ runUsd: 2, issueUsd: 10 })
})

test.each([
  [[], [], null],
  [['x', 'constructor', 'small'], [], null],
  [['x', 'big'], ['big'], 30],
  [['bigger', 'big', 'small'], ['bigger', 'big'], 40],
])('of the labels %j, %j raise the budget, to %j', (labels, raising, amount) => {
  expect(listRaisingLabels(labels, budget)).toEqual(raising)
  expect(selectRaise(raising, budget)).toBe(amount)
})

test.each([
  ['there is money left', spend({ spentUsd: 9.7 }), 0.25, null],
  ['the last of it is enough', spend({ spentUsd: 9.75 }), 0.25, null],
  ['all is spent', spend({ spentUsd: 10 }), 0, 'spent $10.00 of $10.00, so no further'],
  ['the agent overspent', spend({ spentUsd: 12 }), 0.25, 'spent $12.00 of $10.00, so no further'],
  ['what is left pays no question', spend({ spentUsd: 9.8 }), 0.25, 'costs at least $0.25'],
  ['a person granted more', spend({ spentUsd: 10, grantedUsd: 2 }), 0.25, null],
  ['a label raised it', spend({ spentUsd: 10, raisedUsd: 30 }), 0.25, null],
])('whether another attempt can be paid for: %s', (_, money, leastUsd, because) => {
  const spent = explainSpentBudget(money, { budget, leastUsd })
  if (because === null) expect(spent).toBeNull()
  else expect(spent).toContain(because)
})

test('a grant always leaves what its attempts may spend, and nothing is granted twice', () => {
  const usd = fc.integer({ min: 0, max: 5_000_000 }).map((micros) => micros / 100_000)
  fc.assert(
    fc.property(
      fc.record({
        runSpentUsd: usd,
        spentUsd: usd,
        grantedUsd: usd,
        raisedUsd: fc.option(usd),
      }),
      fc.integer({ min: 1, max: 5 }),
      (money, attempts) => {
        const grantedUsd = money.grantedUsd + computeGrant(money, { budget, attempts })
        const caps = computeCaps({ ...money, grantedUsd }, budget)
        const left = Math.min(caps.issueUsd - money.spentUsd, caps.runUsd - money.runSpentUsd)
        expect(left).toBeGreaterThanOrEqual(attempts * budget.run_usd - 1e-6)
        expect(explainSpentBudget({ ...money, grantedUsd }, { budget, leastUsd: 2 })).toBeNull()
      },
    ),
  )
})
