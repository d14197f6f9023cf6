import { fc, test as prop } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import {
  agent,
  alice,
  at,
  badge,
  bob,
  clean,
  codex,
  codexReview,
  comment,
  createReview,
  head,
  header,
  judge,
  limit,
  minute,
  noAccount,
  older,
  rabbit,
  reaction,
  review,
  shipped,
  start,
  thread,
  threadComment,
} from '../../../../test/harness/review-samples.ts'
import { addMillis } from '../lib/instant.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import type { CommitReview } from './commit-review.ts'
import { computeReviewOutcome } from './compute-review-outcome.ts'
import type { ReviewOutcome } from './review-outcome.ts'

interface Row {
  readonly title: string
  readonly seen: Partial<CommitReview>
  readonly policy?: Partial<ReviewPolicy>
  readonly is: ReviewOutcome['kind']
  readonly also?: Record<string, unknown>
}

const rows: readonly Row[] = [
  // Nothing at all, and the wait.
  {
    title: 'no review at all is pending until the end of the wait',
    seen: { readAt: at(60) },
    is: 'pending',
    also: { status: 'pending', deadline: at(60) },
  },
  {
    title: 'no review at all is missing after the wait',
    seen: { readAt: at(60.1) },
    is: 'missing',
    also: { status: 'pending' },
  },
  {
    title: 'the wait is counted from the completion if that came later',
    seen: { waitStartedAt: at(50), readAt: at(100) },
    is: 'pending',
    also: { deadline: at(110) },
  },
  {
    title: '👀 without a review is missing after the wait',
    seen: { reactions: [reaction('EYES')], readAt: at(61) },
    is: 'missing',
  },

  // 👍.
  {
    title: 'a 👍 newer than the head approves at once',
    seen: { reactions: [reaction('THUMBS_UP')] },
    is: 'approved',
    also: { status: 'approved' },
  },
  {
    title: 'a 👍 from before the head approves nothing',
    seen: { reactions: [reaction('THUMBS_UP', { createdAt: at(-1) })] },
    is: 'pending',
  },
  {
    title: 'a 👍 in the same second as the head approves nothing',
    seen: { reactions: [reaction('THUMBS_UP', { createdAt: start })] },
    is: 'pending',
  },
  {
    title: "a person's 👍 approves nothing",
    seen: { reactions: [reaction('THUMBS_UP', { author: alice })] },
    is: 'pending',
  },
  {
    title: 'another reaction of the reviewer approves nothing',
    seen: { reactions: [reaction('OTHER')] },
    is: 'pending',
  },
  {
    title: 'the reviewer is recognised with or without [bot], in any case',
    seen: {
      codexReviewers: ['ChatGPT-Codex-Connector'],
      reactions: [
        reaction('THUMBS_UP', { author: { login: 'chatgpt-codex-connector[bot]', bot: true } }),
      ],
    },
    is: 'approved',
  },
  {
    title: 'policy may name other reviewers',
    seen: { codexReviewers: ['x', 'alice'], reactions: [reaction('THUMBS_UP', { author: alice })] },
    is: 'approved',
  },
  {
    title: 'a 👍 does not approve beside an open thread',
    seen: { reactions: [reaction('THUMBS_UP')], threads: [thread(codex, badge('P2'))] },
    is: 'threads_open',
  },

  // Reviews, bound by commit.
  {
    title: 'a clean review of this head approves at once',
    seen: { reviews: [codexReview()] },
    is: 'approved',
  },
  {
    title: 'a review of this head approves once its threads are resolved',
    seen: { reviews: [codexReview()], threads: [thread(codex, badge('P1'), { resolved: true })] },
    is: 'approved',
  },
  {
    title: 'a review of this head does not approve while one of its threads is open',
    seen: {
      reviews: [codexReview()],
      threads: [thread(codex, badge('P1'), { resolved: true }), thread(codex, badge('P2'))],
    },
    is: 'threads_open',
  },
  {
    title: 'a review of an older head approves nothing',
    seen: { reviews: [codexReview({ body: header(older), commit: older })] },
    is: 'pending',
  },
  {
    title:
      'a review of an older head that arrives after the push approves nothing, whatever head GitHub files it under',
    seen: { reviews: [codexReview({ body: header(older), commit: head })] },
    is: 'pending',
  },
  {
    title: 'a review that names no commit counts for the one it was filed under',
    seen: {
      reviews: [
        codexReview({ body: '### 💡 Codex Review' }),
        codexReview({ body: 'text', commit: older }),
      ],
    },
    is: 'approved',
  },
  {
    title: 'a review that names no commit and was filed under an older head approves nothing',
    seen: { reviews: [codexReview({ body: 'text', commit: older })] },
    is: 'pending',
  },
  {
    title: 'a review that names no commit and was filed under none counts by its time',
    seen: { reviews: [codexReview({ body: 'text', commit: null })] },
    is: 'approved',
  },
  {
    title: 'a review without any commit approves nothing if it is older than the head',
    seen: { reviews: [codexReview({ body: 'text', commit: null, submittedAt: at(-1) })] },
    is: 'pending',
  },
  {
    title: 'an approval by the reviewer counts',
    seen: { reviews: [review(codex, 'APPROVED')] },
    is: 'approved',
  },
  {
    title: 'a dismissed review approves nothing',
    seen: { reviews: [codexReview({ state: 'DISMISSED' })] },
    is: 'pending',
  },
  {
    title: 'a review not yet submitted approves nothing',
    seen: { reviews: [codexReview({ state: 'PENDING' })] },
    is: 'pending',
  },
  {
    title: "a person's approval is not a Codex review",
    seen: { reviews: [review(alice, 'APPROVED')] },
    is: 'pending',
  },
  {
    title: "the reviewer's reply in a thread, which GitHub files as a review, approves nothing",
    seen: {
      reviews: [codexReview({ body: '' })],
      threads: [
        thread(codex, badge('P1'), {
          resolved: true,
          comments: [threadComment(codex, badge('P1'), { createdAt: at(-5), reviewCommit: older })],
        }),
      ],
    },
    is: 'pending',
    also: { status: 'commented' },
  },
  {
    title: 'a review without text that opened a thread on this head approves once it is resolved',
    seen: {
      reviews: [codexReview({ body: '' })],
      threads: [thread(codex, badge('P1'), { resolved: true })],
    },
    is: 'approved',
  },
  {
    title: 'findings in the body without a thread are requested changes',
    seen: {
      reviews: [
        codexReview({ body: `${header(head)}\nhttps://github.com/o/r/blob/x#L1\n${badge('P1')}` }),
      ],
    },
    is: 'changes_requested',
    also: { findings: [expect.objectContaining({ titles: ['P1 Title'] })] },
  },
  {
    title: 'findings in the body below the blocking severity do not matter',
    seen: { reviews: [codexReview({ body: `${header(head)}\n${badge('P3')}` })] },
    policy: { blocking_severity: 'P1' },
    is: 'approved',
  },

  // "No major issues".
  {
    title: 'a "no major issues" comment that names this head approves',
    seen: { comments: [comment(codex, `${clean}\n**Reviewed commit:** \`${head.slice(0, 10)}\``)] },
    is: 'approved',
  },
  {
    title: 'a comment that names this head approves even if it is older than the recorded push',
    seen: {
      comments: [
        comment(codex, `${clean}\n**Reviewed commit:** \`${head.slice(0, 10)}\``, {
          createdAt: at(-1),
        }),
      ],
    },
    is: 'approved',
  },
  {
    title: 'a "no major issues" comment that names another head approves nothing, however late',
    seen: {
      comments: [comment(codex, `${clean}\n**Reviewed commit:** \`${older.slice(0, 10)}\``)],
    },
    is: 'pending',
    also: { status: 'pending' },
  },
  {
    title: 'a "no major issues" comment that names no commit approves if it is newer than the head',
    seen: { comments: [comment(codex, clean)] },
    is: 'approved',
  },
  {
    title: 'a "no major issues" comment that names no commit approves nothing if it is older',
    seen: { comments: [comment(codex, clean, { createdAt: at(-1) })] },
    is: 'pending',
  },
  {
    title: 'the same comment by another author approves nothing',
    seen: { comments: [comment(alice, clean), comment(agent, clean)] },
    is: 'pending',
    also: { status: 'pending' },
  },
  {
    title: 'our own comment never counts, even under a login of the reviewer',
    seen: { ourLogins: ['chatgpt-codex-connector'], comments: [comment(codex, clean)] },
    is: 'pending',
    also: { status: 'pending' },
  },

  // Other comments.
  {
    title: 'any other comment of the reviewer is "commented" and approves nothing',
    seen: { comments: [comment(codex, 'I will look into it.')] },
    is: 'pending',
    also: { status: 'commented' },
  },
  {
    title: '"commented" is missing after the wait',
    seen: { comments: [comment(codex, 'Codex Review: Something went wrong.')], readAt: at(61) },
    is: 'missing',
    also: { status: 'commented' },
  },
  {
    title: 'a comment from before the head does not count',
    seen: { comments: [comment(codex, 'hello', { createdAt: at(-1) })] },
    is: 'pending',
    also: { status: 'pending' },
  },

  // Usage limits and no account.
  {
    title: 'a comment about usage limits is missing at once',
    seen: { comments: [comment(codex, limit)] },
    is: 'missing',
    also: { status: 'commented' },
  },
  {
    title: 'a comment about a missing account is missing at once',
    seen: { comments: [comment(codex, noAccount)] },
    is: 'missing',
  },
  {
    title: 'a review about usage limits is not a review',
    seen: { reviews: [codexReview({ body: limit })] },
    is: 'missing',
  },
  {
    title: 'usage limits of an earlier head do not count',
    seen: { comments: [comment(codex, limit, { createdAt: at(-1) })] },
    is: 'pending',
  },
  {
    title: 'usage limits do not undo a 👍',
    seen: { comments: [comment(codex, limit)], reactions: [reaction('THUMBS_UP')] },
    is: 'approved',
  },
  {
    title: 'after usage limits, a new request is waited for',
    seen: {
      comments: [comment(codex, limit), comment(alice, '@codex review', { createdAt: at(2.5) })],
    },
    is: 'pending',
  },
  {
    title: 'after usage limits, a review that has begun is waited for',
    seen: {
      comments: [comment(codex, limit)],
      reactions: [reaction('EYES', { createdAt: at(2.5) })],
    },
    is: 'pending',
  },
  {
    title: 'usage limits in answer to our own request are missing at once',
    seen: {
      comments: [comment(judge, '@codex review'), comment(codex, limit)],
      requestedAt: at(2.2),
    },
    is: 'missing',
  },
  {
    title: 'a comment about usage limits by another author does not count',
    seen: { comments: [comment(alice, limit)] },
    is: 'pending',
  },

  // Threads.
  {
    title: 'an open thread of the reviewer blocks at once',
    seen: { threads: [thread(codex, badge('P2'))] },
    is: 'threads_open',
    also: { threads: [expect.objectContaining({ severity: 'P2', by: 'codex' })] },
  },
  {
    title: 'a thread without a badge blocks, at any severity',
    seen: { threads: [thread(codex, 'Title')] },
    policy: { blocking_severity: 'P0' },
    is: 'threads_open',
  },
  {
    title: 'a thread at blocking_severity blocks',
    seen: { threads: [thread(codex, badge('P1'))] },
    policy: { blocking_severity: 'P1' },
    is: 'threads_open',
  },
  {
    title: 'a thread above blocking_severity blocks',
    seen: { threads: [thread(codex, badge('P0'))] },
    policy: { blocking_severity: 'P1' },
    is: 'threads_open',
  },
  {
    title: 'a thread below blocking_severity does not, and its review counts as clean',
    seen: { reviews: [codexReview()], threads: [thread(codex, badge('P2'))] },
    policy: { blocking_severity: 'P1' },
    is: 'approved',
  },
  {
    title: 'outdated is not resolved',
    seen: {
      reviews: [codexReview()],
      threads: [thread(codex, badge('P1'), { outdated: true, line: null })],
    },
    is: 'threads_open',
  },
  {
    title: 'a reply does not resolve a thread',
    seen: {
      reviews: [codexReview()],
      threads: [
        thread(codex, badge('P1'), {
          comments: [
            ...thread(codex, badge('P1')).comments,
            ...thread(agent, "won't fix, because").comments,
          ],
        }),
      ],
    },
    is: 'threads_open',
  },
  {
    title: 'a thread of an earlier head blocks until it is resolved',
    seen: {
      reviews: [codexReview()],
      threads: [
        thread(codex, badge('P1'), {
          comments: [threadComment(codex, badge('P1'), { createdAt: at(-9), reviewCommit: older })],
        }),
      ],
    },
    is: 'threads_open',
  },
  {
    title: "a person's thread blocks",
    seen: { reactions: [reaction('THUMBS_UP')], threads: [thread(alice, 'Why?')] },
    is: 'threads_open',
    also: { threads: [expect.objectContaining({ severity: null, by: 'person' })] },
  },
  {
    title: "a person's thread blocks whatever badge it quotes",
    seen: { reactions: [reaction('THUMBS_UP')], threads: [thread(alice, badge('P3'))] },
    policy: { blocking_severity: 'P0' },
    is: 'threads_open',
  },
  {
    title: "a person's thread does not block where policy ignores them",
    seen: { reactions: [reaction('THUMBS_UP')], threads: [thread(alice, 'Why?')] },
    policy: { human_threads: 'ignore' },
    is: 'approved',
  },
  {
    title: "a thread of the pull request's author never counts",
    seen: {
      reactions: [reaction('THUMBS_UP')],
      threads: [thread({ login: 'Codex-Agent', bot: false }, 'Note')],
    },
    is: 'approved',
  },
  {
    title: 'threads of other bots never count',
    seen: { reactions: [reaction('THUMBS_UP')], threads: [thread(rabbit, badge('P0'))] },
    is: 'approved',
  },
  {
    title: 'a bot known only by its suffix is a bot',
    seen: {
      reactions: [reaction('THUMBS_UP')],
      threads: [thread({ login: 'sonar[bot]', bot: false }, 'Smell')],
    },
    is: 'approved',
  },
  {
    title: 'a thread of the reviewer counts even if it wrote the pull request',
    seen: { pullRequest: { author: codex }, threads: [thread(codex, badge('P1'))] },
    is: 'threads_open',
  },
  {
    title: 'an open thread whose first comment is gone blocks',
    seen: { reactions: [reaction('THUMBS_UP')], threads: [thread(codex, '', { comments: [] })] },
    is: 'threads_open',
  },

  // Requested changes.
  {
    title: 'requested changes of a person stand',
    seen: { reactions: [reaction('THUMBS_UP')], reviews: [review(alice, 'CHANGES_REQUESTED')] },
    is: 'changes_requested',
  },
  {
    title: 'requested changes still stand after a new head',
    seen: {
      reviews: [
        review(alice, 'CHANGES_REQUESTED', { commit: older, submittedAt: at(-9) }),
        codexReview(),
      ],
    },
    is: 'changes_requested',
  },
  {
    title: 'a later comment does not clear them',
    seen: {
      reviews: [
        review(alice, 'CHANGES_REQUESTED'),
        review(alice, 'COMMENTED', { submittedAt: at(3) }),
        codexReview(),
      ],
    },
    is: 'changes_requested',
  },
  {
    title: "that reviewer's later approval clears them",
    seen: {
      reviews: [
        review(alice, 'APPROVED', { submittedAt: at(3) }),
        review(alice, 'CHANGES_REQUESTED'),
        codexReview(),
      ],
    },
    is: 'approved',
  },
  {
    title: "another reviewer's approval does not",
    seen: {
      reviews: [
        review(alice, 'CHANGES_REQUESTED'),
        review(bob, 'APPROVED', { submittedAt: at(3) }),
        codexReview(),
      ],
    },
    is: 'changes_requested',
  },
  {
    title: 'an earlier approval does not',
    seen: {
      reviews: [
        review(alice, 'APPROVED', { submittedAt: at(1) }),
        review(alice, 'CHANGES_REQUESTED'),
      ],
    },
    is: 'changes_requested',
  },
  {
    title: 'an approval in the same second does not',
    seen: { reviews: [review(alice, 'APPROVED'), review(alice, 'CHANGES_REQUESTED')] },
    is: 'changes_requested',
  },
  {
    title: 'dismissing them clears them',
    seen: { reviews: [review(alice, 'DISMISSED'), codexReview()] },
    is: 'approved',
  },
  {
    title: 'a dismissal in the same second is that of an earlier one',
    seen: {
      reviews: [review(alice, 'DISMISSED'), review(alice, 'CHANGES_REQUESTED'), codexReview()],
    },
    is: 'changes_requested',
  },
  {
    title: 'policy may ignore those of people',
    seen: { reviews: [review(alice, 'CHANGES_REQUESTED'), codexReview()] },
    policy: { human_changes_requested: 'ignore' },
    is: 'approved',
  },
  {
    title: "policy cannot ignore the reviewer's",
    seen: { reviews: [review(codex, 'CHANGES_REQUESTED')] },
    policy: { human_changes_requested: 'ignore' },
    is: 'changes_requested',
  },
  {
    title: 'a 👍 does not clear those of the reviewer',
    seen: { reviews: [review(codex, 'CHANGES_REQUESTED')], reactions: [reaction('THUMBS_UP')] },
    is: 'changes_requested',
  },
  {
    title: 'those of other bots never count',
    seen: { reviews: [review(rabbit, 'CHANGES_REQUESTED'), codexReview()] },
    is: 'approved',
  },
  {
    title: 'requested changes are reported with the open threads',
    seen: { reviews: [review(alice, 'CHANGES_REQUESTED')], threads: [thread(codex, badge('P1'))] },
    is: 'changes_requested',
    also: { threads: [expect.objectContaining({ by: 'codex' })] },
  },

  // Not required.
  {
    title: 'not required: silence waits for the arrival time',
    seen: { readAt: at(5) },
    policy: { required: false },
    is: 'pending',
    also: { deadline: at(5), requestAt: null },
  },
  {
    title: 'not required: silence passes after the arrival time',
    seen: { readAt: at(5.1) },
    policy: { required: false },
    is: 'not_required',
  },
  {
    title: 'not required: the arrival time starts when the head became reviewable',
    seen: { reviewableSince: at(-9), waitStartedAt: start, readAt: at(1) },
    policy: { required: false },
    is: 'not_required',
  },
  {
    title: 'not required: a review that has begun is waited for',
    seen: { reactions: [reaction('EYES')], readAt: at(30) },
    policy: { required: false },
    is: 'pending',
    also: { deadline: at(60) },
  },
  {
    title: 'not required: a review that never ends passes after the wait',
    seen: { reactions: [reaction('EYES')], readAt: at(61) },
    policy: { required: false },
    is: 'not_required',
  },
  {
    title: 'not required: usage limits pass at once',
    seen: { comments: [comment(codex, limit)] },
    policy: { required: false },
    is: 'not_required',
  },
  {
    title: 'not required: a 👍 approves at once',
    seen: { reactions: [reaction('THUMBS_UP')] },
    policy: { required: false },
    is: 'approved',
  },
  {
    title: 'not required: open threads still block',
    seen: { threads: [thread(codex, badge('P1'))], readAt: at(61) },
    policy: { required: false },
    is: 'threads_open',
  },
  {
    title: 'not required: requested changes still block',
    seen: { reviews: [review(alice, 'CHANGES_REQUESTED')], readAt: at(61) },
    policy: { required: false },
    is: 'changes_requested',
  },

  // Asking for it.
  {
    title: 'a review is requested after request_after',
    seen: {},
    is: 'pending',
    also: { requestAt: at(5) },
  },
  {
    title: 'no review is requested if request_after is 0',
    seen: {},
    policy: { request_after: 0 },
    is: 'pending',
    also: { requestAt: null },
  },
  {
    title: 'a review is requested once for each head',
    seen: { requestedAt: at(5) },
    is: 'pending',
    also: { requestAt: null },
  },
  {
    title: 'no review is requested after one has started',
    seen: { reactions: [reaction('EYES')] },
    is: 'pending',
    also: { requestAt: null },
  },
  {
    title: '👀 from before the head does not count as a start',
    seen: { reactions: [reaction('EYES', { createdAt: at(-1) })] },
    is: 'pending',
    also: { requestAt: at(5) },
  },
  {
    title: 'no review is requested if a person has requested one',
    seen: { comments: [comment(alice, '@codex review')] },
    is: 'pending',
    also: { requestAt: null },
  },
  {
    title: 'no review is requested if our comment exists, even if no request is recorded',
    seen: { comments: [comment(judge, '@codex review')] },
    is: 'pending',
    also: { requestAt: null },
  },
  {
    title: 'a review is requested again if it was requested for an earlier head',
    seen: { comments: [comment(judge, '@codex review', { createdAt: at(-1) })] },
    is: 'pending',
    also: { requestAt: at(5) },
  },
  {
    title: 'a review is requested even if the reviewer reported an error',
    seen: {
      comments: [
        comment(
          codex,
          'Codex Review: Something went wrong. Try again later by commenting "@codex review".',
        ),
      ],
    },
    is: 'pending',
    also: { requestAt: at(5), status: 'commented' },
  },
]

describe('the review outcome of a commit', () => {
  test.each(rows)('$title', ({ seen, policy = {}, is, also = {} }) => {
    expect(
      computeReviewOutcome(createReview(seen), at(1000), { ...shipped, ...policy }),
    ).toMatchObject({
      kind: is,
      commit: head,
      ...also,
    })
  })

  test('a reading stamped in the future ends no wait', () => {
    expect(computeReviewOutcome(createReview({ readAt: at(500) }), at(2), shipped).kind).toBe(
      'pending',
    )
  })
})

const moment = fc.integer({ min: -5, max: 90 }).map(at)
const anyone = fc.constantFrom(codex, alice, bob, agent, rabbit, judge)
const anyBody = fc.constantFrom(
  '',
  header(head),
  header(older),
  badge('P0'),
  badge('P3'),
  clean,
  limit,
  noAccount,
  '@codex review',
  'text',
)
const anyCommit = fc.constantFrom(head, older, null)
const anyAssociation = fc.constantFrom('owner', 'member', 'collaborator', 'other', null)
const list = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 4 })
const anySeen: fc.Arbitrary<CommitReview> = fc.record({
  commit: fc.constant(head),
  pullRequest: fc.record({ author: anyone }),
  reviews: list(
    fc.record({
      author: anyone,
      association: anyAssociation,
      state: fc.constantFrom('APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'DISMISSED', 'PENDING'),
      body: anyBody,
      commit: anyCommit,
      submittedAt: moment,
      url: fc.constantFrom('a', 'b', 'c'),
    }),
  ),
  threads: list(
    fc.record({
      id: fc.uuid(),
      resolved: fc.boolean(),
      resolvedBy: fc.constantFrom('alice', null),
      outdated: fc.boolean(),
      path: fc.constantFrom('a', 'b'),
      line: fc.option(fc.nat(9), { nil: null }),
      comments: list(
        fc.record({
          author: anyone,
          association: anyAssociation,
          body: anyBody,
          url: fc.constant('u'),
          createdAt: moment,
          reviewCommit: anyCommit,
          lastCommit: anyCommit,
        }),
      ),
    }),
  ),
  reactions: list(
    fc.record({
      content: fc.constantFrom('THUMBS_UP', 'EYES', 'OTHER'),
      author: anyone,
      createdAt: moment,
    }),
  ),
  comments: list(
    fc.record({
      author: anyone,
      association: anyAssociation,
      body: anyBody,
      url: fc.constant('u'),
      createdAt: moment,
      editedAt: fc.option(moment),
    }),
  ),
  reviewableSince: moment,
  waitStartedAt: moment,
  codexReviewers: fc.constantFrom(
    ['chatgpt-codex-connector[bot]'],
    ['alice', 'chatgpt-codex-connector'],
    [],
  ),
  ourLogins: fc.constantFrom(['codex-judge'], []),
  heads: list(fc.record({ sha: fc.constantFrom(head, older), firstSeenAt: moment })),
  requestedAt: fc.option(moment, { nil: null }),
  readAt: moment,
})
const anyPolicy: fc.Arbitrary<ReviewPolicy> = fc.record({
  required: fc.boolean(),
  wait: fc.integer({ min: 0, max: 60 }).map((n) => n * minute),
  arrival: fc.integer({ min: 0, max: 60 }).map((n) => n * minute),
  request_after: fc.integer({ min: 0, max: 60 }).map((n) => n * minute),
  blocking_severity: fc.constantFrom('P0', 'P1', 'P2', 'P3'),
  people: fc.constantFrom('collaborators', 'everyone'),
  human_changes_requested: fc.constantFrom('block', 'ignore'),
  human_threads: fc.constantFrom('block', 'ignore'),
})
const late = at(100_000)

prop.prop([anySeen, anyPolicy])(
  'every input has an outcome about its own commit',
  (seen, policy) => {
    expect(computeReviewOutcome(seen, late, policy).commit).toBe(seen.commit)
  },
)

prop.prop([anySeen, anyPolicy])('the order of the lists never matters', (seen, policy) => {
  const turned = {
    ...seen,
    reviews: seen.reviews.toReversed(),
    threads: seen.threads.toReversed(),
    reactions: seen.reactions.toReversed(),
    comments: seen.comments.toReversed(),
  }
  expect(computeReviewOutcome(turned, late, policy)).toEqual(
    computeReviewOutcome(seen, late, policy),
  )
})

prop.prop([anySeen, anyPolicy])(
  'comments and reactions of people, other bots and the author approve nothing',
  (seen, policy) => {
    const reviewers = { ...seen, codexReviewers: ['chatgpt-codex-connector'] }
    const without = {
      ...reviewers,
      comments: [],
      reactions: [],
      reviews: reviewers.reviews.filter(({ author }) => author !== codex),
    }
    const others = {
      ...reviewers,
      comments: seen.comments.filter(({ author }) => author !== codex),
      reactions: seen.reactions.filter(({ author }) => author !== codex),
      reviews: without.reviews,
    }
    expect(computeReviewOutcome(others, late, policy).kind).toBe(
      computeReviewOutcome(without, late, policy).kind,
    )
  },
)

prop.prop([anySeen, anyPolicy])(
  'nothing that names another commit, or was filed under one, approves this one',
  (seen, policy) => {
    const foreign = {
      ...seen,
      reviews: seen.reviews.map((one) => ({
        ...one,
        commit: older,
        body: one.body === header(head) ? header(older) : one.body,
      })),
      comments: [],
      reactions: [],
    }
    expect(computeReviewOutcome(foreign, late, policy).kind).not.toBe('approved')
  },
)

prop.prop([anySeen, anyPolicy])(
  'a required review is approved only by the reviewer',
  (seen, policy) => {
    expect(['changes_requested', 'threads_open', 'missing', 'pending']).toContain(
      computeReviewOutcome({ ...seen, codexReviewers: [] }, late, { ...policy, required: true })
        .kind,
    )
  },
)

prop.prop([anySeen, anyPolicy, moment, moment])(
  'time alone moves pending to one final outcome, and never to approved',
  (seen, policy, a, b) => {
    const [early, later] = [a, b].sort((x, y) => x - y)
    if (early === undefined || later === undefined) return
    const first = computeReviewOutcome({ ...seen, readAt: early }, late, policy)
    const second = computeReviewOutcome({ ...seen, readAt: later }, late, policy)
    if (first.kind === 'pending')
      expect(['pending', 'missing', 'not_required']).toContain(second.kind)
    else expect(second).toEqual(first)
  },
)

prop.prop([anySeen, anyPolicy])(
  'a reading after the deadline of a pending outcome is final',
  (seen, policy) => {
    const outcome = computeReviewOutcome(seen, late, policy)
    if (outcome.kind !== 'pending') return
    expect(outcome.deadline).toBeGreaterThanOrEqual(seen.readAt)
    expect(
      computeReviewOutcome({ ...seen, readAt: addMillis(outcome.deadline, 1) }, late, policy).kind,
    ).not.toBe('pending')
  },
)
