import { addComment } from './changes.ts'
import { formatSummary, SUMMARY_MARKER, type SummaryRow } from './codex-summary.ts'
import { findPull } from './lookups.ts'
import {
  type Account,
  findOrCreateAccount,
  formatNow,
  type GithubState,
  type IssueComment,
  type Pull,
  type PullRef,
  type Reaction,
  type Review,
  type ReviewState,
  type Thread,
} from './state.ts'

export interface ReviewFinding {
  readonly path: string
  readonly line: number
  readonly priority?: 'P0' | 'P1' | 'P2' | 'P3' | null
  readonly title: string
  readonly body?: string
}

const codexLogin = 'chatgpt-codex-connector[bot]'

/** What people do in the review of a pull request. */
export const createReviewVerbs = (world: GithubState) => ({
  review: (
    of: PullRef,
    by: string,
    content: { state: ReviewState; body?: string; commit?: string },
  ) => addReview(world, of, by, content),
  thread: (of: PullRef, by: string, content: ThreadContent) =>
    openThread(world, of, { ...content, by, review: null }),
  react: (of: PullRef, by: string, content: Reaction['content']) =>
    addReaction(world, of, by, content),
  reply: (of: PullRef, to: Thread, by: string, body: string) =>
    addReply(world, of, to, { by, body, review: null }),
  requestChanges: (of: PullRef, by: string, body = 'Please change this.') =>
    addReview(world, of, by, { state: 'CHANGES_REQUESTED', body }),
  approve: (of: PullRef, by: string, commit?: string) =>
    addReview(world, of, by, { state: 'APPROVED', ...(commit ? { commit } : {}) }),
  dismiss(of: PullRef, which: Review, by: string): void {
    const { repository, pull } = findPull(world, of)
    which.state = 'DISMISSED'
    world.announce('pull_request_review', 'dismissed', { repository, by, pull, review: which })
  },
  resolveThread: (of: PullRef, which: Thread | 'all', by = 'maintainer') =>
    setResolved(world, of, { which, resolved: true, by }),
  unresolveThread: (of: PullRef, which: Thread, by = 'maintainer') =>
    setResolved(world, of, { which, resolved: false, by }),
  comment(of: PullRef, by: string, body: string): IssueComment {
    const { repository, pull } = findPull(world, of)
    return addComment(world, repository, pull, { by, body })
  },
  editComment: (of: PullRef, comment: IssueComment, body: string) =>
    editComment(world, of, comment, body),
  /** How an account belongs to the repositories. Default: `MEMBER`, and `NONE` for bots. */
  associate(login: string, association: Account['association']): void {
    findOrCreateAccount(world, login).association = association
  },
  /** The account is gone; what it wrote stays, without its name. */
  deleteAccount(login: string): void {
    findOrCreateAccount(world, login).deleted = true
  },
})

/** What the Codex reviewer does. */
export const createCodexVerbs = (world: GithubState) => ({
  /** The reviewer begins: 👀 on the pull request, which no webhook announces. */
  codexStarts: (of: PullRef) => addReaction(world, of, codexLogin, 'eyes'),
  /** A COMMENTED review in its usual form, with a thread for each finding. Returns the threads. */
  codexReviews(
    of: PullRef,
    findings: readonly ReviewFinding[],
    commit?: string,
  ): readonly Thread[] {
    const { pull } = findPull(world, of)
    withdrawEyes(pull)
    const sha = commit ?? pull.head
    const body = formatReviewBody(sha)
    const review = addReview(world, of, codexLogin, { state: 'COMMENTED', commit: sha, body })
    return findings.map((finding) => {
      const { path, line } = finding
      const content = { path, line, body: formatFindingBody(finding) }
      return openThread(world, of, { ...content, by: codexLogin, review })
    })
  },
  /** Without findings it only leaves 👍, which no webhook announces and which names no commit. */
  codexFindsNothing(of: PullRef): Reaction {
    withdrawEyes(findPull(world, of).pull)
    return addReaction(world, of, codexLogin, '+1')
  },
  /** Some versions of the reviewer write a comment instead. */
  codexSays: (
    of: PullRef,
    body = "Codex Review: Didn't find any major issues. Nice work!",
  ): IssueComment => {
    const { repository, pull } = findPull(world, of)
    return addComment(world, repository, pull, { by: codexLogin, body })
  },
  /**
   * The one comment in which it shows the state of its reviews, posted or edited in place. Without
   * a commit the row is about the head.
   */
  codexSummarizes(of: PullRef, ...rows: readonly SummaryRow[]): IssueComment {
    const { repository, pull } = findPull(world, of)
    const body = formatSummary(
      rows.map((row) => ({ commit: pull.head, at: formatNow(world), ...row })),
    )
    const known = pull.comments.find((comment) => comment.body.startsWith(SUMMARY_MARKER))
    if (known === undefined) return addComment(world, repository, pull, { by: codexLogin, body })
    editComment(world, of, known, body)
    return known
  },
})

function editComment(world: GithubState, of: PullRef, comment: IssueComment, body: string): void {
  const { repository, pull } = findPull(world, of)
  comment.body = body
  comment.editedAt = formatNow(world)
  world.announce('issue_comment', 'edited', {
    repository,
    by: comment.author,
    issue: pull,
    comment,
  })
}

interface ThreadContent {
  readonly path: string
  readonly line: number
  readonly body: string
}

function addReview(
  world: GithubState,
  of: PullRef,
  by: string,
  { state, body = '', commit }: { state: ReviewState; body?: string; commit?: string },
): Review {
  const { repository, pull } = findPull(world, of)
  const review = {
    id: world.nextId(),
    author: by,
    state,
    body,
    commit: commit ?? pull.head,
    submittedAt: formatNow(world),
  }
  pull.reviews.push(review)
  world.announce('pull_request_review', 'submitted', { repository, by, pull, review })
  return review
}

function openThread(
  world: GithubState,
  of: PullRef,
  { path, line, body, by, review }: ThreadContent & { by: string; review: Review | null },
): Thread {
  const { repository, pull } = findPull(world, of)
  const thread: Thread = {
    id: `PRRT_${world.nextId()}`,
    path,
    line,
    resolved: false,
    resolvedBy: null,
    outdated: false,
    comments: [],
  }
  pull.threads.push(thread)
  const threadComment = addReply(world, of, thread, { by, body, review })
  const details = { repository, by, pull, thread, threadComment }
  world.announce('pull_request_review_comment', 'created', details)
  return thread
}

function addReply(
  world: GithubState,
  of: PullRef,
  thread: Thread,
  { by, body, review }: { by: string; body: string; review: Review | null },
) {
  const commit = review?.commit ?? findPull(world, of).pull.head
  const comment = {
    id: world.nextId(),
    author: by,
    body,
    createdAt: formatNow(world),
    review,
    commit,
    lastCommit: thread.comments[0]?.lastCommit ?? commit,
  }
  thread.comments.push(comment)
  return comment
}

function addReaction(
  world: GithubState,
  of: PullRef,
  by: string,
  content: Reaction['content'],
): Reaction {
  const reaction = { id: world.nextId(), author: by, content, createdAt: formatNow(world) }
  findPull(world, of).pull.reactions.push(reaction)
  return reaction
}

function setResolved(
  world: GithubState,
  of: PullRef,
  { which, resolved, by }: { which: Thread | 'all'; resolved: boolean; by: string },
): void {
  const { repository, pull } = findPull(world, of)
  for (const thread of which === 'all' ? pull.threads : [which]) {
    thread.resolved = resolved
    thread.resolvedBy = resolved ? by : null
    const action = resolved ? 'resolved' : 'unresolved'
    world.announce('pull_request_review_thread', action, { repository, by, pull, thread })
  }
}

function withdrawEyes(pull: Pull): void {
  const eyes = pull.reactions.findIndex(
    ({ author, content }) => author === codexLogin && content === 'eyes',
  )
  if (eyes >= 0) pull.reactions.splice(eyes, 1)
}

const formatReviewBody = (sha: string): string => `### 💡 Codex Review

Here are some automated review suggestions for this pull request.

**Reviewed commit:** \`${sha.slice(0, 10)}\`
`

function formatFindingBody({ priority, title, body }: ReviewFinding): string {
  const colours = { P0: 'red', P1: 'orange', P2: 'yellow', P3: 'green' } as const
  const badge = priority
    ? `![${priority} Badge](https://img.shields.io/badge/${priority}-${colours[priority]}?style=flat)`
    : ''
  return `**<sub><sub>${badge}</sub></sub>  ${title}**

${body ?? 'This does not do what the issue asks for.'}

Useful? React with 👍 / 👎.`
}
