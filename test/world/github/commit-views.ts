import { type PageArgs, paginate } from './page.ts'
import {
  isRequiredCheck,
  listLatestRuns,
  listLatestStatuses,
  listRequiredChecks,
} from './requirements.ts'
import {
  type CheckRun,
  findOrCreateAccount,
  type GithubState,
  type Pull,
  type Repository,
  type Status,
  type Suite,
} from './state.ts'
import { getAppId, getSuiteState, listSuiteRuns } from './suites.ts'

/** An account; GitHub returns null for a deleted one. */
export const presentActor = (world: GithubState, login: string) => {
  const { login: bare, kind, id, deleted } = findOrCreateAccount(world, login)
  if (deleted) return null
  return {
    __typename: kind,
    login: bare,
    id: `A_${id}`,
    databaseId: id,
    url: `https://github.com/${bare}`,
  }
}

/** The author of a text, and how they belong to the repository. */
export const presentAuthor = (world: GithubState, login: string) => {
  const { association, deleted } = findOrCreateAccount(world, login)
  return {
    author: presentActor(world, login),
    authorAssociation: deleted ? 'NONE' : association,
  }
}

export function presentRef(world: GithubState, repository: Repository, branch: string) {
  const sha = repository.branches.get(branch)
  if (!sha) return null
  const rules = repository.requirements.filter((one) => one.branch === branch)
  const protections = rules.filter(({ by }) => by === 'protection')
  const protectedChecks = protections.flatMap(({ checks, app }) =>
    checks.map((context) => ({ context, app: app === null ? null : presentApp(world, app) })),
  )
  const contexts = protectedChecks.map(({ context }) => context)
  return {
    name: branch,
    prefix: 'refs/heads/',
    target: () => presentCommit(world, repository, sha, null),
    branchProtectionRule: () =>
      protections.length > 0 && !repository.protectionHidden
        ? {
            pattern: branch,
            requiresStatusChecks: true,
            requiresStrictStatusChecks: protections.some(({ strict }) => strict),
            requiredStatusCheckContexts: contexts,
            requiredStatusChecks: protectedChecks,
          }
        : null,
    refUpdateRule: () =>
      protections.length > 0 ? { pattern: branch, requiredStatusCheckContexts: contexts } : null,
    rules: (args: PageArgs) =>
      paginate(
        'rules',
        rules
          .filter(({ by }) => by === 'ruleset')
          .map(({ checks, strict, app }) => ({
            type: 'REQUIRED_STATUS_CHECKS',
            parameters: {
              __typename: 'RequiredStatusChecksParameters',
              requiredStatusChecks: checks.map((context) => ({
                context,
                integrationId: app === null ? null : getAppId(world, app),
              })),
              strictRequiredStatusChecksPolicy: strict,
            },
          })),
        args,
      ),
  }
}

export function presentCommit(
  world: GithubState,
  repository: Repository,
  sha: string,
  pull: Pull | null,
) {
  const commit = repository.commits.get(sha)
  const suites = repository.suites.filter((suite) => suite.sha === sha)
  const runs = listLatestRuns(repository, sha)
  const statuses = listLatestStatuses(repository, sha)
  const required = listRequiredChecks(repository, pull?.baseBranch ?? repository.defaultBranch)
  const contexts = () => [
    ...runs.map((run) =>
      presentRun(world, repository, run, isRequiredCheck(required, run.name, run.suite.app)),
    ),
    ...statuses.map((status) =>
      presentStatus(world, status, isRequiredCheck(required, status.context, status.creator)),
    ),
  ]
  return {
    __typename: 'Commit',
    oid: sha,
    message: commit?.message ?? '',
    committedDate: commit?.at,
    checkSuites: (args: PageArgs) =>
      paginate(
        'checkSuites',
        suites.map((suite) => presentSuite(world, repository, suite)),
        args,
      ),
    statusCheckRollup:
      runs.length + statuses.length === 0
        ? null
        : { contexts: (args: PageArgs) => paginate('contexts', contexts(), args) },
  }
}

export const formatWorkflowRunUrl = (repository: Repository, id: number): string =>
  `https://github.com/${repository.fullName}/actions/runs/${id}`

export const formatRunUrl = (repository: Repository, run: CheckRun): string =>
  run.suite.run
    ? `${formatWorkflowRunUrl(repository, run.suite.run.id)}/job/${run.id}`
    : `https://ci.example/${run.suite.app}/${run.id}`

const presentApp = (world: GithubState, slug: string) => ({
  slug,
  name: slug,
  databaseId: getAppId(world, slug),
})

function presentSuite(world: GithubState, repository: Repository, suite: Suite) {
  const { status, conclusion } = getSuiteState(repository, suite)
  return {
    databaseId: suite.id,
    createdAt: suite.createdAt,
    branch: suite.branch === null ? null : presentRef(world, repository, suite.branch),
    status: status.toUpperCase(),
    conclusion: conclusion?.toUpperCase() ?? null,
    app: presentApp(world, suite.app),
    workflowRun:
      suite.run && suite.workflow
        ? {
            databaseId: suite.run.id,
            url: formatWorkflowRunUrl(repository, suite.run.id),
            event: suite.workflow.event,
            workflow: { databaseId: suite.workflow.id, name: suite.workflow.name },
          }
        : null,
    checkRuns: (args: PageArgs) => paginate('checkRuns', listSuiteRuns(repository, suite), args),
  }
}

const presentRun = (
  world: GithubState,
  repository: Repository,
  run: CheckRun,
  isRequired: boolean,
) => ({
  __typename: 'CheckRun',
  databaseId: run.id,
  name: run.name,
  status: run.status.toUpperCase(),
  conclusion: run.conclusion?.toUpperCase() ?? null,
  startedAt: run.startedAt,
  completedAt: run.completedAt,
  detailsUrl: formatRunUrl(repository, run),
  title: run.title,
  summary: run.summary,
  isRequired,
  checkSuite: presentSuite(world, repository, run.suite),
})

const presentStatus = (world: GithubState, status: Status, isRequired: boolean) => ({
  __typename: 'StatusContext',
  context: status.context,
  state: status.state.toUpperCase(),
  description: status.description,
  targetUrl: status.targetUrl,
  createdAt: status.createdAt,
  creator: presentActor(world, status.creator),
  isRequired,
})
