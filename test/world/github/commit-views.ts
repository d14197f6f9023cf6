import { connection, type PageArgs } from './page.ts'
import { requiredOn, shownRuns, shownStatuses } from './requirements.ts'
import {
  account,
  type CheckRun,
  type Pull,
  type Repository,
  type Status,
  type World,
} from './state.ts'

export const actorView = (world: World, login: string) => {
  const { login: bare, kind, id } = account(world, login)
  return {
    __typename: kind,
    login: bare,
    id: `A_${id}`,
    databaseId: id,
    url: `https://github.com/${bare}`,
  }
}

export function refView(world: World, repository: Repository, branch: string) {
  const sha = repository.branches.get(branch)
  if (!sha) return null
  const rules = repository.requirements.filter((one) => one.branch === branch)
  const [protection] = rules.filter(({ by }) => by === 'protection')
  return {
    name: branch,
    prefix: 'refs/heads/',
    target: () => commitView(world, repository, sha, null),
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
      connection(
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

export function commitView(world: World, repository: Repository, sha: string, pull: Pull | null) {
  const commit = repository.commits.get(sha)
  const suites = repository.suites.filter((suite) => suite.sha === sha)
  const runs = shownRuns(repository, sha)
  const statuses = shownStatuses(repository, sha)
  const required = requiredOn(repository, pull?.baseBranch ?? repository.defaultBranch)
  const contexts = () => [
    ...runs.map((run) => runView(repository, run, required.includes(run.name))),
    ...statuses.map((status) => statusView(world, status, required.includes(status.context))),
  ]
  return {
    __typename: 'Commit',
    oid: sha,
    message: commit?.message ?? '',
    committedDate: commit?.at,
    checkSuites: (args: PageArgs) =>
      connection(
        'checkSuites',
        suites.map(({ createdAt, id }) => ({ createdAt, databaseId: id })),
        args,
      ),
    statusCheckRollup:
      runs.length + statuses.length === 0
        ? null
        : { contexts: (args: PageArgs) => connection('contexts', contexts(), args) },
  }
}

export const runUrl = (repository: Repository, run: CheckRun): string =>
  run.suite.run
    ? `https://github.com/${repository.fullName}/actions/runs/${run.suite.run.id}/job/${run.id}`
    : `https://ci.example/${run.suite.app}/${run.id}`

const runView = (repository: Repository, run: CheckRun, isRequired: boolean) => ({
  __typename: 'CheckRun',
  databaseId: run.id,
  name: run.name,
  status: run.status.toUpperCase(),
  conclusion: run.conclusion?.toUpperCase() ?? null,
  startedAt: run.startedAt,
  completedAt: run.completedAt,
  detailsUrl: runUrl(repository, run),
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

const statusView = (world: World, status: Status, isRequired: boolean) => ({
  __typename: 'StatusContext',
  context: status.context,
  state: status.state.toUpperCase(),
  description: status.description,
  targetUrl: status.targetUrl,
  createdAt: status.createdAt,
  creator: actorView(world, status.creator),
  isRequired,
})
