import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import {
  limitParam,
  notHere,
  numberParam,
  positiveInteger,
  requiredText,
  textParam,
} from '../http/query.ts'
import { type Asking, limits, listOf, ok, type Reading, ref, route } from '../http/route-options.ts'
import { runsOfIssue } from './issue-runs.ts'
import { listRuns, readListQuery } from './list-runs.ts'
import { recentRuns, runsOfPull } from './recent-runs.ts'

/** Runs, many at a time. */
export function runsRoutes(app: FastifyInstance, { db, guard }: Reading): void {
  const read = { tag: 'runs', guard: guard('read') }
  app.get<Asking>(
    '/api/codex/runs',
    route({
      ...read,
      summary: 'The runs of one issue, oldest attempt first, with what each was judged by.',
      query: {
        repository: 'Required.',
        issueNumber: 'Required.',
        branch: 'Only of this branch.',
        limit: limits,
      },
      answers: {
        200: ok({
          runs: Type.Array(
            Type.Object({
              run: ref('Run'),
              artifacts: listOf('Artifact'),
              evaluation: Type.Union([ref('Evaluation'), Type.Null()]),
            }),
          ),
          stats: ref('Stats'),
        }),
      },
      problems: [400],
    }),
    async ({ query }) => {
      const repository = requiredText(query, 'repository')
      requiredText(query, 'issueNumber')
      const issueNumber = numberParam(query, 'issueNumber') ?? 0
      return runsOfIssue(
        db,
        { repository, issueNumber, branch: textParam(query, 'branch') },
        limitParam(query, 50, 200),
      )
    },
  )
  app.get<Asking>(
    '/api/codex/runs/recent',
    route({
      ...read,
      summary: 'The newest runs.',
      query: { repository: 'Only of this repository.', limit: limits },
      answers: { 200: ok({ runs: listOf('Run') }) },
    }),
    async ({ query }) => ({
      ok: true,
      runs: await recentRuns(db, {
        repository: textParam(query, 'repository'),
        limit: limitParam(query, 50, 200),
      }),
    }),
  )
  app.get<Asking>(
    '/api/codex/runs/list',
    route({
      ...read,
      summary: 'Runs by what they are, page by page, newest first.',
      query: {
        repository: '`owner/name`, in any case.',
        issueNumber: 'The number of the issue.',
        status: 'One status.',
        reason: 'One reason.',
        sha: 'A commit, or its beginning.',
        workflowName: 'The name of the workflow.',
        workflowUid: 'Its uid.',
        q: 'Part of workflow name or uid, branch or prompt; the beginning of a commit; `#` and a pull request.',
        since: 'Made at or after this time.',
        until: 'Made at or before this time.',
        cursor: 'The `nextCursor` of the page before.',
        limit: limits,
        exactTotal: '`true`: count all, however long it takes.',
      },
      answers: {
        200: ok({
          runs: listOf('Run'),
          nextCursor: Type.Union([Type.String(), Type.Null()]),
          total: Type.Integer({
            description: 'How many there are; at least so many where `totalIsExact` is false.',
          }),
          totalIsExact: Type.Boolean(),
        }),
      },
      problems: [400],
    }),
    async ({ query }) => listRuns(db, readListQuery(query)),
  )
  app.get<{ Params: { owner: string; repo: string; number: string } } & Asking>(
    '/api/github/pulls/:owner/:repo/:number/judge-runs',
    route({
      ...read,
      summary: 'The runs of one pull request, newest first.',
      query: { limit: limits },
      answers: { 200: ok({ runs: listOf('Run') }) },
      problems: [404],
    }),
    async ({ params, query }) => {
      const number = positiveInteger(params.number)
      if (number === null) throw notHere('There is no such pull request.')
      const repository = `${params.owner}/${params.repo}`.replaceAll('\0', '')
      return {
        ok: true,
        runs: await runsOfPull(db, { repository, number }, limitParam(query, 50, 200)),
      }
    },
  )
}
