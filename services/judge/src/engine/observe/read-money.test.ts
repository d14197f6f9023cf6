import { expect, test } from 'vitest'
import { createPolicy, evidence, issue, now } from '../../../../../test/harness/accepted-facts.ts'
import { noMoney } from '../../judge/budget.ts'
import { Failure, type FailureKind } from '../../lib/failure.ts'
import { known } from '../../lib/known.ts'
import { noopTrace } from '../../lib/trace.ts'
import { createPartReader } from './observe-deps.ts'
import { readMoney } from './read-money.ts'

const policy = createPolicy(JSON.stringify({ budget: { labels: { large: 40, small: 1 } } }))

/** Reads the money of an issue with these labels, where GitHub answers like this. */
async function read(labels: readonly string[], answer: boolean | FailureKind, cached = false) {
  const asked: (readonly string[])[] = []
  const put: unknown[] = []
  const cache = {
    find: async () => (cached ? { value: { counted: ['large'] }, text: null } : null),
    put: (fact: unknown) => put.push(fact),
  }
  const context = {
    loaded: {
      row: { agent_threads: [], agent_usage: null },
      run: { claims: { repository: 'acme/widgets', issueNumber: 41, threadId: null } },
      issue: { money: noMoney },
      enrichment: null,
      earlierThreads: [],
      now,
    },
    deps: {
      github: {
        readLabelSetters: async (of: { readonly labels: readonly string[] }) => {
          asked.push(of.labels)
          if (typeof answer !== 'boolean') throw new Failure(answer, 'no answer')
          return of.labels.map((label) => ({ label, by: 'ada', mayTriage: answer }))
        },
      },
    },
    cache,
    reader: createPartReader({}, now, noopTrace),
    signal: new AbortController().signal,
  }
  const reading = await readMoney(context as unknown as Parameters<typeof readMoney>[0], {
    issue: known({ ...issue, labels }, now),
    evidence: known(evidence, now),
    policy,
  })
  const raised = reading.kind === 'known' ? reading.value.money.raisedUsd : reading.kind
  return { raised, asked, stored: put.length }
}

test('GitHub is asked only about labels that raise the budget, and once a run', async () => {
  expect(await read([], true)).toEqual({ raised: null, asked: [], stored: 0 })
  expect(await read(['small', 'bug'], true)).toEqual({ raised: null, asked: [], stored: 0 })
  expect(await read(['bug', 'large'], true)).toEqual({ raised: 40, asked: [['large']], stored: 1 })
  expect(await read(['large'], true, true)).toEqual({ raised: 40, asked: [], stored: 0 })
})

test('a label counts only if its setter may triage', async () => {
  expect(await read(['large'], false)).toMatchObject({ raised: null, stored: 1 })
})

test('what GitHub does not let us read raises nothing and is asked again; an outage is waited for', async () => {
  for (const kind of ['forbidden', 'refused'] as const)
    expect(await read(['large'], kind)).toMatchObject({ raised: null, stored: 0 })
  expect(await read(['large'], 'unavailable')).toMatchObject({ raised: 'unreadable' })
})
