import { fc, test as property } from '@fast-check/vitest'
import { expect, test } from 'vitest'
import {
  createAcceptedFacts,
  createSibling,
  now,
  otherCommit,
  shipped,
} from '../../../../test/harness/accepted-facts.ts'
import {
  answer,
  blockers,
  blockingThread,
  check,
  head,
  promptInput,
  thread,
} from '../../../../test/harness/text-samples.ts'
import { pass, refuse } from '../gates/gate.ts'
import { review as reviewGate } from '../gates/review.ts'
import { toInstant } from '../lib/instant.ts'
import { known } from '../lib/known.ts'
import type { BlockingThread, ReviewOutcome, ThreadHistory } from '../review/review-outcome.ts'
import type { AttemptSummary } from '../run/attempt-record.ts'
import type { Attempt } from '../run/run.ts'
import { computeUptake } from '../uptake/compute-uptake.ts'
import { listInstructions } from '../uptake/list-instructions.ts'
import { buildInstructions } from './instructions.ts'
import { appendNote, buildNextPrompt, extractTask } from './next-prompt.ts'
import { buildReviewContext } from './review-context.ts'

const evaluateReview = (review: ReviewOutcome) =>
  reviewGate.evaluate(createAcceptedFacts({ review: known(review, now) }), shipped, now)
const createThreadsOpen = (threads: readonly BlockingThread[]): ReviewOutcome => ({
  kind: 'threads_open',
  commit: head,
  because: '1 review thread not resolved',
  threads,
  threadHistories: [],
})
const judged = { ...promptInput, blockers: { ...blockers, answer } }

test('the text of the next prompt', () => {
  expect(appendNote(buildNextPrompt(judged), 'Mind the clock.')).toMatchSnapshot()
})

test('the text of the prompt after two attempts', () => {
  const tried = (n: number, summary: AttemptSummary): Attempt => ({
    ...createSibling(n, { commitSha: otherCommit }),
    record: {
      reason: 'ci_failed',
      base: null,
      contentDigest: null,
      originDigest: null,
      satisfied: { requirements: [], threads: [], checks: [] },
      instructions: [],
      summary,
    },
  })
  const files = (...paths: readonly string[]) => ({ paths, count: paths.length })
  const attempts = [
    tried(1, {
      because: 'unit and lint failed on 1a2b3c4',
      files: files('src/upload.ts'),
      obeyed: 0,
      given: 0,
    }),
    tried(2, {
      because: 'unit failed on 5d6e7f8',
      files: { ...files('src/upload.ts', 'src/retry.ts'), count: 7 },
      obeyed: 1,
      given: 3,
    }),
  ]
  const given = listInstructions(
    buildInstructions({ ...blockers, answer }),
    {
      errorLines: new Map([['check:github-actions/unit', 2]]),
      threads: [blockingThread],
    },
    [],
  )
  const lint = { ...check, label: 'lint', name: 'lint', state: 'success' as const }
  const uptake = computeUptake(
    [
      ...given,
      {
        id: 'check:github-actions/lint',
        gate: 'ci',
        text: 'make the check "lint" pass',
        amount: 1,
      },
    ],
    {
      open: given
        .filter(({ gate }) => gate === 'ci' || gate === 'review')
        .map((one) => (one.gate === 'ci' ? { ...one, amount: 9 } : one)),
      results: [{ name: 'scope', result: pass('within the allowed paths and size') }],
      ci: blockers.ci?.kind === 'failure' ? { ...blockers.ci, passed: [lint] } : null,
      review: blockers.review,
      answer: null,
      hasChange: true,
      blind: new Set(),
    },
  )
  const kept = {
    requirements: [{ number: 1, text: 'Three attempts are made', citations: [] }],
    threads: [{ id: 'T0', place: 'src/retry.ts:3' }],
    checks: [{ app: 'github-actions', workflow: 'CI', name: 'lint' }],
  }
  expect(
    buildNextPrompt({
      ...promptInput,
      attempt: 3,
      blockers: { ...blockers, attempts, uptake, kept },
    }),
  ).toMatchSnapshot()
})

test('a prompt stays readable, however much blocks', () => {
  const body = 'x'.repeat(60_000)
  const [comment] = thread.comments
  if (comment === undefined) throw new Error('the sample has a comment')
  const threads = Array.from({ length: 200 }, (_, n) => ({
    ...blockingThread,
    thread: { ...thread, id: `T${n}`, comments: [{ ...comment, body, url: `https://x/${n}` }] },
  }))
  const evidence = Array.from({ length: 5_000 }, (_, n) => ({
    kind: 'file' as const,
    text: 'may not be changed',
    path: `src/${n}.ts`,
  }))
  const results = [
    { name: 'scope', result: refuse('out_of_scope', 'too much', evidence) },
    { name: 'review', result: refuse('review_threads_open', '200 threads') },
  ]
  const prompt = buildNextPrompt({
    ...promptInput,
    blockers: { ...blockers, results, review: createThreadsOpen(threads) },
  })
  expect(prompt.length).toBeLessThan(400_000)
  expect(prompt).toContain('Read it at: https://x/199')
  expect(prompt).toContain('4650 more like these.')
})

test('an attempt is one line, whatever an older release or a stranger wrote', () => {
  const text = '# not a heading\n```\n## nor this'
  const summary = { because: text, files: { paths: [text], count: 1 }, obeyed: 0, given: 0 }
  const record = {
    reason: 'ci_failed' as const,
    base: null,
    contentDigest: null,
    originDigest: null,
    satisfied: { requirements: [], threads: [], checks: [] },
    instructions: [],
    summary,
  }
  const attempts = [
    createSibling(1, { record: { ...record, summary: null } }),
    createSibling(2, { record }),
    createSibling(3, { record, status: 'superseded', reason: 'newer_run' }),
    createSibling(4, { reason: 'infrastructure' }),
  ]
  const prompt = buildNextPrompt({ ...promptInput, blockers: { ...blockers, attempts } })
  const section = prompt.split('## What was tried before')[1]?.split('\n## ')[0] ?? ''
  expect(section.match(/^- Attempt \d/gm)).toEqual(['- Attempt 1', '- Attempt 2', '- Attempt 3'])
  expect(section).toContain('- Attempt 1 (`ci_failed`).\n')
})

test('the original task comes first, whatever blocks the run', () => {
  expect(buildNextPrompt(promptInput).startsWith(`${promptInput.task}\n`)).toBe(true)
})

test('each failed gate has one numbered item, in the order of the gates, and the others have none', () => {
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

test('a failing check is shown with its name, its URL and the end of its log', () => {
  const prompt = buildNextPrompt(promptInput)
  expect(prompt).toContain(
    '`unit` (failure): https://github.com/acme/widgets/actions/runs/5/job/11',
  )
  expect(prompt).toContain('expected 3')
})

test('a blocking thread is shown in full under its own heading, even if another gate fails first', () => {
  const prompt = buildNextPrompt(promptInput)
  const section = prompt.slice(prompt.indexOf('## Codex review comments'))
  expect(section).toContain('src/upload.ts:12')
  expect(section).toContain('chatgpt-codex-connector')
  expect(section).toContain(thread.comments[0]?.body)
  expect(section).toContain('https://github.com/acme/widgets/pull/7#discussion_r1')
})

test('an open thread says what became of it, in its item and under the heading', () => {
  const history: ThreadHistory = {
    ...blockingThread.history,
    became: 'declined',
    changedBy: head,
    declined: { by: 'codex-agent', at: toInstant(0), words: '“By design.”', url: '' },
  }
  const prompt = buildNextPrompt({
    ...promptInput,
    blockers: { ...blockers, review: createThreadsOpen([{ ...blockingThread, history }]) },
  })
  const became = 'its lines changed in 3f2c3f2; codex-agent declined it: “By design.”'
  const [item, section = ''] = prompt.split('## Codex review comments')
  expect(item).toContain(`(${became})`)
  expect(section).toContain(`### \`src/upload.ts:12\`\n\nStill open: ${became}`)
})

test('findings outside any thread are under the same heading, and in the review context', () => {
  const author = { login: 'chatgpt-codex-connector', bot: true }
  const url = 'https://github.com/acme/widgets/pull/7#issuecomment-1'
  const review: ReviewOutcome = {
    kind: 'changes_requested',
    commit: head,
    because: 'Codex reported 1 finding outside any thread: “P1 Reset it”',
    threadHistories: [],
    threads: [],
    findings: [
      { author, body: '**P1** Reset it\n\n```\nbudget = 3\n```', url, titles: ['P1 Reset it'] },
    ],
    reviews: [
      {
        author: { login: 'alice', bot: false },
        association: 'member',
        state: 'CHANGES_REQUESTED',
        body: 'Name the number.',
        commit: head,
        submittedAt: toInstant(0),
        url: 'https://github.com/acme/widgets/pull/7#pullrequestreview-1',
      },
    ],
  }
  const results = [{ name: 'review', result: evaluateReview(review) }]
  const prompt = buildNextPrompt({ ...promptInput, blockers: { ...blockers, results, review } })
  const [items = '', section = ''] = prompt.split('## Codex review comments')
  expect(items).toContain(`chatgpt-codex-connector reported: “P1 Reset it”`)
  expect(items).not.toContain('budget = 3')
  expect(items).toContain('Name the number.')
  expect(section).toContain('### Comment on the pull request')
  expect(section).toContain('budget = 3')
  expect(section).toContain(url)
  expect(buildReviewContext({ ...blockers, results, ci: null, review })?.threads).toMatchObject([
    { summary: 'Name the number.', author: 'alice' },
    { summary: expect.stringContaining('budget = 3'), url },
  ])
})

test('threads that do not block are no work for the next attempt', () => {
  const closed: ThreadHistory = { ...blockingThread.history, became: 'resolved', resolvedBy: 'ada' }
  const review: ReviewOutcome = {
    kind: 'missing',
    commit: head,
    because: 'no review arrived in time',
    status: 'pending',
    threadHistories: [closed],
  }
  const result = evaluateReview(review)
  expect(result.evidence).toMatchObject([{ text: 'src/upload.ts:12: resolved by ada' }])
  const results = [{ name: 'review', result }]
  expect(
    buildNextPrompt({ ...promptInput, blockers: { ...blockers, results, review } }),
  ).not.toContain('resolved by ada')
})

test('without a blocking thread there is no heading for threads', () => {
  expect(
    buildNextPrompt({ ...promptInput, blockers: { ...blockers, review: null } }),
  ).not.toContain('## Codex review comments')
})

test('a reason that ended an earlier attempt is marked as tried before', () => {
  const [, ci] = buildInstructions(blockers)
  expect(ci).toMatchObject({ id: 'ci', earlierAttempts: [1] })
  expect(buildNextPrompt(promptInput)).toContain('Tried before: attempt 1')
})

test('prompts do not nest: the next one contains the task, not the previous prompt', () => {
  const second = buildNextPrompt(promptInput)
  const third = buildNextPrompt({ ...promptInput, attempt: 3, task: second })
  expect(extractTask(second)).toBe(promptInput.task)
  expect(third.match(/## What attempt/g)).toHaveLength(1)
  expect(third).not.toContain('## What attempt 2')
})

test('a run without a prompt gets its issue as the task', () => {
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
  'the prompt after the next contains the same task, whatever it is',
  (task, log) => {
    const once = buildNextPrompt({
      ...promptInput,
      task,
      blockers: { ...blockers, logs: new Map([[11, log]]) },
    })
    expect(buildNextPrompt({ ...promptInput, task: once })).toBe(
      buildNextPrompt({ ...promptInput, task: extractTask(once) }),
    )
  },
)

property.prop([fc.string({ unit: fc.constantFrom('`', '\n', 'a', '#') })])(
  'no log can end the block it is quoted in',
  (log) => {
    const prompt = buildNextPrompt({
      ...promptInput,
      blockers: { ...blockers, review: null, logs: new Map([[11, log]]) },
    })
    const fences = [...prompt.matchAll(/^ *(`{3,})(text)?$/gm)].map(
      ([, fence = '']) => fence.length,
    )
    const longest = Math.max(0, ...fences)
    expect(fences.filter((length) => length === longest).length % 2).toBe(0)
  },
)

test('the review context contains the same as data', () => {
  expect(buildReviewContext({ ...blockers, answer })).toMatchSnapshot()
})

test('the review context says what became of the instructions, too', () => {
  const uptake = [
    {
      id: 'draft',
      gate: 'draft',
      text: 'It is a draft.',
      result: 'ignored' as const,
      because: 'draft still refuses it',
      evidence: [],
    },
  ]
  expect(buildReviewContext({ ...blockers, uptake })?.notes).toContain(
    'ignored (It is a draft.): draft still refuses it.',
  )
})

test('without blockers there is no review context', () => {
  expect(buildReviewContext({ ...blockers, results: [], ci: null, review: null })).toBeNull()
})

test('a prompt has a bound, keeps the task, and says that it is cut', () => {
  const task = `Do this: ${'x'.repeat(600_000)}`
  const prompt = buildNextPrompt({ ...promptInput, task })
  expect(prompt.length).toBeLessThanOrEqual(512 * 1024 + 1)
  expect(prompt.startsWith('Do this: x')).toBe(true)
  expect(prompt).toMatch(/\[cut: the rest is too long for a prompt\]\n$/)
})
