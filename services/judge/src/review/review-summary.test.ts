import { describe, expect, test } from 'vitest'
import {
  alice,
  at,
  codex,
  codexReview,
  comment,
  createReview,
  head,
  judge,
  limit,
  older,
  reaction,
  shipped,
} from '../../../../test/harness/review-samples.ts'
import { toIso } from '../lib/instant.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import type { CommitReview } from './commit-review.ts'
import { computeReviewOutcome } from './compute-review-outcome.ts'
import { readSummary } from './review-summary.ts'

const time = (minutes: number) =>
  `<relative-time datetime="${toIso(at(minutes))}">${toIso(at(minutes))}</relative-time>`
const running = (commit = head.slice(0, 7), minutes = 1) =>
  `| 📝 **Code Review** | 🔄 **Running** since ${time(minutes)} | \`${commit}\` | New commits |`
const completed = (commit = head.slice(0, 7), minutes = 2) =>
  `| 📝 **Code Review** | ✅ **Completed** ${time(minutes)} | \`${commit}\` | PR opened |`
const failed = (commit = head.slice(0, 7), minutes = 2) =>
  `| 📝 **Code Review** | ❌ **Failed** ${time(minutes)} | \`${commit}\` | Manual request |`
const summarize = (...rows: readonly string[]) =>
  [
    '<!-- codex-pull-request-review-summary -->',
    '',
    '## Codex Review Summary',
    '',
    'This comment shows the latest Codex review activity on this pull request.',
    '',
    '| Review | Status | Commit | Review trigger |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    '<details> <summary>ℹ️ About Codex in GitHub</summary>',
    `| 📝 **Code Review** | ❌ **Failed** | \`${head.slice(0, 7)}\` | an example |`,
    '</details>',
  ].join('\n')
/** The comment exists since before the head and is edited in place. */
const summary = (...rows: readonly string[]) =>
  comment(codex, summarize(...rows), { createdAt: at(-30), editedAt: at(2) })

describe('the state of the review in the summary', () => {
  const read = (body: string) =>
    readSummary(createReview({ comments: [comment(codex, body, { editedAt: at(2) })] }))?.state ??
    null
  test.each([
    ['running', running(), 'running'],
    ['completed', completed(), 'completed'],
    ['failed', failed(), 'failed'],
    ['the whole commit', failed(head), 'failed'],
    [
      'a link to the commit',
      failed(`x`).replace('`x`', `[${head.slice(0, 10)}](https://github.com/o/r/commit/${head})`),
      'failed',
    ],
    ['other markup', `|Code Review|running|${head.slice(0, 8)}|`, 'running'],
    ['another head', failed(older.slice(0, 7)), null],
    ['no commit', '| 📝 **Code Review** | ❌ **Failed** | | PR opened |', null],
    ['a security review', failed().replace('📝 **Code', '🔒 **Security'), null],
    ['a state of another word', failed().replace('Failed', 'Skipped'), null],
    ['a trigger of that word', completed().replace('PR opened', 'Failed checks'), 'completed'],
  ])('%s', (_what, row, state) => expect(read(summarize(row))).toBe(state))

  test('the newest row of the head counts, whatever the order of the rows', () => {
    for (const [rows, state] of [
      [[failed(undefined, 2), running(undefined, 3)], 'running'],
      [[running(undefined, 2), failed(undefined, 3)], 'failed'],
      [[failed(undefined, 3), completed(undefined, 2), running(older, 9)], 'failed'],
      [[failed(undefined, 2), completed(undefined, 2)], 'completed'],
    ] as const) {
      expect(read(summarize(...rows))).toBe(state)
      expect(read(summarize(...rows.toReversed()))).toBe(state)
    }
  })

  test('only the reviewer’s own comment is the summary', () => {
    const body = summarize(failed())
    expect(readSummary(createReview({ comments: [comment(alice, body)] }))).toBeNull()
    expect(read(`\`\`\`\n${body}\n\`\`\``)).toBeNull()
    expect(read(body.replace('<!-- codex', '<!-- another'))).toBeNull()
  })

  test('the time is that of the row, else of the last edit', () => {
    expect(readSummary(createReview({ comments: [summary(failed(undefined, 1))] }))?.at).toBe(at(1))
    const untimed = summary(`| **Failed** | ${head} |`)
    expect(readSummary(createReview({ comments: [untimed] }))?.at).toBe(at(2))
  })
})

interface Row {
  readonly title: string
  readonly seen: Partial<CommitReview>
  readonly policy?: Partial<ReviewPolicy>
  readonly is: Record<string, unknown>
}

const rows: readonly Row[] = [
  {
    title: 'a running review is waited for, and none is requested',
    seen: { comments: [summary(running())] },
    is: { kind: 'pending', status: 'pending', requestAt: null, because: 'Codex is reviewing' },
  },
  {
    title: 'a running review is missing after the wait',
    seen: { comments: [summary(running())], readAt: at(61) },
    is: { kind: 'missing' },
  },
  {
    title: 'a running review of another head is no review of this one',
    seen: { comments: [summary(running(older))] },
    is: { kind: 'pending', status: 'pending', requestAt: at(5), because: 'no review yet' },
  },
  {
    title: 'a running review ends an earlier refusal',
    seen: { comments: [comment(codex, limit, { createdAt: at(1) }), summary(running(head, 2))] },
    is: { kind: 'pending' },
  },
  {
    title: 'a refusal that ends a running review is missing at once',
    seen: { comments: [comment(codex, limit), summary(running(head, 1))] },
    is: { kind: 'missing' },
  },
  {
    title: 'a completed review alone approves nothing',
    seen: { comments: [summary(completed())] },
    is: { kind: 'pending', status: 'pending' },
  },
  {
    title: 'a completed review alone is missing after the wait',
    seen: { comments: [summary(completed())], readAt: at(61) },
    is: { kind: 'missing' },
  },
  {
    title: 'the result of a completed review gets time to appear before another is requested',
    seen: { comments: [summary(completed(head, 20))], readAt: at(21) },
    is: { kind: 'pending', requestAt: at(25) },
  },
  {
    title: 'a completed review with 👍 approves',
    seen: { comments: [summary(completed())], reactions: [reaction('THUMBS_UP')] },
    is: { kind: 'approved' },
  },
  {
    title: 'a completed review with a review approves',
    seen: { comments: [summary(completed())], reviews: [codexReview()] },
    is: { kind: 'approved' },
  },
  {
    title: 'a failed review is requested once more, at once',
    seen: { comments: [summary(failed())] },
    is: { kind: 'pending', requestAt: at(2) },
  },
  {
    title: 'a request after the failure is waited for',
    seen: { comments: [summary(failed()), comment(judge, '@codex review', { createdAt: at(3) })] },
    is: { kind: 'pending', requestAt: null },
  },
  {
    title: 'our request after the failure is waited for, even before its comment is seen',
    seen: { comments: [summary(failed())], requestedAt: at(3) },
    is: { kind: 'pending', requestAt: null },
  },
  {
    title: 'a review that fails again is missing at once, with its words',
    seen: {
      comments: [summary(failed(head, 3)), comment(judge, '@codex review')],
      requestedAt: at(2),
    },
    is: {
      kind: 'missing',
      because: expect.stringMatching(/^the Codex review failed: “.*Failed.*Manual request”$/),
    },
  },
  {
    title: 'a review that fails after a person’s request is missing at once',
    seen: { comments: [summary(failed(head, 3)), comment(alice, '@codex review')] },
    is: { kind: 'missing' },
  },
  {
    title: 'a failed review is missing at once where policy requests none',
    seen: { comments: [summary(failed())] },
    policy: { request_after: 0 },
    is: { kind: 'missing' },
  },
  {
    title: 'a failed review that began again is waited for',
    seen: {
      comments: [summary(failed(head, 3)), comment(judge, '@codex review')],
      reactions: [reaction('EYES', { createdAt: at(4) })],
    },
    is: { kind: 'pending', because: 'Codex is reviewing' },
  },
  {
    title: 'a failed review of another head fails nothing',
    seen: { comments: [summary(failed(older, 3)), comment(judge, '@codex review')] },
    is: { kind: 'pending', status: 'pending' },
  },
  {
    title: 'a failed review does not undo a 👍',
    seen: { comments: [summary(failed())], reactions: [reaction('THUMBS_UP')] },
    is: { kind: 'approved' },
  },
  {
    title: 'not required: a failed review passes at once',
    seen: { comments: [summary(failed())] },
    policy: { required: false },
    is: { kind: 'not_required' },
  },
  {
    title: 'not required: a running review is waited for',
    seen: { comments: [summary(running())], readAt: at(30) },
    policy: { required: false },
    is: { kind: 'pending', deadline: at(60) },
  },
  {
    title: 'the wait names the reviewer and the comment that shows its state',
    seen: { comments: [{ ...summary(running()), url: 'https://github.com/o/r/pull/1#summary' }] },
    is: {
      items: [
        {
          text: `Codex review of ${head.slice(0, 7)} by chatgpt-codex-connector`,
          url: 'https://github.com/o/r/pull/1#summary',
        },
      ],
    },
  },
]

describe('the outcome with a summary', () => {
  test.each(rows)('$title', ({ seen, policy = {}, is }) => {
    expect(
      computeReviewOutcome(createReview(seen), at(1000), { ...shipped, ...policy }),
    ).toMatchObject(is)
  })
})
