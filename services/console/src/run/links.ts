/** The page of the policy that holds for a repository. */
export const linkToPolicy = (repository: string | null): string =>
  repository === null ? '/policy' : `/policy?repository=${encodeURIComponent(repository)}`

/** The parts of the path of an issue's page; null if the run does not name one. */
export function issueParams(run: {
  readonly repository: string | null
  readonly issueNumber: number | null
}): { readonly owner: string; readonly repo: string; readonly number: string } | null {
  const [owner, repo] = run.repository?.split('/') ?? []
  if (owner === undefined || repo === undefined || run.issueNumber === null) return null
  return { owner, repo, number: String(run.issueNumber) }
}

/** The page of an issue on GitHub; null if the run does not name one. */
export function linkToGitHubIssue(run: {
  readonly repository: string | null
  readonly issueNumber: number | null
  readonly prUrl: string | null
}): string | null {
  if (run.repository === null || run.issueNumber === null) return null
  // An Enterprise server has another host, which the address of the pull request names.
  const origin = run.prUrl === null ? 'https://github.com' : readOrigin(run.prUrl)
  return origin && `${origin}/${run.repository}/issues/${run.issueNumber}`
}

function readOrigin(url: string): string | null {
  const parsed = URL.parse(url)
  return parsed?.protocol === 'https:' ? parsed.origin : null
}
