import { describe, expect, test } from 'vitest'
import {
  alice,
  at,
  badge,
  clean,
  codex,
  codexReview,
  comment,
  createReview,
  head,
  header,
  older,
  reaction,
  shipped,
  thread,
  threadComment,
} from '../../../../test/harness/review-samples.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import type { CommitReview } from './commit-review.ts'
import { computeReviewOutcome } from './compute-review-outcome.ts'
import type { ReviewOutcome } from './review-outcome.ts'

const about = '<details> <summary>ℹ️ About Codex</summary>\n\n**P0** an example\n\n</details>'
const findings = `### 💡 Codex Review\n\n${badge('P1')}\n\n${badge('P3').replace('Title', 'Other')}\n\n${about}`
const named = (commit: string) => `${findings}\n\n**Reviewed commit:** \`${commit.slice(0, 10)}\``
const linked = (commit: string) =>
  `https://github.com/o/r/blob/${commit}/src/a.ts#L1-L3\n${findings}`
const task = `### Summary\n\n**P1** The retry is fixed.\n\n[View task →](https://chatgpt.com/s/1)`
const late = { createdAt: at(2.5) }

interface Row {
  readonly title: string
  readonly seen: Partial<CommitReview>
  readonly policy?: Partial<ReviewPolicy>
  readonly is: ReviewOutcome['kind']
}

const rows: readonly Row[] = [
  {
    title: 'findings in a comment that names this head are requested changes',
    seen: { comments: [comment(codex, named(head), { createdAt: at(-1) })] },
    is: 'changes_requested',
  },
  {
    title: 'findings in a comment that names no commit count if they are newer than the head',
    seen: { comments: [comment(codex, findings)] },
    is: 'changes_requested',
  },
  {
    title: 'findings in a comment that names no commit do not count if they are older',
    seen: { comments: [comment(codex, findings, { createdAt: at(-1) })] },
    is: 'pending',
  },
  {
    title: 'findings in a comment that names another head do not count, however late',
    seen: { comments: [comment(codex, named(older))] },
    is: 'pending',
  },
  {
    title: 'links to lines of this head name it',
    seen: { comments: [comment(codex, linked(head), { createdAt: at(-1) })] },
    is: 'changes_requested',
  },
  {
    title: 'links to lines of another head name that one',
    seen: { comments: [comment(codex, linked(older))] },
    is: 'pending',
  },
  {
    title: 'findings below the severity that blocks do not block',
    seen: { comments: [comment(codex, findings)] },
    policy: { blocking_severity: 'P0' },
    is: 'pending',
  },
  {
    title: 'below it, a comment that names this head counts as clean, like such a review',
    seen: { comments: [comment(codex, named(head))] },
    policy: { blocking_severity: 'P0' },
    is: 'approved',
  },
  {
    title: 'findings block even where no review is required',
    seen: { comments: [comment(codex, findings)] },
    policy: { required: false },
    is: 'changes_requested',
  },
  {
    title: 'findings that also have a thread are resolved there',
    seen: {
      comments: [comment(codex, `${badge('P1')}\n\n**Reviewed commit:** \`${head}\``)],
      threads: [thread(codex, badge('P1'), { resolved: true })],
    },
    is: 'approved',
  },
  {
    title: 'findings without a thread block beside resolved ones',
    seen: {
      comments: [comment(codex, findings)],
      reviews: [codexReview()],
      threads: [thread(codex, badge('P1'), { resolved: true })],
    },
    is: 'changes_requested',
  },
  {
    title: 'findings beside the usual text of a review block',
    seen: { comments: [comment(codex, findings)], reviews: [codexReview({ submittedAt: at(3) })] },
    is: 'changes_requested',
  },
  {
    title: 'a later 👍 finds the head clean',
    seen: {
      comments: [comment(codex, findings)],
      reactions: [reaction('THUMBS_UP', late)],
    },
    is: 'approved',
  },
  {
    title: 'an earlier 👍, or one of the same second, does not',
    seen: { comments: [comment(codex, findings)], reactions: [reaction('THUMBS_UP')] },
    is: 'changes_requested',
  },
  {
    title: 'a later clean review does',
    seen: { comments: [comment(codex, findings), comment(codex, clean, late)] },
    is: 'approved',
  },
  {
    title: 'an earlier clean review does not',
    seen: { comments: [comment(codex, clean), comment(codex, findings, late)] },
    is: 'changes_requested',
  },
  {
    title: 'a person’s comment with badges is none of the reviewer',
    seen: { comments: [comment(alice, named(head))] },
    is: 'pending',
  },
  {
    title: 'the summary of a task that names a badge reports no finding',
    seen: { comments: [comment(codex, task)] },
    is: 'pending',
  },
  {
    title: 'findings that are only quoted are not repeated',
    seen: { comments: [comment(codex, '> **P1** Title\n\nThat is fixed.')] },
    is: 'pending',
  },
  {
    title: 'a reply in a thread is not a top-level comment',
    seen: {
      reactions: [reaction('THUMBS_UP')],
      threads: [
        thread(codex, badge('P1'), {
          resolved: true,
          comments: [threadComment(codex, badge('P1')), threadComment(codex, badge('P0'))],
        }),
      ],
    },
    is: 'approved',
  },
]

describe('findings outside any thread', () => {
  test.each(rows)('$title', ({ seen, policy = {}, is }) => {
    expect(computeReviewOutcome(createReview(seen), at(1000), { ...shipped, ...policy }).kind).toBe(
      is,
    )
  })

  test('carry their titles and their text without the folded part', () => {
    const seen = createReview({
      comments: [comment(codex, findings, { url: 'https://github.com/o/r/pull/1#c' })],
      reviews: [codexReview({ body: `${header(head)}\n${badge('P0')}`, submittedAt: at(3) })],
    })
    const outcome = computeReviewOutcome(seen, at(1000), shipped)
    expect(outcome).toMatchObject({
      kind: 'changes_requested',
      because: 'Codex reported 3 findings outside any thread: “P1 Title”, “P3 Other”, “P0 Title”',
      reviews: [],
    })
    const [first] = outcome.kind === 'changes_requested' ? outcome.findings : []
    expect(first).toMatchObject({
      url: 'https://github.com/o/r/pull/1#c',
      titles: ['P1 Title', 'P3 Other'],
    })
    expect(first?.body).toContain('Why.')
    expect(first?.body).not.toContain('an example')
  })
})
