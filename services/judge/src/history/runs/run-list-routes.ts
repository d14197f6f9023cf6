import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { statuses } from '../../run/lifecycle.ts'
import { reasons } from '../../run/reasons.ts'
import { summaryProperties } from '../http/list-schemas.ts'
import {
  createNotFoundProblem,
  parsePositiveInteger,
  readLimitParam,
  readNumberParam,
  readTextParam,
  readTimeParam,
  requireTextParam,
} from '../http/query.ts'
import {
  amountParam,
  choicesParam,
  createRouteOptions,
  LIMIT_DESCRIPTION,
  listSchema,
  numberParam,
  okSchema,
  type QueryRoute,
  type ReadRouteDeps,
  refSchema,
  requiredParam,
  timeParam,
} from '../http/route-options.ts'
import { listIssueRuns } from './list-issue-runs.ts'
import { listPullRequestRuns, listRecentRuns } from './list-recent-runs.ts'
import { listRuns, parseListQuery } from './list-runs.ts'
import { summarizeRuns } from './summarize-runs.ts'

/** Routes that list runs. */
export function registerRunListRoutes(app: FastifyInstance, deps: ReadRouteDeps): void {
  registerIssueRunsRoute(app, deps)
  registerRecentRunsRoute(app, deps)
  registerRunSearchRoute(app, deps)
  registerSummaryRoute(app, deps)
  registerPullRequestRunsRoute(app, deps)
}

function registerIssueRunsRoute(app: FastifyInstance, deps: ReadRouteDeps): void {
  app.get<QueryRoute>(
    '/api/codex/runs',
    createRouteOptions({
      tag: 'runs',
      guard: deps.guard('read'),
      summary: 'List the runs of one issue with artifacts and verdict, oldest attempt first.',
      query: {
        repository: requiredParam('`owner/name`, case-insensitive.'),
        issueNumber: numberParam('The number of the issue.'),
        branch: 'Only this branch.',
        limit: LIMIT_DESCRIPTION,
      },
      responses: {
        200: okSchema({
          runs: Type.Array(
            Type.Object({
              run: refSchema('Run'),
              artifacts: listSchema('Artifact'),
              evaluation: Type.Union([refSchema('Evaluation'), Type.Null()]),
            }),
          ),
          stats: refSchema('Stats'),
        }),
      },
      problems: [400],
    }),
    async ({ query }) => {
      const repository = requireTextParam(query, 'repository')
      requireTextParam(query, 'issueNumber')
      const issueNumber = readNumberParam(query, 'issueNumber') ?? 0
      return listIssueRuns(
        deps,
        { repository, issueNumber, branch: readTextParam(query, 'branch') },
        readLimitParam(query, 50, 200),
      )
    },
  )
}

function registerRecentRunsRoute(app: FastifyInstance, deps: ReadRouteDeps): void {
  app.get<QueryRoute>(
    '/api/codex/runs/recent',
    createRouteOptions({
      tag: 'runs',
      guard: deps.guard('read'),
      summary: 'List the newest runs.',
      query: { repository: 'Only this repository.', limit: LIMIT_DESCRIPTION },
      responses: { 200: okSchema({ runs: listSchema('Run') }) },
    }),
    async ({ query }) => ({
      ok: true,
      runs: await listRecentRuns(deps, {
        repository: readTextParam(query, 'repository'),
        limit: readLimitParam(query, 50, 200),
      }),
    }),
  )
}

function registerRunSearchRoute(app: FastifyInstance, deps: ReadRouteDeps): void {
  app.get<QueryRoute>(
    '/api/codex/runs/list',
    createRouteOptions({
      tag: 'runs',
      guard: deps.guard('read'),
      summary: 'Search runs page by page, newest first.',
      query: {
        repository: '`owner/name`, case-insensitive.',
        issueNumber: Type.Optional(numberParam('The number of the issue.')),
        status: choicesParam(statuses, 'One status, or several separated by commas.'),
        reason: choicesParam(Object.keys(reasons), 'One reason, or several separated by commas.'),
        branch: 'The branch of the run.',
        pr: Type.Optional(numberParam('The number of the pull request.')),
        cost: amountParam('Only runs that cost more than this many USD.'),
        fields: choicesParam(
          ['prompt', 'nextPrompt'],
          '`prompt,nextPrompt`: with these texts, which are null otherwise.',
        ),
        sha: 'A commit, or a prefix of it.',
        workflowName: 'The name of the workflow.',
        workflowUid: 'The uid of the workflow.',
        q:
          'Part of workflow name or uid, branch or prompt; a prefix of a commit; or `#` and ' +
          'a pull request number.',
        since: timeParam('Created at or after this time.'),
        until: timeParam('Created at or before this time.'),
        cursor: 'The `nextCursor` of the previous page.',
        limit: LIMIT_DESCRIPTION,
        exactTotal: '`true`: count every match, even if that takes long.',
      },
      responses: {
        200: okSchema({
          runs: listSchema('Run'),
          nextCursor: Type.Union([Type.String(), Type.Null()]),
          total: Type.Integer({
            description: 'The number of matches; a lower bound if `totalIsExact` is false.',
          }),
          totalIsExact: Type.Boolean(),
        }),
      },
      problems: [400],
    }),
    async ({ query }) => listRuns(deps, parseListQuery(query)),
  )
}

function registerSummaryRoute(app: FastifyInstance, deps: ReadRouteDeps): void {
  app.get<QueryRoute>(
    '/api/codex/runs/summary',
    createRouteOptions({
      tag: 'runs',
      guard: deps.guard('read'),
      summary: 'Count runs by status, and what else waits.',
      query: {
        repository: 'Only runs of this repository.',
        since: timeParam('Only runs created at or after this time.'),
      },
      responses: { 200: okSchema(summaryProperties) },
      problems: [400],
    }),
    async ({ query }) => ({
      ok: true,
      ...(await summarizeRuns(deps.db, {
        repository: readTextParam(query, 'repository'),
        since: readTimeParam(query, 'since'),
      })),
    }),
  )
}

function registerPullRequestRunsRoute(app: FastifyInstance, deps: ReadRouteDeps): void {
  app.get<{ Params: { owner: string; repo: string; number: string } } & QueryRoute>(
    '/api/github/pulls/:owner/:repo/:number/judge-runs',
    createRouteOptions({
      tag: 'runs',
      guard: deps.guard('read'),
      summary: 'List the runs of one pull request, newest first.',
      query: { limit: LIMIT_DESCRIPTION },
      params: {
        owner: Type.String(),
        repo: Type.String(),
        number: Type.Integer({ minimum: 1 }),
      },
      responses: { 200: okSchema({ runs: listSchema('Run') }) },
      problems: [404],
    }),
    async ({ params, query }) => {
      const number = parsePositiveInteger(params.number)
      if (number === null) throw createNotFoundProblem('There is no such pull request.')
      const repository = `${params.owner}/${params.repo}`.replaceAll('\0', '')
      return {
        ok: true,
        runs: await listPullRequestRuns(
          deps,
          { repository, number },
          readLimitParam(query, 50, 200),
        ),
      }
    },
  )
}
