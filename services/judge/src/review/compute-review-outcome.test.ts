import { fc, test as prop } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import type { Actor, Comment, Reaction, Review, ReviewThread } from '../github/snapshot.ts'
import { addMillis, type Instant, toInstant } from '../lib/instant.ts'
import type { ReviewPolicy } from '../policy/policy.ts'
import { type CommitSha, parseCommitSha } from '../run/run.ts'
import type { CommitReview } from './commit-review.ts'
import { computeReviewOutcome } from './compute-review-outcome.ts'
import type { ReviewOutcome } from './review-outcome.ts'

const minute = 60_000
const start = toInstant('2026-05-01T12:00:00Z')
const at = (minutes: number): Instant => addMillis(start, minutes * minute)
const sha = (digit: string): CommitSha => {
  const commit = parseCommitSha(digit.repeat(40))
  if (commit === null) throw new Error('not a commit')
  return commit
}
const head = sha('a')
const older = sha('b')

const codex: Actor = { login: 'chatgpt-codex-connector', bot: true }
const alice: Actor = { login: 'alice', bot: false }
const bob: Actor = { login: 'bob', bot: false }
const agent: Actor = { login: 'codex-agent', bot: false }
const rabbit: Actor = { login: 'coderabbitai', bot: true }
const judge: Actor = { login: 'codex-judge', bot: true }

const shipped: ReviewPolicy = {
  required: true,
  wait: 60 * minute,
  arrival: 5 * minute,
  request_after: 5 * minute,
  blocking_severity: 'P3',
  human_changes_requested: 'block',
  human_threads: 'block',
}

const header = (commit: string) =>
  `### 💡 Codex Review\n\nHere are some automated review suggestions for this pull request.\n\n**Reviewed commit:** \`${commit.slice(0, 10)}\`\n`
const badge = (level: string) =>
  `**<sub><sub>![${level} Badge](https://img.shields.io/badge/${level}-orange?style=flat)</sub></sub>  Title**\n\nWhy.`
const clean = "Codex Review: Didn't find any major issues. Bravo."
const limit = 'You have reached your Codex usage limits for code reviews.'
const noAccount =
  'To use Codex here, [create a Codex account and connect to github](https://chatgpt.com/codex).'

let urls = 0
const url = (): string => {
  urls += 1
  return `https://github.com/o/r/pull/1#${urls}`
}
const review = (author: Actor, state: Review['state'], of: Partial<Review> = {}): Review => ({
  author,
  state,
  body: '',
  commit: head,
  submittedAt: at(2),
  url: url(),
  ...of,
})
const codexReview = (of: Partial<Review> = {}): Review =>
  review(codex, 'COMMENTED', { body: header(head), ...of })
const thread = (author: Actor, body: string, of: Partial<ReviewThread> = {}): ReviewThread => {
  const place = url()
  return {
    id: place,
    resolved: false,
    outdated: false,
    path: 'src/a.ts',
    line: 3,
    comments: [{ author, body, url: place, createdAt: at(2), reviewCommit: head }],
    ...of,
  }
}
const comment = (author: Actor, body: string, of: Partial<Comment> = {}): Comment => ({
  author,
  body,
  url: url(),
  createdAt: at(2),
  ...of,
})
const reaction = (content: Reaction['content'], of: Partial<Reaction> = {}): Reaction => ({
  content,
  author: codex,
  createdAt: at(2),
  ...of,
})

const seenOf = (of: Partial<CommitReview>): CommitReview => ({
  commit: head,
  pullRequest: { author: agent },
  reviews: [],
  threads: [],
  reactions: [],
  comments: [],
  reviewableSince: start,
  waitStartedAt: start,
  codexReviewers: ['chatgpt-codex-connector[bot]'],
  ourLogins: ['codex-judge[bot]'],
  requestedAt: null,
  readAt: at(3),
  ...of,
})

interface Row {
  readonly says: string
  readonly seen: Partial<CommitReview>
  readonly policy?: Partial<ReviewPolicy>
  readonly is: ReviewOutcome['kind']
  readonly also?: Record<string, unknown>
}

const rows: readonly Row[] = [
  // Nothing at all, and the wait.
  {
    says: 'nothing at all is pending to the end of the wait',
    seen: { readAt: at(60) },
    is: 'pending',
    also: { status: 'pending', deadline: at(60) },
  },
  {
    says: 'nothing at all is missing when the wait is over',
    seen: { readAt: at(60.1) },
    is: 'missing',
    also: { status: 'pending' },
  },
  {
    says: 'the wait is counted from the completion if that came later',
    seen: { waitStartedAt: at(50), readAt: at(100) },
    is: 'pending',
    also: { deadline: at(110) },
  },
  {
    says: 'eyes that never lead to anything are missing when the wait is over',
    seen: { reactions: [reaction('EYES')], readAt: at(61) },
    is: 'missing',
  },

  // 👍.
  {
    says: 'a 👍 newer than the head passes at once',
    seen: { reactions: [reaction('THUMBS_UP')] },
    is: 'approved',
    also: { status: 'approved' },
  },
  {
    says: 'a 👍 from before the head passes nothing',
    seen: { reactions: [reaction('THUMBS_UP', { createdAt: at(-1) })] },
    is: 'pending',
  },
  {
    says: 'a 👍 in the very second of the head passes nothing',
    seen: { reactions: [reaction('THUMBS_UP', { createdAt: start })] },
    is: 'pending',
  },
  {
    says: "a person's 👍 passes nothing",
    seen: { reactions: [reaction('THUMBS_UP', { author: alice })] },
    is: 'pending',
  },
  {
    says: 'another reaction of the reviewer passes nothing',
    seen: { reactions: [reaction('OTHER')] },
    is: 'pending',
  },
  {
    says: 'the reviewer is known with or without [bot], in any case',
    seen: {
      codexReviewers: ['ChatGPT-Codex-Connector'],
      reactions: [
        reaction('THUMBS_UP', { author: { login: 'chatgpt-codex-connector[bot]', bot: true } }),
      ],
    },
    is: 'approved',
  },
  {
    says: 'policy may name other reviewers',
    seen: { codexReviewers: ['x', 'alice'], reactions: [reaction('THUMBS_UP', { author: alice })] },
    is: 'approved',
  },
  {
    says: 'a 👍 does not pass beside an open thread',
    seen: { reactions: [reaction('THUMBS_UP')], threads: [thread(codex, badge('P2'))] },
    is: 'threads_open',
  },

  // Reviews, bound by commit.
  {
    says: 'a clean review of this head passes at once',
    seen: { reviews: [codexReview()] },
    is: 'approved',
  },
  {
    says: 'a review of this head passes once its threads are resolved',
    seen: { reviews: [codexReview()], threads: [thread(codex, badge('P1'), { resolved: true })] },
    is: 'approved',
  },
  {
    says: 'a review of this head does not pass while one of its threads is open',
    seen: {
      reviews: [codexReview()],
      threads: [thread(codex, badge('P1'), { resolved: true }), thread(codex, badge('P2'))],
    },
    is: 'threads_open',
  },
  {
    says: 'a review of an older head passes nothing',
    seen: { reviews: [codexReview({ body: header(older), commit: older })] },
    is: 'pending',
  },
  {
    says: 'a review of an older head that landed after the push passes nothing, whatever head GitHub files it under',
    seen: { reviews: [codexReview({ body: header(older), commit: head })] },
    is: 'pending',
  },
  {
    says: 'a review that names no commit counts for the one it was filed under',
    seen: {
      reviews: [
        codexReview({ body: '### 💡 Codex Review' }),
        codexReview({ body: 'text', commit: older }),
      ],
    },
    is: 'approved',
  },
  {
    says: 'a review filed under an older head that names none passes nothing',
    seen: { reviews: [codexReview({ body: 'text', commit: older })] },
    is: 'pending',
  },
  {
    says: 'a review that names none and was filed under none counts by its time',
    seen: { reviews: [codexReview({ body: 'text', commit: null })] },
    is: 'approved',
  },
  {
    says: 'and passes nothing if it is older than the head',
    seen: { reviews: [codexReview({ body: 'text', commit: null, submittedAt: at(-1) })] },
    is: 'pending',
  },
  {
    says: 'an approval of the reviewer passes',
    seen: { reviews: [review(codex, 'APPROVED')] },
    is: 'approved',
  },
  {
    says: 'a dismissed review passes nothing',
    seen: { reviews: [codexReview({ state: 'DISMISSED' })] },
    is: 'pending',
  },
  {
    says: 'a review not yet submitted passes nothing',
    seen: { reviews: [codexReview({ state: 'PENDING' })] },
    is: 'pending',
  },
  {
    says: "a person's approval is no Codex review",
    seen: { reviews: [review(alice, 'APPROVED')] },
    is: 'pending',
  },
  {
    says: "the reviewer's reply in a thread, which GitHub files as a review, passes nothing",
    seen: {
      reviews: [codexReview({ body: '' })],
      threads: [
        thread(codex, badge('P1'), {
          resolved: true,
          comments: [
            { author: codex, body: badge('P1'), url: 'u', createdAt: at(-5), reviewCommit: older },
          ],
        }),
      ],
    },
    is: 'pending',
    also: { status: 'commented' },
  },
  {
    says: 'a review without text that opened a thread on this head passes once it is resolved',
    seen: {
      reviews: [codexReview({ body: '' })],
      threads: [thread(codex, badge('P1'), { resolved: true })],
    },
    is: 'approved',
  },
  {
    says: 'findings in the body that no thread holds pass nothing',
    seen: {
      reviews: [
        codexReview({ body: `${header(head)}\nhttps://github.com/o/r/blob/x#L1\n${badge('P1')}` }),
      ],
    },
    is: 'pending',
    also: { status: 'commented' },
  },
  {
    says: 'findings in the body below what blocks are no hindrance',
    seen: { reviews: [codexReview({ body: `${header(head)}\n${badge('P3')}` })] },
    policy: { blocking_severity: 'P1' },
    is: 'approved',
  },

  // "No major issues".
  {
    says: 'a "no major issues" comment that names this head passes',
    seen: { comments: [comment(codex, `${clean}\n**Reviewed commit:** \`${head.slice(0, 10)}\``)] },
    is: 'approved',
  },
  {
    says: 'it passes even if it is older than what we hold for the push',
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
    says: 'a "no major issues" comment that names another head passes nothing, however late',
    seen: {
      comments: [comment(codex, `${clean}\n**Reviewed commit:** \`${older.slice(0, 10)}\``)],
    },
    is: 'pending',
    also: { status: 'pending' },
  },
  {
    says: 'a "no major issues" comment that names none passes if it came after the head',
    seen: { comments: [comment(codex, clean)] },
    is: 'approved',
  },
  {
    says: 'a "no major issues" comment that names none passes nothing if it came before',
    seen: { comments: [comment(codex, clean, { createdAt: at(-1) })] },
    is: 'pending',
  },
  {
    says: 'somebody else saying so passes nothing',
    seen: { comments: [comment(alice, clean), comment(agent, clean)] },
    is: 'pending',
    also: { status: 'pending' },
  },
  {
    says: 'our own comment never counts, even under a login of the reviewer',
    seen: { ourLogins: ['chatgpt-codex-connector'], comments: [comment(codex, clean)] },
    is: 'pending',
    also: { status: 'pending' },
  },

  // Other comments.
  {
    says: 'any other comment of the reviewer is "commented" and passes nothing',
    seen: { comments: [comment(codex, 'I will look into it.')] },
    is: 'pending',
    also: { status: 'commented' },
  },
  {
    says: '"commented" is missing when the wait is over',
    seen: { comments: [comment(codex, 'Codex Review: Something went wrong.')], readAt: at(61) },
    is: 'missing',
    also: { status: 'commented' },
  },
  {
    says: 'a comment from before the head is nothing',
    seen: { comments: [comment(codex, 'hello', { createdAt: at(-1) })] },
    is: 'pending',
    also: { status: 'pending' },
  },

  // Usage limits and no account.
  {
    says: 'usage limits are missing at once',
    seen: { comments: [comment(codex, limit)] },
    is: 'missing',
    also: { status: 'commented' },
  },
  {
    says: 'no account is missing at once',
    seen: { comments: [comment(codex, noAccount)] },
    is: 'missing',
  },
  {
    says: 'usage limits said as a review are no review',
    seen: { reviews: [codexReview({ body: limit })] },
    is: 'missing',
  },
  {
    says: 'usage limits of an earlier head are over',
    seen: { comments: [comment(codex, limit, { createdAt: at(-1) })] },
    is: 'pending',
  },
  {
    says: 'usage limits do not undo a 👍',
    seen: { comments: [comment(codex, limit)], reactions: [reaction('THUMBS_UP')] },
    is: 'approved',
  },
  {
    says: 'after usage limits, asking again is waited for',
    seen: {
      comments: [comment(codex, limit), comment(alice, '@codex review', { createdAt: at(2.5) })],
    },
    is: 'pending',
  },
  {
    says: 'after usage limits, work that has begun is waited for',
    seen: {
      comments: [comment(codex, limit)],
      reactions: [reaction('EYES', { createdAt: at(2.5) })],
    },
    is: 'pending',
  },
  {
    says: 'usage limits in answer to our own asking are missing at once',
    seen: {
      comments: [comment(judge, '@codex review'), comment(codex, limit)],
      requestedAt: at(2.2),
    },
    is: 'missing',
  },
  {
    says: 'somebody else speaking of usage limits means nothing',
    seen: { comments: [comment(alice, limit)] },
    is: 'pending',
  },

  // Threads.
  {
    says: 'an open thread of the reviewer blocks at once',
    seen: { threads: [thread(codex, badge('P2'))] },
    is: 'threads_open',
    also: { threads: [expect.objectContaining({ severity: 'P2', by: 'codex' })] },
  },
  {
    says: 'a thread without a badge blocks, at any severity',
    seen: { threads: [thread(codex, 'Title')] },
    policy: { blocking_severity: 'P0' },
    is: 'threads_open',
  },
  {
    says: 'a thread at blocking_severity blocks',
    seen: { threads: [thread(codex, badge('P1'))] },
    policy: { blocking_severity: 'P1' },
    is: 'threads_open',
  },
  {
    says: 'a thread above blocking_severity blocks',
    seen: { threads: [thread(codex, badge('P0'))] },
    policy: { blocking_severity: 'P1' },
    is: 'threads_open',
  },
  {
    says: 'a thread below blocking_severity does not, and its review counts as clean',
    seen: { reviews: [codexReview()], threads: [thread(codex, badge('P2'))] },
    policy: { blocking_severity: 'P1' },
    is: 'approved',
  },
  {
    says: 'outdated is not resolved',
    seen: {
      reviews: [codexReview()],
      threads: [thread(codex, badge('P1'), { outdated: true, line: null })],
    },
    is: 'threads_open',
  },
  {
    says: 'an answer is no resolution',
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
    says: 'a thread of an earlier head blocks until it is resolved',
    seen: {
      reviews: [codexReview()],
      threads: [
        thread(codex, badge('P1'), {
          comments: [
            { author: codex, body: badge('P1'), url: 'u', createdAt: at(-9), reviewCommit: older },
          ],
        }),
      ],
    },
    is: 'threads_open',
  },
  {
    says: "a person's thread blocks",
    seen: { reactions: [reaction('THUMBS_UP')], threads: [thread(alice, 'Why?')] },
    is: 'threads_open',
    also: { threads: [expect.objectContaining({ severity: null, by: 'person' })] },
  },
  {
    says: "a person's thread blocks whatever badge it quotes",
    seen: { reactions: [reaction('THUMBS_UP')], threads: [thread(alice, badge('P3'))] },
    policy: { blocking_severity: 'P0' },
    is: 'threads_open',
  },
  {
    says: "a person's thread does not block where policy ignores them",
    seen: { reactions: [reaction('THUMBS_UP')], threads: [thread(alice, 'Why?')] },
    policy: { human_threads: 'ignore' },
    is: 'approved',
  },
  {
    says: "a thread of the pull request's author never counts",
    seen: {
      reactions: [reaction('THUMBS_UP')],
      threads: [thread({ login: 'Codex-Agent', bot: false }, 'Note')],
    },
    is: 'approved',
  },
  {
    says: 'threads of other bots never count',
    seen: { reactions: [reaction('THUMBS_UP')], threads: [thread(rabbit, badge('P0'))] },
    is: 'approved',
  },
  {
    says: 'a bot known only by its suffix is a bot',
    seen: {
      reactions: [reaction('THUMBS_UP')],
      threads: [thread({ login: 'sonar[bot]', bot: false }, 'Smell')],
    },
    is: 'approved',
  },
  {
    says: 'a thread of the reviewer counts even if it wrote the pull request',
    seen: { pullRequest: { author: codex }, threads: [thread(codex, badge('P1'))] },
    is: 'threads_open',
  },
  {
    says: 'an open thread whose first comment is gone blocks: nobody knows whose it was',
    seen: { reactions: [reaction('THUMBS_UP')], threads: [thread(codex, '', { comments: [] })] },
    is: 'threads_open',
  },

  // Requested changes.
  {
    says: 'requested changes of a person stand',
    seen: { reactions: [reaction('THUMBS_UP')], reviews: [review(alice, 'CHANGES_REQUESTED')] },
    is: 'changes_requested',
  },
  {
    says: 'requested changes stand over heads',
    seen: {
      reviews: [
        review(alice, 'CHANGES_REQUESTED', { commit: older, submittedAt: at(-9) }),
        codexReview(),
      ],
    },
    is: 'changes_requested',
  },
  {
    says: 'a later comment does not clear them',
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
    says: "that reviewer's later approval clears them",
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
    says: "another reviewer's approval does not",
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
    says: 'an earlier approval does not',
    seen: {
      reviews: [
        review(alice, 'APPROVED', { submittedAt: at(1) }),
        review(alice, 'CHANGES_REQUESTED'),
      ],
    },
    is: 'changes_requested',
  },
  {
    says: 'an approval in the same second does not',
    seen: { reviews: [review(alice, 'APPROVED'), review(alice, 'CHANGES_REQUESTED')] },
    is: 'changes_requested',
  },
  {
    says: 'dismissing them clears them',
    seen: { reviews: [review(alice, 'DISMISSED'), codexReview()] },
    is: 'approved',
  },
  {
    says: 'a dismissal in the same second is that of an earlier one',
    seen: {
      reviews: [review(alice, 'DISMISSED'), review(alice, 'CHANGES_REQUESTED'), codexReview()],
    },
    is: 'changes_requested',
  },
  {
    says: 'policy may ignore those of people',
    seen: { reviews: [review(alice, 'CHANGES_REQUESTED'), codexReview()] },
    policy: { human_changes_requested: 'ignore' },
    is: 'approved',
  },
  {
    says: "policy cannot ignore the reviewer's",
    seen: { reviews: [review(codex, 'CHANGES_REQUESTED')] },
    policy: { human_changes_requested: 'ignore' },
    is: 'changes_requested',
  },
  {
    says: 'a 👍 does not clear those of the reviewer',
    seen: { reviews: [review(codex, 'CHANGES_REQUESTED')], reactions: [reaction('THUMBS_UP')] },
    is: 'changes_requested',
  },
  {
    says: 'those of other bots never count',
    seen: { reviews: [review(rabbit, 'CHANGES_REQUESTED'), codexReview()] },
    is: 'approved',
  },
  {
    says: 'open threads are told with them',
    seen: { reviews: [review(alice, 'CHANGES_REQUESTED')], threads: [thread(codex, badge('P1'))] },
    is: 'changes_requested',
    also: { threads: [expect.objectContaining({ by: 'codex' })] },
  },

  // Not required.
  {
    says: 'not required: silence may be a review to come for as long as arrival',
    seen: { readAt: at(5) },
    policy: { required: false },
    is: 'pending',
    also: { deadline: at(5), requestAt: null },
  },
  {
    says: 'not required: silence passes after arrival',
    seen: { readAt: at(5.1) },
    policy: { required: false },
    is: 'not_required',
  },
  {
    says: 'not required: arrival is counted from when the head became reviewable',
    seen: { reviewableSince: at(-9), waitStartedAt: start, readAt: at(1) },
    policy: { required: false },
    is: 'not_required',
  },
  {
    says: 'not required: work that has begun is waited for',
    seen: { reactions: [reaction('EYES')], readAt: at(30) },
    policy: { required: false },
    is: 'pending',
    also: { deadline: at(60) },
  },
  {
    says: 'not required: work that never ended passes after the wait',
    seen: { reactions: [reaction('EYES')], readAt: at(61) },
    policy: { required: false },
    is: 'not_required',
  },
  {
    says: 'not required: usage limits pass at once',
    seen: { comments: [comment(codex, limit)] },
    policy: { required: false },
    is: 'not_required',
  },
  {
    says: 'not required: a 👍 approves at once',
    seen: { reactions: [reaction('THUMBS_UP')] },
    policy: { required: false },
    is: 'approved',
  },
  {
    says: 'not required: open threads block all the same',
    seen: { threads: [thread(codex, badge('P1'))], readAt: at(61) },
    policy: { required: false },
    is: 'threads_open',
  },
  {
    says: 'not required: requested changes block all the same',
    seen: { reviews: [review(alice, 'CHANGES_REQUESTED')], readAt: at(61) },
    policy: { required: false },
    is: 'changes_requested',
  },

  // Asking for it.
  {
    says: 'a review is to be asked for after request_after',
    seen: {},
    is: 'pending',
    also: { requestAt: at(5) },
  },
  {
    says: 'never where request_after is 0',
    seen: {},
    policy: { request_after: 0 },
    is: 'pending',
    also: { requestAt: null },
  },
  { says: 'once a head', seen: { requestedAt: at(5) }, is: 'pending', also: { requestAt: null } },
  {
    says: 'not once it has started',
    seen: { reactions: [reaction('EYES')] },
    is: 'pending',
    also: { requestAt: null },
  },
  {
    says: 'eyes from before the head are about another one',
    seen: { reactions: [reaction('EYES', { createdAt: at(-1) })] },
    is: 'pending',
    also: { requestAt: at(5) },
  },
  {
    says: 'not where a person has asked',
    seen: { comments: [comment(alice, '@codex review')] },
    is: 'pending',
    also: { requestAt: null },
  },
  {
    says: 'not where our comment is there, though we do not remember it',
    seen: { comments: [comment(judge, '@codex review')] },
    is: 'pending',
    also: { requestAt: null },
  },
  {
    says: 'again where it was asked for an earlier head',
    seen: { comments: [comment(judge, '@codex review', { createdAt: at(-1) })] },
    is: 'pending',
    also: { requestAt: at(5) },
  },
  {
    says: 'also where the reviewer answered that something went wrong',
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

describe('what review says about a commit', () => {
  test.each(rows)('$says', ({ seen, policy = {}, is, also = {} }) => {
    expect(computeReviewOutcome(seenOf(seen), at(1000), { ...shipped, ...policy })).toMatchObject({
      kind: is,
      commit: head,
      ...also,
    })
  })

  test('a reading stamped in the future of the database ends nothing', () => {
    expect(computeReviewOutcome(seenOf({ readAt: at(500) }), at(2), shipped).kind).toBe('pending')
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
const list = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 4 })
const anySeen: fc.Arbitrary<CommitReview> = fc.record({
  commit: fc.constant(head),
  pullRequest: fc.record({ author: anyone }),
  reviews: list(
    fc.record({
      author: anyone,
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
      outdated: fc.boolean(),
      path: fc.constantFrom('a', 'b'),
      line: fc.option(fc.nat(9), { nil: null }),
      comments: list(
        fc.record({
          author: anyone,
          body: anyBody,
          url: fc.constant('u'),
          createdAt: moment,
          reviewCommit: anyCommit,
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
    fc.record({ author: anyone, body: anyBody, url: fc.constant('u'), createdAt: moment }),
  ),
  reviewableSince: moment,
  waitStartedAt: moment,
  codexReviewers: fc.constantFrom(
    ['chatgpt-codex-connector[bot]'],
    ['alice', 'chatgpt-codex-connector'],
    [],
  ),
  ourLogins: fc.constantFrom(['codex-judge'], []),
  requestedAt: fc.option(moment, { nil: null }),
  readAt: moment,
})
const anyPolicy: fc.Arbitrary<ReviewPolicy> = fc.record({
  required: fc.boolean(),
  wait: fc.integer({ min: 0, max: 60 }).map((n) => n * minute),
  arrival: fc.integer({ min: 0, max: 60 }).map((n) => n * minute),
  request_after: fc.integer({ min: 0, max: 60 }).map((n) => n * minute),
  blocking_severity: fc.constantFrom('P0', 'P1', 'P2', 'P3'),
  human_changes_requested: fc.constantFrom('block', 'ignore'),
  human_threads: fc.constantFrom('block', 'ignore'),
})
const late = at(100_000)

prop.prop([anySeen, anyPolicy])(
  'every input has an outcome, about the commit it was read for',
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
  'what people, other bots and the author say in comments and reactions passes nothing',
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
  'nothing that names another commit, or was filed under it, passes this one',
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
  'where a review is required, only something the reviewer said or did approves',
  (seen, policy) => {
    expect(['changes_requested', 'threads_open', 'missing', 'pending']).toContain(
      computeReviewOutcome({ ...seen, codexReviewers: [] }, late, { ...policy, required: true })
        .kind,
    )
  },
)

prop.prop([anySeen, anyPolicy, moment, moment])(
  'time alone moves pending to an end, ends nothing twice, and approves nothing',
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
  'a reading after the deadline that a pending outcome names is final',
  (seen, policy) => {
    const outcome = computeReviewOutcome(seen, late, policy)
    if (outcome.kind !== 'pending') return
    expect(outcome.deadline).toBeGreaterThanOrEqual(seen.readAt)
    expect(
      computeReviewOutcome({ ...seen, readAt: addMillis(outcome.deadline, 1) }, late, policy).kind,
    ).not.toBe('pending')
  },
)
