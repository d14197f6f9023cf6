import { addStatus, type CheckState, setCheck } from './changes.ts'
import { type CheckRun, type GithubState, getRepository, type Status, type Suite } from './state.ts'
import {
  createSuite,
  createWorkflow,
  findOrCreateSuite,
  type SuiteOrigin,
  setSuiteState,
  type WorkflowOptions,
} from './suites.ts'

/** A pull request, or a commit of a repository. */
export type CheckTarget =
  | { readonly repository: string; readonly number: number }
  | { readonly repository: string; readonly sha: string }

export interface CheckOutput {
  readonly title?: string
  readonly summary?: string
  /** The job's log, as `GET /actions/jobs/{id}/logs` returns it. */
  readonly log?: string
}

/**
 * What CI does to a commit, as a workflow of GitHub Actions or as another app:
 * `checks(pr).succeed('unit', 'lint')`.
 */
export function createCheckVerbs(
  world: GithubState,
  of: CheckTarget,
  origin: SuiteOrigin = { app: 'github-actions', workflow: createWorkflow(world) },
) {
  const repository = getRepository(world, of.repository)
  const sha = 'sha' in of ? of.sha : (repository.pulls.get(of.number)?.head ?? '')
  const move = (name: string, to: CheckState): CheckRun =>
    setCheck(world, repository, { sha, ...origin, name }, to)
  const setSuite = (suite: Suite, status: string, conclusion: string | null): Suite => {
    setSuiteState(world, repository, suite, { status, conclusion })
    return suite
  }
  const conclude = (name: string, conclusion: string, output: CheckOutput = {}) =>
    move(name, { ...output, status: 'completed', conclusion })
  return {
    queue: (...names: readonly string[]) =>
      names.map((name) => move(name, { status: 'queued', conclusion: null })),
    start: (...names: readonly string[]) =>
      names.map((name) => move(name, { status: 'in_progress', conclusion: null })),
    succeed: (...names: readonly string[]) => names.map((name) => conclude(name, 'success')),
    fail: (name: string, output: CheckOutput = {}) =>
      conclude(name, 'failure', { title: `${name} failed`, ...output }),
    /** Any of GitHub's conclusions, in lower case. */
    conclude,
    /** The same verbs for another app's checks. */
    by: (other: string) => createCheckVerbs(world, of, { app: other, workflow: null }),
    /** The same verbs for another workflow, or for another event of it. */
    in: (options: WorkflowOptions) =>
      createCheckVerbs(world, of, {
        app: 'github-actions',
        workflow: createWorkflow(world, options),
      }),
    /** The newest suite has a state that no check run shows; it is created if there is none. */
    suite: (status: string, conclusion: string | null = null): Suite =>
      setSuite(findOrCreateSuite(world, repository, sha, origin), status, conclusion),
    /** Another suite for the same commit: a reopened pull request starts its workflows again. */
    again: (status = 'queued', conclusion: string | null = null): Suite =>
      setSuite(createSuite(world, repository, sha, origin), status, conclusion),
    /** A commit status, the older kind of check. */
    status: (
      context: string,
      state: Status['state'],
      description: string | null = null,
      creator = 'ci-service',
    ): Status =>
      addStatus(world, repository, {
        sha,
        context,
        state,
        description,
        targetUrl: `https://ci.example/${context}`,
        creator,
      }),
    /** All check runs of the commit, oldest first. */
    all: (): readonly CheckRun[] => repository.checkRuns.filter((run) => run.sha === sha),
    statuses: (): readonly Status[] => repository.statuses.filter((status) => status.sha === sha),
  }
}
