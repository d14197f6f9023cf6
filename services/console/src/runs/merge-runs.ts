import type { InfiniteData } from '@tanstack/react-query'
import type { Run } from '../api/types.ts'
import type { RunsSearch } from './runs-search.ts'

interface Page {
  readonly runs: Run[]
  readonly total: number
}

/** Replaces a run where it is in the list; the same data if it is not there. Nothing moves. */
export function replaceRun<Data extends InfiniteData<Page, unknown>>(data: Data, run: Run): Data {
  if (!data.pages.some((page) => page.runs.some(({ id }) => id === run.id))) return data
  const replaceIn = (page: Page): Page => ({
    ...page,
    runs: page.runs.map((each) => (each.id === run.id ? { ...each, ...run } : each)),
  })
  return { ...data, pages: data.pages.map(replaceIn) }
}

export const hasRun = (data: InfiniteData<Page, unknown>, id: string): boolean =>
  data.pages.some((page) => page.runs.some((run) => run.id === id))

const isSame = (a: string | undefined, b: string | number | null): boolean =>
  a === undefined || a.toLowerCase() === String(b).toLowerCase()

/**
 * Whether a new run surely does not belong to a filtered list. Filters that only the service can
 * apply leave that open, so that a run is offered rather than kept back.
 */
export function isFilteredOut(run: Run, search: RunsSearch): boolean {
  const { status, reason, repository, issueNumber, sha, pr, workflowName, branch } = search
  return !(
    (status === undefined || status.split(',').includes(run.status)) &&
    (reason === undefined || reason.split(',').includes(run.reason ?? '')) &&
    isSame(repository, run.repository) &&
    isSame(issueNumber, run.issueNumber) &&
    isSame(pr, run.prNumber) &&
    isSame(workflowName, run.workflowName) &&
    isSame(branch, run.branch) &&
    (sha === undefined || (run.commitSha ?? '').startsWith(sha.toLowerCase()))
  )
}
