import { type PageArgs, paginate } from './page.ts'
import { listLatestRuns, listLatestStatuses, listRequiredChecks } from './requirements.ts'
import {
  type CheckRun,
  findOrCreateAccount,
  type GithubState,
  type Pull,
  type Repository,
  type Status,
} from './state.ts'

export const presentActor = (world: GithubState, login: string) => {
  const { login: bare, kind, id } = findOrCreateAccount(world, login)
  return {
    __typename: kind,
    login: bare,
    id: `A_${id}`,
    databaseId: id,
    url: `https://github.com/${bare}`,
  }
}

export function presentRef(world: GithubState, repository: Repository, branch: string) {
  const sha = repository.branches.get(branch)
  if (!sha) return null
  const rules = repository.requirements.filter((one) => one.branch === branch)
  const [protection] = rules.filter(({ by }) => by === 'protection')
  return {
    name: branch,
    prefix: 'refs/heads/',
    target: () => presentCommit(world, repository, sha, null),
    branchProtectionRule: () =>
      protection
        ? {
            pattern: branch,
            requiresStatusChecks: true,
            requiresStrictStatusChecks: protection.strict,
            requiredStatusCheckContexts: protection.checks,
          }
        : null,
    refUpdateRule: () =>
      protection ? { pattern: branch, requiredStatusCheckContexts: protection.checks } : null,
    rules: (args: PageArgs) =>
      paginate(
        'rules',
        rules
          .filter(({ by }) => by === 'ruleset')
          .map(({ checks, strict }) => ({
            type: 'REQUIRED_STATUS_CHECKS',
            parameters: {
              __typename: 'RequiredStatusChecksParameters',
              requiredStatusChecks: checks.map((context) => ({ context, integrationId: null })),
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
    ...runs.map((run) => presentRun(repository, run, required.includes(run.name))),
    ...statuses.map((status) => presentStatus(world, status, required.includes(status.context))),
  ]
  return {
    __typename: 'Commit',
    oid: sha,
    message: commit?.message ?? '',
    committedDate: commit?.at,
    checkSuites: (args: PageArgs) =>
      paginate(
        'checkSuites',
        suites.map(({ createdAt, id }) => ({ createdAt, databaseId: id })),
        args,
      ),
    statusCheckRollup:
      runs.length + statuses.length === 0
        ? null
        : { contexts: (args: PageArgs) => paginate('contexts', contexts(), args) },
  }
}

export const formatRunUrl = (repository: Repository, run: CheckRun): string =>
  run.suite.run
    ? `https://github.com/${repository.fullName}/actions/runs/${run.suite.run.id}/job/${run.id}`
    : `https://ci.example/${run.suite.app}/${run.id}`

const presentRun = (repository: Repository, run: CheckRun, isRequired: boolean) => ({
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
  checkSuite: {
    databaseId: run.suite.id,
    createdAt: run.suite.createdAt,
    app: { slug: run.suite.app, name: run.suite.app },
    workflowRun: run.suite.run ? { databaseId: run.suite.run.id } : null,
  },
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
