import { formatList } from '../lib/text.ts'
import { formatIssueLabel } from '../run/run.ts'
import { neutralizeMentions, toOneLine, toWebAddress } from './untrusted-text.ts'

/** The runs that a message is about, if several share a question. */
export interface SharedSubject {
  /** How many runs there are; `runs` may hold only the first ones. */
  readonly count: number
  readonly runs: readonly ListedRun[]
}

interface ListedRun {
  readonly repository: string | null
  readonly issueNumber: number | null
  readonly prNumber: number | null
  readonly ciStatus: string | null
  /** The page of the run. */
  readonly runUrl: string
}

/** How many runs a line of a message names. */
export const MAX_LISTED_RUNS = 10

export const isShared = (about: object): about is SharedSubject => 'runs' in about

/**
 * The lines of a message about several runs, in the order of those about one. `Run:` links the
 * first one, by which the message is found again.
 */
export function formatSharedLinks({ count, runs }: SharedSubject): readonly string[] {
  const [first] = runs
  const runUrl = first?.runUrl ?? ''
  const issues = runs.map(({ repository, issueNumber }) =>
    toOneLine(formatIssueLabel(repository, issueNumber), 60),
  )
  const pullRequests = runs.flatMap(({ prNumber }) => (prNumber === null ? [] : [`#${prNumber}`]))
  const checks = [...Map.groupBy(runs, ({ ciStatus }) => ciStatus ?? 'none')].map(
    ([status, of]) => `${of.length} ${toOneLine(status, 20)}`,
  )
  return [
    `Issue: ${formatNames(issues, count)}`,
    `PR: ${pullRequests.length === 0 ? 'none' : formatNames(pullRequests, count)}`,
    `CI: ${runs.length < count ? 'see each run' : checks.join(', ')}`,
    `Run: ${toWebAddress(runUrl) ?? neutralizeMentions(toOneLine(runUrl, 400))}`,
    'Artifacts: see each run',
  ]
}

/** The names, and how many of `count` are not among them. */
function formatNames(names: readonly string[], count: number): string {
  const shown = names.slice(0, MAX_LISTED_RUNS)
  const rest = count - shown.length
  return neutralizeMentions(
    rest > 0 ? `${shown.join(', ')} and ${rest} more` : formatList(shown, MAX_LISTED_RUNS),
  )
}
