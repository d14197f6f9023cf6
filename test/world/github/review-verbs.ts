import { addComment } from './changes.ts'
import {
  type IssueComment,
  type Pull,
  type Reaction,
  type Review,
  type ReviewState,
  repositoryOf,
  type Thread,
  timeOf,
  type World,
} from './state.ts'

export interface PullRef {
  readonly repository: string
  readonly number: number
}

export interface Finding {
  readonly path: string
  readonly line: number
  readonly priority?: 'P0' | 'P1' | 'P2' | 'P3' | null
  readonly title: string
  readonly body?: string
}

const codexLogin = 'chatgpt-codex-connector[bot]'

/** What people and the Codex reviewer say about a pull request. */
export function reviewVerbs(world: World) {
  const at = ({ repository, number }: PullRef) => {
    const found = repositoryOf(world, repository)
    const pull = found.pulls.get(number)
    if (!pull) throw new Error(`the simulated GitHub has no pull request ${repository}#${number}`)
    return { repository: found, pull }
  }

  const review = (
    of: PullRef,
    by: string,
    says: { state: ReviewState; body?: string; commit?: string },
  ): Review => {
    const { repository, pull } = at(of)
    const made = {
      id: world.nextId(),
      author: by,
      state: says.state,
      body: says.body ?? '',
      commit: says.commit ?? pull.head,
      submittedAt: timeOf(world),
    }
    pull.reviews.push(made)
    world.announce('pull_request_review', 'submitted', { repository, by, pull, review: made })
    return made
  }

  const thread = (
    of: PullRef,
    by: string,
    says: { path: string; line: number; body: string },
    within: Review | null = null,
  ): Thread => {
    const { repository, pull } = at(of)
    const opened: Thread = {
      id: `PRRT_${world.nextId()}`,
      path: says.path,
      line: says.line,
      resolved: false,
      outdated: false,
      comments: [],
    }
    pull.threads.push(opened)
    replyIn(of, opened, { by, body: says.body, review: within })
    world.announce('pull_request_review_comment', 'created', {
      repository,
      by,
      pull,
      thread: opened,
      ...lastOf(opened),
    })
    return opened
  }

  const replyIn = (
    of: PullRef,
    to: Thread,
    says: { by: string; body: string; review: Review | null },
  ): void => {
    const { pull } = at(of)
    to.comments.push({
      id: world.nextId(),
      author: says.by,
      body: says.body,
      createdAt: timeOf(world),
      review: says.review,
      commit: says.review?.commit ?? pull.head,
    })
  }

  const react = (of: PullRef, by: string, content: Reaction['content']): Reaction => {
    const reaction = { id: world.nextId(), author: by, content, createdAt: timeOf(world) }
    at(of).pull.reactions.push(reaction)
    return reaction
  }

  const resolve = (of: PullRef, which: Thread | 'all', resolved: boolean, by: string): void => {
    const { repository, pull } = at(of)
    for (const one of which === 'all' ? pull.threads : [which]) {
      one.resolved = resolved
      world.announce('pull_request_review_thread', resolved ? 'resolved' : 'unresolved', {
        repository,
        by,
        pull,
        thread: one,
      })
    }
  }

  return {
    review,
    thread,
    react,
    reply: (of: PullRef, to: Thread, by: string, body: string) =>
      replyIn(of, to, { by, body, review: null }),
    requestChanges: (of: PullRef, by: string, body = 'Please change this.') =>
      review(of, by, { state: 'CHANGES_REQUESTED', body }),
    approve: (of: PullRef, by: string, commit?: string) =>
      review(of, by, { state: 'APPROVED', ...(commit ? { commit } : {}) }),
    dismiss(of: PullRef, which: Review, by: string): void {
      const { repository, pull } = at(of)
      which.state = 'DISMISSED'
      world.announce('pull_request_review', 'dismissed', { repository, by, pull, review: which })
    },
    resolveThread: (of: PullRef, which: Thread | 'all', by = 'maintainer') =>
      resolve(of, which, true, by),
    unresolveThread: (of: PullRef, which: Thread, by = 'maintainer') =>
      resolve(of, which, false, by),
    comment(of: PullRef, by: string, body: string): IssueComment {
      const { repository, pull } = at(of)
      return addComment(world, repository, pull, { by, body })
    },
    /** The reviewer has begun: 👀 on the body, which no webhook announces. */
    codexStarts: (of: PullRef) => react(of, codexLogin, 'eyes'),
    /**
     * With findings: a COMMENTED review of its usual form, and one thread for each finding. Returns
     * the threads.
     */
    codexReviews(of: PullRef, findings: readonly Finding[], commit?: string): readonly Thread[] {
      const { pull } = at(of)
      withdrawEyes(pull)
      const sha = commit ?? pull.head
      const made = review(of, codexLogin, {
        state: 'COMMENTED',
        commit: sha,
        body: reviewBody(sha),
      })
      return findings.map((finding) =>
        thread(
          of,
          codexLogin,
          { path: finding.path, line: finding.line, body: findingBody(finding) },
          made,
        ),
      )
    },
    /**
     * Without findings it only leaves a 👍, which no webhook announces and which names no commit.
     */
    codexFindsNothing(of: PullRef): Reaction {
      withdrawEyes(at(of).pull)
      return react(of, codexLogin, '+1')
    },
    /** Some of its versions write a comment instead. */
    codexSays: (
      of: PullRef,
      body = "Codex Review: Didn't find any major issues. Nice work!",
    ): IssueComment => {
      const { repository, pull } = at(of)
      return addComment(world, repository, pull, { by: codexLogin, body })
    },
  }
}

const lastOf = (thread: Thread) => {
  const threadComment = thread.comments.at(-1)
  return threadComment ? { threadComment } : {}
}

function withdrawEyes(pull: Pull): void {
  const eyes = pull.reactions.findIndex(
    ({ author, content }) => author === codexLogin && content === 'eyes',
  )
  if (eyes >= 0) pull.reactions.splice(eyes, 1)
}

const reviewBody = (sha: string): string =>
  `### 💡 Codex Review\n\nHere are some automated review suggestions for this pull request.\n\n**Reviewed commit:** \`${sha.slice(0, 10)}\`\n`

function findingBody({ priority, title, body }: Finding): string {
  const colours = { P0: 'red', P1: 'orange', P2: 'yellow', P3: 'green' } as const
  const badge = priority
    ? `![${priority} Badge](https://img.shields.io/badge/${priority}-${colours[priority]}?style=flat)`
    : ''
  return `**<sub><sub>${badge}</sub></sub>  ${title}**\n\n${body ?? 'This does not do what the issue asks for.'}\n\nUseful? React with 👍 / 👎.`
}
