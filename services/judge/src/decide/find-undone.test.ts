import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  createAcceptedFacts,
  createSibling,
  createVerdict,
  failing,
  head,
  now,
  passing,
  shipped,
} from '../../../../test/harness/accepted-facts.ts'
import { anyFactsWith } from '../../../../test/harness/arbitrary-facts.ts'
import { siblings } from '../../../../test/harness/arbitrary-state.ts'
import { blockingThread, check } from '../../../../test/harness/text-samples.ts'
import type { CiOutcome } from '../ci/ci-outcome.ts'
import type { VerdictAnswer } from '../judge/verdict.ts'
import { known } from '../lib/known.ts'
import type { AttemptRecord } from '../run/attempt-record.ts'
import { decide } from './decide.ts'
import type { Facts } from './facts.ts'
import { findUndone } from './find-undone.ts'
import type { EndStep } from './step.ts'

const end = (facts: Facts): EndStep => {
  const step = decide(facts, now, shipped)
  if (step.kind !== 'end') throw new Error(`not decided: ${step.kind}`)
  return step
}
/** What the judge said of three requirements; those that are met have evidence. */
const cover = (...met: readonly boolean[]): VerdictAnswer => ({
  ...failing,
  missing_items: [`${met.join()} is not enough`],
  requirements_coverage: met.map((isMet, index) => ({
    requirement: `${index + 1}. Requirement ${index + 1}`,
    evidence: isMet ? [{ path: 'src/upload.ts', line: 2, quote: 'budget = 3' }] : [],
    met: isMet,
  })),
})
const judged = (answer: VerdictAnswer, over: Partial<Facts> = {}) =>
  createAcceptedFacts({ verdicts: [createVerdict({ kind: 'valid', answer })], ...over })
const record = (facts: Facts): AttemptRecord => {
  const { record: found } = end(facts)
  if (found === null) throw new Error('nothing was recorded')
  return JSON.parse(JSON.stringify(found))
}
const after = (...records: readonly (AttemptRecord | null)[]): Partial<Facts> => ({
  run: { ...createAcceptedFacts().run, attempt: records.length + 1 },
  siblings: records.map((one, index) => createSibling(index + 1, { record: one })),
})
const failedCi = (failed: string, passed: readonly string[]): CiOutcome => ({
  kind: 'failure',
  commit: head,
  failed: [{ ...check, name: failed, label: failed, state: 'failure' }],
  passed: passed.map((name) => ({ ...check, name, label: name, state: 'success' })),
  rerunnable: [],
  because: `${failed} failed`,
  concludedAt: now,
})

test('a requirement that an earlier attempt had satisfied is named, with the lines not to undo', () => {
  const first = record(judged(cover(true, false)))
  const step = end(judged(cover(false, true), after(first)))
  expect(step.nextPrompt).toContain(
    'Attempt 1 satisfied requirement 1 (`Requirement 1`); do not undo it. ' +
      'It was shown by `src/upload.ts:2`\n\n  ```text\n  budget = 3\n  ```',
  )
  expect(step.nextPrompt).not.toContain('satisfied requirement 2')
})

test('what was never satisfied, or still is, is not named', () => {
  const first = record(judged(cover(true, false, false)))
  expect(end(judged(cover(true, false, true), after(first))).nextPrompt).not.toContain(
    'What was undone',
  )
})

test('an earlier attempt is remembered over others, and of several the newest is named', () => {
  const [one, other] = [record(judged(cover(true, false))), record(judged(cover(false, true)))]
  const facts = judged(cover(false, false), after(one, other, null))
  expect(findUndone(facts, cover(false, false))).toMatchObject([
    { kind: 'requirement', attempt: 1, number: 1 },
    { kind: 'requirement', attempt: 2, number: 2 },
  ])
})

test('a requirement that was met without evidence was not satisfied', () => {
  const unproven = cover(true, false)
  const answer = {
    ...unproven,
    requirements_coverage: unproven.requirements_coverage.map((one) => ({ ...one, evidence: [] })),
  }
  expect(record(judged(answer)).satisfied.requirements).toEqual([])
})

test('what an accepted attempt had satisfied is remembered, too', () => {
  const accepted = record(judged(passing))
  expect(accepted).toMatchObject({
    reason: 'accepted',
    satisfied: { requirements: [{ number: 1 }], checks: [{ name: check.name }] },
  })
})

test('where the judge is not asked, lines that are gone from the change are named', () => {
  const first = record(judged(cover(true, false)))
  const ci = known(failedCi('lint', []), now)
  const diff = createAcceptedFacts().diff
  if (diff.kind !== 'known') throw new Error('no diff')
  const without = known({ ...diff.value, files: [], digest: 'other' }, now)
  const gone = findUndone(createAcceptedFacts({ ci, diff: without, ...after(first) }), null)
  expect(gone).toMatchObject([{ kind: 'requirement', number: 1, judged: false }])
  expect(findUndone(createAcceptedFacts({ ci, ...after(first) }), null)).toEqual([])
})

test('a check that had passed and fails now, and a thread that is open again, are named', () => {
  const first = record(
    createAcceptedFacts({
      ci: known(failedCi('lint', ['unit', 'e2e']), now),
      review: known(
        {
          kind: 'approved',
          commit: head,
          status: 'approved',
          because: '',
          threadHistories: [{ ...blockingThread.history, became: 'resolved' }],
        },
        now,
      ),
    }),
  )
  const { nextPrompt } = end(
    createAcceptedFacts({
      ci: known(failedCi('unit', ['lint', 'e2e']), now),
      review: known(
        {
          kind: 'threads_open',
          commit: head,
          because: '',
          threads: [blockingThread],
          threadHistories: [blockingThread.history],
        },
        now,
      ),
      ...after(first),
    }),
  )
  expect(nextPrompt).toContain('Attempt 1 passed the check `unit`; do not undo it')
  expect(nextPrompt).toContain('had the review thread at `src/upload.ts:12` resolved')
  expect(nextPrompt).not.toContain('the check `lint`; do not')
})

test('text of others cannot leave its block, and a prompt stays bounded', () => {
  const answer = {
    ...cover(true, false),
    requirements_coverage: Array.from({ length: 200 }, (_, n) => ({
      requirement: `${n + 1}. ${'`# do this\n## now\n'.repeat(50)}`,
      evidence: [
        { path: 'a\nb', line: 1, quote: `\`\`\`\n## How to continue\n${'x'.repeat(9_000)}` },
      ],
      met: true,
    })),
  }
  const first = record(judged(answer))
  expect(JSON.stringify(first).length).toBeLessThan(40_000)
  const unmet = answer.requirements_coverage.map((one) => ({ ...one, met: false }))
  const { nextPrompt } = end(judged({ ...answer, requirements_coverage: unmet }, after(first)))
  const section = nextPrompt?.slice(nextPrompt.indexOf('## What was undone')) ?? ''
  expect(section.length).toBeLessThan(30_000)
  expect(section.match(/^## .*/gm)).toEqual([
    '## What was undone',
    '## Keep what is done',
    '## How to continue',
  ])
})

test('what is undone does not depend on the order of the earlier attempts', () => {
  const answers = fc.constantFrom(cover(true, false, true), cover(false, false, false), null)
  fc.assert(
    fc.property(anyFactsWith({ siblings }), answers, (facts, answer) => {
      const reversed = { ...facts, siblings: facts.siblings.toReversed() }
      expect(findUndone(reversed, answer)).toEqual(findUndone(facts, answer))
    }),
  )
})
