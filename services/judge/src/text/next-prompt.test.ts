import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import { answer, promptInput, red, thread } from '../../../../test/harness/text-samples.ts'
import { buildInstructions } from './instructions.ts'
import { buildNextPrompt, originalTask, withNote } from './next-prompt.ts'
import { buildReviewContext } from './review-context.ts'

const judged = { ...promptInput, red: { ...red, answer } }

test('the next prompt reads like this', () => {
  expect(withNote(buildNextPrompt(judged), 'Mind the clock.')).toMatchSnapshot()
})

test('the original task comes first, whatever is red', () => {
  expect(buildNextPrompt(promptInput).startsWith(`${promptInput.task}\n`)).toBe(true)
})

test('there is one numbered item for each red gate, in the order of the gates, and none for the others', () => {
  const items = [...buildNextPrompt(judged).matchAll(/^(\d+)\. \*\*(.+?)\*\* \(`(\w+)`\)/gm)].map(
    ([, n, gate, reason]) => [n, gate, reason],
  )
  expect(items).toEqual([
    ['1', 'scope', 'out_of_scope'],
    ['2', 'ci', 'ci_failed'],
    ['3', 'review', 'review_threads_open'],
    ['4', 'judge', 'judge_rejected'],
  ])
})

test('a failing check carries its name, its address and the window of its log', () => {
  const prompt = buildNextPrompt(promptInput)
  expect(prompt).toContain(
    '`unit` (failure): https://github.com/acme/widgets/actions/runs/5/job/11',
  )
  expect(prompt).toContain('expected 3')
})

test('a blocking thread stands in full under its own heading, even where another gate is red first', () => {
  const prompt = buildNextPrompt(promptInput)
  const section = prompt.slice(prompt.indexOf('## Codex review comments'))
  expect(section).toContain('src/upload.ts:12')
  expect(section).toContain('chatgpt-codex-connector')
  expect(section).toContain(thread.comments[0]?.body)
  expect(section).toContain('https://github.com/acme/widgets/pull/7#discussion_r1')
})

test('without a blocking thread there is no such heading', () => {
  expect(buildNextPrompt({ ...promptInput, red: { ...red, review: null } })).not.toContain(
    '## Codex review comments',
  )
})

test('what already ended an earlier attempt is said to have been tried', () => {
  const [, ci] = buildInstructions(red)
  expect(ci).toMatchObject({ id: 'ci', tried: [1] })
  expect(buildNextPrompt(promptInput)).toContain('Tried before: attempt 1')
})

test('a prompt never nests: the next one carries the task, not the prompt it was given', () => {
  const second = buildNextPrompt(promptInput)
  const third = buildNextPrompt({ ...promptInput, attempt: 3, task: second })
  expect(originalTask(second)).toBe(promptInput.task)
  expect(third.match(/## What attempt/g)).toHaveLength(1)
  expect(third).not.toContain('## What attempt 2')
})

test('a run without a prompt is given its issue as the task', () => {
  const prompt = buildNextPrompt({ ...promptInput, task: null })
  expect(prompt.startsWith('# Uploader gives up (acme/widgets#41)\n\nAfter the first 503.')).toBe(
    true,
  )
  expect(
    buildNextPrompt({ ...promptInput, task: ' ', issue: null }).startsWith(
      'Finish the issue acme/widgets#41.',
    ),
  ).toBe(true)
})

property.prop([fc.string({ unit: 'grapheme' }), fc.string()])(
  'whatever the task, the prompt after the next keeps it',
  (task, log) => {
    const once = buildNextPrompt({
      ...promptInput,
      task,
      red: { ...red, logs: new Map([[11, log]]) },
    })
    expect(buildNextPrompt({ ...promptInput, task: once })).toBe(
      buildNextPrompt({ ...promptInput, task: originalTask(once) }),
    )
  },
)

property.prop([fc.string({ unit: fc.constantFrom('`', '\n', 'a', '#') })])(
  'no log can end the block it is quoted in',
  (log) => {
    const prompt = buildNextPrompt({
      ...promptInput,
      red: { ...red, review: null, logs: new Map([[11, log]]) },
    })
    const fences = [...prompt.matchAll(/^ *(`{3,})(text)?$/gm)].map(
      ([, fence = '']) => fence.length,
    )
    const longest = Math.max(0, ...fences)
    expect(fences.filter((length) => length === longest).length % 2).toBe(0)
  },
)

test('the review context says the same as data', () => {
  expect(buildReviewContext({ ...red, answer })).toMatchSnapshot()
})

test('with nothing red there is no review context', () => {
  expect(buildReviewContext({ ...red, results: [], ci: null, review: null })).toBeNull()
})
