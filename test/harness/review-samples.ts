import type {
  Actor,
  Association,
  Comment,
  Reaction,
  Review,
  ReviewThread,
  ThreadComment,
} from '../../services/judge/src/github/snapshot.ts'
import { addMillis, type Instant, toInstant } from '../../services/judge/src/lib/instant.ts'
import type { ReviewPolicy } from '../../services/judge/src/policy/policy.ts'
import type { CommitReview } from '../../services/judge/src/review/commit-review.ts'
import { type CommitSha, parseCommitSha } from '../../services/judge/src/run/run.ts'

/* What reviewers and people write about one head, from which the tests build outcomes. */

export const minute = 60_000
export const start = toInstant('2026-05-01T12:00:00Z')
export const at = (minutes: number): Instant => addMillis(start, minutes * minute)
const toSha = (digit: string): CommitSha => {
  const commit = parseCommitSha(digit.repeat(40))
  if (commit === null) throw new Error('not a commit')
  return commit
}
export const head = toSha('a')
export const older = toSha('b')

export const codex: Actor = { login: 'chatgpt-codex-connector', bot: true }
export const alice: Actor = { login: 'alice', bot: false }
export const bob: Actor = { login: 'bob', bot: false }
export const agent: Actor = { login: 'codex-agent', bot: false }
export const rabbit: Actor = { login: 'coderabbitai', bot: true }
export const judge: Actor = { login: 'codex-judge', bot: true }

export const shipped: ReviewPolicy = {
  required: true,
  wait: 60 * minute,
  arrival: 5 * minute,
  request_after: 5 * minute,
  blocking_severity: 'P3',
  people: 'collaborators',
  human_changes_requested: 'block',
  human_threads: 'block',
}

export const header = (commit: string) =>
  `### 💡 Codex Review\n\nHere are some automated review suggestions for this pull request.\n\n**Reviewed commit:** \`${commit.slice(0, 10)}\`\n`
export const badge = (level: string) =>
  `**<sub><sub>![${level} Badge](https://img.shields.io/badge/${level}-orange?style=flat)</sub></sub>  Title**\n\nWhy.`
export const clean = "Codex Review: Didn't find any major issues. Bravo."
export const limit = 'You have reached your Codex usage limits for code reviews.'
export const noAccount =
  'To use Codex here, [create a Codex account and connect to github](https://chatgpt.com/codex).'

let urls = 0
const url = (): string => {
  urls += 1
  return `https://github.com/o/r/pull/1#${urls}`
}
/** Bots have no association; the people of these tests are members, unless a test says otherwise. */
const associate = ({ bot }: Actor) => (bot ? 'other' : 'member')
export const review = (
  author: Actor,
  state: Review['state'],
  of: Partial<Review> = {},
): Review => ({
  author,
  association: associate(author),
  state,
  body: '',
  commit: head,
  submittedAt: at(2),
  url: url(),
  ...of,
})
export const codexReview = (of: Partial<Review> = {}): Review =>
  review(codex, 'COMMENTED', { body: header(head), ...of })
export const threadComment = (
  author: Actor,
  body: string,
  of: Partial<ThreadComment> = {},
): ThreadComment => ({
  author,
  association: associate(author),
  body,
  url: url(),
  createdAt: at(2),
  reviewCommit: head,
  lastCommit: head,
  ...of,
})
export const thread = (
  author: Actor,
  body: string,
  of: Partial<ReviewThread> = {},
  association: Association | null = associate(author),
): ReviewThread => {
  const place = url()
  return {
    id: place,
    resolved: false,
    resolvedBy: null,
    outdated: false,
    path: 'src/a.ts',
    line: 3,
    comments: [threadComment(author, body, { url: place, association })],
    ...of,
  }
}
export const comment = (author: Actor, body: string, of: Partial<Comment> = {}): Comment => ({
  author,
  association: associate(author),
  body,
  url: url(),
  createdAt: at(2),
  editedAt: null,
  ...of,
})
export const reaction = (content: Reaction['content'], of: Partial<Reaction> = {}): Reaction => ({
  content,
  author: codex,
  createdAt: at(2),
  ...of,
})

export const createReview = (of: Partial<CommitReview>): CommitReview => ({
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
  heads: [{ sha: head, firstSeenAt: start }],
  requestedAt: null,
  readAt: at(3),
  ...of,
})
