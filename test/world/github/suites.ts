import { type CheckRun, formatNow, type GithubState, type Repository, type Suite } from './state.ts'

/** What a suite belongs to: an app, and for GitHub Actions a workflow file and its event. */
export interface SuiteOrigin {
  readonly app: string
  readonly workflow: Suite['workflow']
}

/** Two workflow files can have the same name. */
export interface WorkflowOptions {
  readonly workflow?: string
  readonly file?: string
  readonly event?: string
}

const workflowIds = new Map<string, number>()

export function createWorkflow(
  world: GithubState,
  { workflow = 'CI', file = workflow, event = 'pull_request' }: WorkflowOptions = {},
): NonNullable<Suite['workflow']> {
  const id = workflowIds.get(file) ?? world.nextId()
  workflowIds.set(file, id)
  return { id, name: workflow, event }
}

/** The id of an app. That of GitHub Actions is the real one. */
export function getAppId(world: GithubState, slug: string): number {
  const known = world.apps.get(slug)
  if (known !== undefined) return known
  const id = slug === 'github-actions' ? 15368 : world.nextId()
  world.apps.set(slug, id)
  return id
}

/** Creates a suite for a commit, as GitHub does for every run of a workflow. */
export function createSuite(
  world: GithubState,
  repository: Repository,
  sha: string,
  { app, workflow }: SuiteOrigin,
): Suite {
  const suite: Suite = {
    id: world.nextId(),
    app,
    sha,
    createdAt: formatNow(world),
    branch: [...repository.branches].findLast(([, head]) => head === sha)?.[0] ?? null,
    run: workflow === null ? null : { id: world.nextId(), attempt: 1 },
    workflow,
    state: null,
  }
  repository.suites.push(suite)
  return suite
}

/** The newest suite of an origin for a commit, which is created if there is none. */
export const findOrCreateSuite = (
  world: GithubState,
  repository: Repository,
  sha: string,
  origin: SuiteOrigin,
): Suite =>
  repository.suites.findLast(
    (suite) =>
      suite.sha === sha &&
      suite.app === origin.app &&
      suite.workflow?.id === origin.workflow?.id &&
      suite.workflow?.event === origin.workflow?.event,
  ) ?? createSuite(world, repository, sha, origin)

/** States the state of a suite, whatever its jobs are, until one of them changes. */
export function setSuiteState(
  world: GithubState,
  repository: Repository,
  suite: Suite,
  state: NonNullable<Suite['state']>,
): void {
  suite.state = state
  const action = state.status === 'completed' ? 'completed' : 'requested'
  const about = { repository, by: `${suite.app}[bot]`, suite }
  world.announce('check_suite', action, about)
  if (suite.run) world.announce('workflow_run', action, about)
}

export const listSuiteRuns = (repository: Repository, suite: Suite): readonly CheckRun[] =>
  repository.checkRuns.filter((run) => run.suite === suite)

/** The state of a suite: as it was stated, else what its check runs add up to. */
export function getSuiteState(
  repository: Repository,
  suite: Suite,
): { readonly status: string; readonly conclusion: string | null } {
  if (suite.state !== null) return suite.state
  const runs = listSuiteRuns(repository, suite)
  if (runs.length === 0) return { status: 'queued', conclusion: null }
  if (runs.some(({ status }) => status !== 'completed'))
    return {
      status: runs.every(({ status }) => status === 'queued') ? 'queued' : 'in_progress',
      conclusion: null,
    }
  const worst = ['failure', 'timed_out', 'cancelled', 'action_required', 'success'].find((one) =>
    runs.some(({ conclusion }) => conclusion === one),
  )
  return { status: 'completed', conclusion: worst ?? runs[0]?.conclusion ?? null }
}
