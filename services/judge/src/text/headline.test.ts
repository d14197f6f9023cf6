import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { statuses } from '../run/lifecycle.ts'
import { isReason, type Reason, reasons } from '../run/reasons.ts'
import { buildHeadline, type HeadlineInput, MAX_HEADLINE_CHARS } from './headline.ts'

const commitSha = '4c1e09a7b2d1c4e5f60718293a4b5c6d7e8f9012'
const input: HeadlineInput = {
  status: 'run_complete',
  reason: null,
  causeReason: null,
  because: null,
  commitSha,
  waitingFor: [],
  by: 'service',
}
const show = (over: Partial<HeadlineInput>): string => {
  const { statusWords, headline } = buildHeadline({ ...input, ...over })
  return `${statusWords}: ${headline}`
}
const wait = (
  what: HeadlineInput['waitingFor'][number]['what'],
  because: string,
  items: readonly string[] = [],
) => ({ waitingFor: [{ what, because, items: items.map((text) => ({ text, url: null })) }] })

test.each<[Partial<HeadlineInput>, string]>([
  [{ status: 'notified' }, "Announced: the agent has reported; its workflow's end is awaited"],
  [
    { status: 'run_complete' },
    'Gathering evidence: reading pull request, checks and review of 4c1e09a',
  ],
  [
    { status: 'run_complete', commitSha: null },
    'Gathering evidence: reading what the run left behind',
  ],
  [
    { status: 'run_complete', ...wait('pull_request', 'no pull request of fix-41 yet') },
    'Gathering evidence: no pull request of fix-41 yet',
  ],
  [
    {
      status: 'waiting_for_ci',
      ...wait('ci', 'waiting for unit and e2e on 4c1e09a', ['unit: in_progress', 'e2e: queued']),
    },
    'Waiting for CI: unit and e2e still to end on 4c1e09a',
  ],
  [
    { status: 'waiting_for_ci', ...wait('ci', 'no checks on 4c1e09a') },
    'Waiting for CI: no checks on 4c1e09a',
  ],
  [{ status: 'waiting_for_ci' }, 'Waiting for CI: its checks are still to end on 4c1e09a'],
  [
    { status: 'waiting_for_review', ...wait('review', 'no review yet', ['codex']) },
    'Waiting for review: no one has reviewed 4c1e09a yet',
  ],
  [
    { status: 'waiting_for_review', ...wait('review', 'Codex is reviewing') },
    'Waiting for review: Codex is reviewing 4c1e09a',
  ],
  [
    { status: 'judging', ...wait('judge', 'Asking openai/gpt-5.2.') },
    'Asking the judge: openai/gpt-5.2 is asked about 4c1e09a',
  ],
  [
    { status: 'judging', ...wait('judge', 'Asking m again: the answer is no JSON.') },
    'Asking the judge: m is asked about 4c1e09a again: the answer is no JSON',
  ],
  [{ status: 'judging' }, 'Asking the judge: a model is asked about 4c1e09a'],
  [
    {
      status: 'completed',
      reason: 'accepted',
      because: 'Every gate passed, and openai/gpt-5.2 accepted 4c1e09a with confidence 0.9.',
    },
    'Completed: every gate passed, and openai/gpt-5.2 accepted 4c1e09a with confidence 0.9',
  ],
  [
    {
      status: 'completed',
      reason: 'accepted',
      because: 'Every gate passed; policy asks no model.',
    },
    'Completed: every gate passed; policy asks no model (4c1e09a)',
  ],
  [
    { status: 'completed', reason: 'decided_by_person', because: 'Good enough.', by: 'ana' },
    'Completed: ana accepted it: Good enough',
  ],
  [
    { status: 'closed', reason: 'stopped_by_person', because: 'Wrong issue', by: 'ana' },
    'Closed: ana stopped it: Wrong issue',
  ],
  [
    { status: 'needs_human', reason: 'decided_by_person', because: null, by: null },
    'Needs a person: a person asked for a decision',
  ],
  [
    {
      status: 'needs_iteration',
      reason: 'review_threads_open',
      because: '2 review threads are open',
    },
    'Needs another attempt: 2 review threads are open on 4c1e09a',
  ],
  [
    {
      status: 'needs_human',
      reason: 'attempts_exhausted',
      causeReason: 'ci_failed',
      because: 'unit failed on 4c1e09a. Every allowed attempt has been used.',
    },
    'Needs a person: unit failed on 4c1e09a; every allowed attempt has been used',
  ],
  [
    { status: 'superseded', reason: 'newer_run', because: 'attempt 2 took over' },
    'Superseded: attempt 2 of the same issue took over',
  ],
])('%j', (over, expected) => {
  expect(show(over)).toBe(expected)
})

test('each reason has a sentence of its own, which never ends with a full stop', () => {
  const shown = Object.entries(reasons)
    .filter((entry): entry is [Reason, (typeof reasons)[Reason]] => isReason(entry[0]))
    .map(
      ([
        reason,
        {
          outcomes: [status],
        },
      ]) => show({ status, reason, because: null, by: 'ana' }),
    )
  expect(shown).toMatchSnapshot()
  expect(shown.filter((text) => text.endsWith('.'))).toEqual([])
  expect(new Set(shown).size).toBe(shown.length)
})

property.prop([
  fc.constantFrom(...statuses),
  fc.option(fc.constantFrom(...Object.keys(reasons).filter(isReason))),
  fc.option(fc.string({ unit: 'grapheme', maxLength: 500, size: 'max' })),
  fc.string(),
])('a headline is one line that fits, whatever a text holds', (status, reason, because, by) => {
  const { headline } = buildHeadline({ ...input, status, reason, because, by })
  expect(headline).not.toMatch(/[\n\r\u2028]/)
  expect(headline.length).toBeLessThanOrEqual(MAX_HEADLINE_CHARS)
})
