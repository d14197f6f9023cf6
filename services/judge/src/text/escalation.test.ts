import { expect, test } from 'vitest'
import { isReason, reasons } from '../run/reasons.ts'
import { buildEscalation, explainReason } from './escalation.ts'
import { optionIds } from './question.ts'

const input = {
  causeReason: null,
  because: 'unit failed',
  label: 'acme/widgets#41',
  workflowName: 'wf',
  dispatchable: true,
}
const all = Object.keys(reasons).filter(isReason)
const toPeople = all.filter((reason) =>
  reasons[reason].outcomes.some((outcome) => outcome === 'needs_human'),
)

test('the question of every reason that needs a person', () => {
  const questions = toPeople.map((reason) => {
    const { type, question, options, recommendation } = buildEscalation({
      ...input,
      reason,
      causeReason: reason === 'attempts_exhausted' ? 'ci_failed' : null,
    })
    return [
      `${reason} (${type}): ${question}`,
      ...options.map(({ id, text }) => `  ${id === recommendation ? '→' : '-'} ${id}: ${text}`),
    ].join('\n')
  })
  expect(questions.join('\n')).toMatchSnapshot()
})

test.each(all)('%s asks one question, with options that exist', (reason) => {
  for (const dispatchable of [true, false]) {
    const { question, options, recommendation } = buildEscalation({
      ...input,
      reason,
      dispatchable,
    })
    expect(question.match(/\?/g)).toHaveLength(1)
    expect(question.endsWith('?')).toBe(true)
    expect(options.length).toBeGreaterThan(1)
    expect(options.map(({ id }) => id)).toContain(recommendation)
    expect(options.map(({ id }) => id)).toContain('close')
    for (const { id } of options) expect(optionIds).toContain(id)
    if (!dispatchable) expect(options.map(({ id }) => id)).not.toContain('rerun')
  }
})

test('the cause of a reason is named with it', () => {
  expect(
    buildEscalation({ ...input, reason: 'attempts_exhausted', causeReason: 'ci_failed' }).question,
  ).toContain('ci_failed')
  expect(
    explainReason({
      reason: 'attempts_exhausted',
      causeReason: 'ci_failed',
      because: 'unit failed',
    }),
  ).toBe('Every allowed attempt has been used. Cause: CI failed for the commit. unit failed.')
})

test.each([
  [
    {
      reason: 'merge_conflict',
      causeReason: null,
      because: 'The pull request conflicts with main.',
    },
    'The pull request conflicts with main.',
  ],
  [
    { reason: 'merge_conflict', causeReason: null, because: '' },
    'The pull request conflicts with its base.',
  ],
  [
    {
      reason: 'attempts_exhausted',
      causeReason: 'ci_failed',
      because: 'unit failed on 71f389e. Every allowed attempt has been used.',
    },
    'Every allowed attempt has been used. Cause: CI failed for the commit. unit failed on 71f389e.',
  ],
  [
    {
      reason: 'no_progress',
      causeReason: 'empty_diff',
      because:
        'The pull request changes no content; the same change was submitted 2 times in a row.',
    },
    'The attempts make no progress. Cause: The pull request changes no content. The same change was submitted 2 times in a row.',
  ],
  [
    {
      reason: 'no_progress',
      causeReason: 'ci_failed',
      because: 'unit failed on 71f389e; the same failure occurred 2 times in a row.',
    },
    'The attempts make no progress. Cause: CI failed for the commit. unit failed on 71f389e; the same failure occurred 2 times in a row.',
  ],
  // As earlier versions stored it.
  [
    {
      reason: 'no_progress',
      causeReason: 'empty_diff',
      because: 'The pull request changes no content. And the change was the same 2 times in a row.',
    },
    'The attempts make no progress. Cause: The pull request changes no content. And the change was the same 2 times in a row.',
  ],
] as const)('an explanation says nothing twice: %o', (input, words) => {
  expect(explainReason(input)).toBe(words)
})
