/** What happens to an issue: the script of each attempt, and how its runs must end. */
export interface IssueScript {
  readonly issue: number
  readonly title: string
  /** One entry for each attempt; the last one also applies to those that follow. */
  readonly attempts: readonly AttemptScript[]
  /** The final status and reason of each run of the issue, oldest first. */
  readonly ends: readonly (readonly [status: string, reason: string])[]
}

/** What happens to one attempt; without an entry everything passes. */
export interface AttemptScript {
  readonly workflow?: 'Succeeded' | 'Failed'
  readonly ci?: 'green' | 'flaky' | 'red'
  readonly review?: 'clean' | 'findings' | 'on request'
  readonly judge?: 'passes' | 'rejects'
  readonly pull?: 'opened' | 'none'
  readonly conflict?: boolean
  /** The agent pushes one more commit after CI of the first head. */
  readonly pushesAgain?: boolean
}

export const issueScripts: readonly IssueScript[] = [
  { issue: 1, title: 'everything is green', attempts: [{}], ends: [['completed', 'accepted']] },
  {
    issue: 2,
    title: 'CI fails once by chance',
    attempts: [{ ci: 'flaky' }],
    ends: [['completed', 'accepted']],
  },
  {
    issue: 3,
    title: 'the reviewer finds something',
    attempts: [{ review: 'findings' }, {}],
    ends: [
      ['needs_iteration', 'review_threads_open'],
      ['completed', 'accepted'],
    ],
  },
  {
    issue: 4,
    title: 'the workflow fails',
    attempts: [{ workflow: 'Failed' }, {}],
    ends: [
      ['needs_iteration', 'workflow_failed'],
      ['completed', 'accepted'],
    ],
  },
  {
    issue: 5,
    title: 'a merge conflict',
    attempts: [{ conflict: true }],
    ends: [['needs_human', 'merge_conflict']],
  },
  {
    issue: 6,
    title: 'the judge rejects it',
    attempts: [{ judge: 'rejects' }, {}],
    ends: [
      ['needs_iteration', 'judge_rejected'],
      ['completed', 'accepted'],
    ],
  },
  {
    issue: 7,
    title: 'no pull request is opened',
    attempts: [{ pull: 'none' }, {}],
    ends: [
      ['needs_iteration', 'missing_pull_request'],
      ['completed', 'accepted'],
    ],
  },
  {
    issue: 8,
    title: 'the reviewer only reviews on request',
    attempts: [{ review: 'on request' }],
    ends: [['completed', 'accepted']],
  },
  {
    issue: 9,
    title: 'the head moves',
    attempts: [{ pushesAgain: true }],
    ends: [['completed', 'accepted']],
  },
  {
    issue: 10,
    title: 'CI is red, and stays so',
    attempts: [{ ci: 'red' }],
    ends: [
      ['needs_iteration', 'ci_failed'],
      ['needs_human', 'attempts_exhausted'],
    ],
  },
]

/** Waits that outlast a stopped service, and polls that follow soon after its restart. */
export const randomWorldPolicy = {
  attempts: { max: 2, backoff: ['1s'], infrastructure_max: 5, dispatch_patience: '5m' },
  ci: { wait: '100s', no_checks_grace: '5s' },
  review: { wait: '100s', arrival: '2s', request_after: '1s' },
  judge: { models: ['openai/gpt-5.2'], timeout: '10s', patience: '5m' },
  no_progress: { same_failure: 9, same_diff: 9 },
  patience: { github: '5m', artifacts: '5m', completion: '5m' },
}
