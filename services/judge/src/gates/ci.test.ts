import { expect, test } from 'vitest'
import {
  ahead,
  createAcceptedFacts,
  head,
  minute,
  now,
  shipped,
} from '../../../../test/harness/accepted-facts.ts'
import { createJob } from '../../../../test/harness/ci-samples.ts'
import type { CiOutcome } from '../ci/ci-outcome.ts'
import { known } from '../lib/known.ts'
import { ci } from './ci.ts'

const evaluate = (outcome: CiOutcome) =>
  ci.evaluate(createAcceptedFacts({ ci: known(outcome, now) }), shipped, now)

const pending: Extract<CiOutcome, { kind: 'pending' }> = {
  kind: 'pending',
  commit: head,
  open: [],
  missing: [],
  failed: [],
  because: 'waiting for two checks',
  deadline: ahead(minute),
}
const url = 'https://github.com/acme/widgets/actions/runs/5'

test('a wait for CI names the open checks with their links, and what does not exist yet', () => {
  const open = [createJob('test', 'queued', { label: 'test (CI, push)', url })]
  const missing = [{ name: 'build', text: 'build by the app github-actions' }]
  expect(evaluate({ ...pending, open, missing })).toMatchObject({
    result: 'wait',
    wait: {
      what: 'ci',
      because: 'waiting for two checks',
      items: [
        { text: 'test (CI, push): queued', url },
        { text: 'build by the app github-actions: not created yet', url: null },
      ],
    },
  })
})

test('a wait for very many checks names some, and counts the rest', () => {
  const open = Array.from({ length: 60 }, (_, n) => createJob(`job ${n}`, 'queued'))
  const result = evaluate({ ...pending, open })
  const items = result.result === 'wait' ? result.wait.items : []
  expect(items).toHaveLength(51)
  expect(items.at(-1)).toEqual({ text: 'and 10 more', url: null })
})

test('a check that waits for approval is evidence with its link', () => {
  const label = 'workflow CI'
  const checks = [createJob('CI', 'action_required', { kind: 'suite', label, url })]
  const because = 'a person must approve'
  expect(evaluate({ kind: 'action_required', commit: head, checks, because })).toMatchObject({
    result: 'refuse',
    reason: 'ci_action_required',
    evidence: [{ kind: 'check', text: 'workflow CI: action_required', url }],
  })
})

test('a missing check is evidence that says who must report it', () => {
  const missing = [{ name: 'build', text: 'build by the app circleci' }]
  expect(evaluate({ kind: 'missing', commit: head, missing, because: 'late' })).toMatchObject({
    reason: 'ci_missing',
    evidence: [{ text: 'no result of build by the app circleci' }],
  })
})
