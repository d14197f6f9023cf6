import type { ReviewFinding } from '../../test/world/github/review-verbs.ts'
import type { PullRef } from '../../test/world/github/state.ts'
import type { GithubWorld } from '../../test/world/github.ts'
import type { Narrator } from './narrator.ts'
import type { Schedule } from './schedule.ts'

/** How long the reviewer takes to start and to review. */
const START_MS = 400
const REVIEW_MS = 1_000

interface ReviewerDeps {
  readonly github: () => GithubWorld
  readonly narrator: Narrator
  readonly schedule: Schedule
  readonly findIssue: (branch: string) => number
  /** The findings about the current head of a branch. */
  readonly getFindings: (branch: string) => readonly ReviewFinding[]
}

/**
 * Simulates the Codex reviewer. It reviews when a pull request is opened and on `@codex review`,
 * but not after a push. It leaves 👀 while it reviews, and without findings only 👍, which no
 * webhook announces.
 */
export function createReviewer({
  github,
  narrator,
  schedule,
  findIssue,
  getFindings,
}: ReviewerDeps) {
  const criticized = new Set<string>()

  /** Reviews the current head, even if another one is pushed meanwhile. */
  const review = (pull: PullRef): void => {
    const { headBranch, head } = github().pull(pull)
    const issue = findIssue(headBranch)
    const findings = getFindings(headBranch)
    // It does not repeat findings that already have threads.
    if (criticized.has(head)) return
    if (findings.length > 0) criticized.add(head)
    github().codexStarts(pull)
    schedule.later(REVIEW_MS, () => {
      if (findings.length === 0) {
        github().codexFindsNothing(pull)
        narrator.tell('reviewer', issue, 'finds nothing, and leaves 👍 on the pull request')
        return
      }
      github().codexReviews(pull, findings, head)
      for (const { path, line, priority, title } of findings) {
        const text = `opens a thread at ${path}:${line}: ${priority ?? ''} ${title}`
        narrator.tell('reviewer', issue, text)
      }
    })
  }

  return { reviewLater: (pull: PullRef): void => schedule.later(START_MS, () => review(pull)) }
}
