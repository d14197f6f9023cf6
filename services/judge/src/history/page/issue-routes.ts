import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { Problem } from '../../lib/problem.ts'
import {
  createNotFoundProblem,
  parsePositiveInteger,
  type Query,
  readIdParam,
} from '../http/query.ts'
import {
  createRouteOptions,
  listSchema,
  okSchema,
  type QueryRoute,
  refSchema,
} from '../http/route-options.ts'
import { integer, nullable, number, oneOfTexts, text } from '../http/schema-kinds.ts'
import { compareAttempts } from './compare-attempts.ts'
import { readIssue } from './read-issue.ts'
import type { RunPageDeps } from './run-page-routes.ts'

interface IssueRoute extends QueryRoute {
  Params: { owner: string; repo: string; number: string }
}

const issueParams = {
  owner: Type.String(),
  repo: Type.String(),
  number: Type.Integer({ minimum: 1 }),
}

/** The repository and the number of a path. Throws `not_found` for what cannot be one. */
function readIssueParams({ owner, repo, number: digits }: IssueRoute['Params']) {
  const issueNumber = parsePositiveInteger(digits)
  if (issueNumber === null) throw createNotFoundProblem('There is no such issue.')
  return { repository: `${owner}/${repo}`.replaceAll('\0', ''), issueNumber }
}

function requireIdParam(query: Query, name: string): string {
  const id = readIdParam(query, name)
  if (id === null) throw new Problem('bad_request', `The parameter ${name} is required.`)
  return id
}

/** The attempts of one issue, and what changed between two of them. */
export function registerIssueRoutes(app: FastifyInstance, deps: RunPageDeps): void {
  const guard = deps.guard('read')
  app.get<IssueRoute>(
    '/api/codex/issues/:owner/:repo/:number',
    createRouteOptions({
      tag: 'runs',
      guard,
      params: issueParams,
      summary: 'Read one issue with its runs, oldest first, at most 200.',
      responses: {
        200: okSchema({
          issue: Type.Object({
            repository: text,
            issueNumber: integer,
            title: nullable(text),
            url: nullable(text),
            state: nullable(oneOfTexts(['open', 'closed'])),
            status: text,
            attemptsUsed: integer,
            attemptsMax: integer,
            spentUsd: number,
            capUsd: number,
          }),
          runs: listSchema('Run'),
          pauses: listSchema('Pause'),
          actions: listSchema('RunAction'),
        }),
      },
      problems: [404],
    }),
    async ({ params }) => {
      const found = await readIssue(deps, readIssueParams(params))
      if (found === null) throw createNotFoundProblem('This issue has no runs.')
      const newest = found.runs.at(-1)
      const actions = newest === undefined ? [] : ((await deps.listActions(newest.id)) ?? [])
      return { ok: true, ...found, actions }
    },
  )
  app.get<IssueRoute>(
    '/api/codex/issues/:owner/:repo/:number/compare',
    createRouteOptions({
      tag: 'runs',
      guard,
      params: issueParams,
      summary: 'Compare two attempts at an issue.',
      query: {
        a: Type.String({ format: 'uuid', description: 'The run of the earlier attempt.' }),
        b: Type.String({ format: 'uuid', description: 'The run of the later attempt.' }),
      },
      responses: { 200: okSchema(comparisonProperties) },
      problems: [400, 404],
    }),
    async ({ params, query }) => {
      const issue = readIssueParams(params)
      const compared = await compareAttempts(deps, issue, {
        a: requireIdParam(query, 'a'),
        b: requireIdParam(query, 'b'),
      })
      if (compared === null) throw createNotFoundProblem('The issue does not have these two runs.')
      return { ok: true, ...compared }
    },
  )
}

const metOrNot = nullable(oneOfTexts(['met', 'unmet']))
const comparisonProperties = {
  a: refSchema('Run'),
  b: refSchema('Run'),
  same: Type.Object(
    { diff: Type.Boolean(), failure: Type.Boolean() },
    { description: 'Whether both made the same change, and failed in the same way.' },
  ),
  blockers: Type.Array(
    Type.Object({
      id: text,
      title: text,
      state: oneOfTexts(['fixed', 'still', 'new', 'undone']),
      a: nullable(text),
      b: nullable(text),
    }),
    { description: '`undone`: an earlier attempt had put it right, and now it is back.' },
  ),
  requirements: Type.Array(Type.Object({ requirement: text, a: metOrNot, b: metOrNot })),
  prompts: Type.Object({ a: nullable(text), b: nullable(text) }),
  uptake: listSchema('Instruction'),
  interdiff: Type.Union([listSchema('DiffFile'), Type.Null()], {
    description: 'What changed between the two; null if one of the diffs is not kept.',
  }),
}
