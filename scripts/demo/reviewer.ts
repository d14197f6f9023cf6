import type { Finding, PullRef } from '../../test/world/github/review-verbs.ts'
import type { GithubWorld } from '../../test/world/github.ts'
import type { Narrator } from './narrator.ts'
import type { Schedule } from './schedule.ts'

/** How long it takes to begin, and to read. */
const noticesAfter = 400
const reviewTakes = 1_000

interface Deps {
  readonly github: () => GithubWorld
  readonly narrator: Narrator
  readonly schedule: Schedule
  readonly issueOf: (branch: string) => number
  /** What it will have to say about what is on a branch now. */
  readonly findingsOn: (branch: string) => readonly Finding[]
}

/**
 * The Codex reviewer: it looks when a pull request is opened or somebody writes `@codex review`,
 * and not because of a push. While it reads there is 👀 on the pull request, and where it finds
 * nothing only 👍, of which GitHub tells nobody.
 */
export function createReviewer({ github, narrator, schedule, issueOf, findingsOn }: Deps) {
  const spokenOf = new Set<string>()

  /**
   * Reads the head of this moment and says what it thinks of that one, even if another has been
   * pushed meanwhile.
   */
  const look = (pull: PullRef): void => {
    const { headBranch, head } = github().pull(pull)
    const issue = issueOf(headBranch)
    const findings = findingsOn(headBranch)
    // What it has said in threads it does not say again.
    if (spokenOf.has(head)) return
    if (findings.length > 0) spokenOf.add(head)
    github().codexStarts(pull)
    schedule.later(reviewTakes, () => {
      if (findings.length === 0) {
        github().codexFindsNothing(pull)
        narrator.tell('reviewer', issue, 'leaves 👍 on the pull request: nothing found')
        return
      }
      github().codexReviews(pull, findings, head)
      for (const { path, line, priority, title } of findings)
        narrator.tell(
          'reviewer',
          issue,
          `opens a thread at ${path}:${line}: ${priority ?? ''} ${title}`,
        )
    })
  }

  return { looks: (pull: PullRef): void => schedule.later(noticesAfter, () => look(pull)) }
}
