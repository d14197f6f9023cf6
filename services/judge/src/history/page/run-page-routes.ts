import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import type { Mask } from '../../lib/mask.ts'
import { Problem } from '../../lib/problem.ts'
import {
  createNotFoundProblem,
  parseId,
  readIdParam,
  readLimitParam,
  readTextParam,
} from '../http/query.ts'
import {
  createRouteOptions,
  type IdRoute,
  idParams,
  LIMIT_DESCRIPTION,
  listSchema,
  okSchema,
  type QueryRoute,
  type ReadRouteDeps,
  refSchema,
  textResponse,
  throwNotFound,
  verdictParams,
} from '../http/route-options.ts'
import type { RunActionView } from '../http/run-page-schemas.ts'
import { formatTime } from '../runs/present-run.ts'
import { parseCursor } from '../runs/run-cursor.ts'
import { listAudit } from './list-audit.ts'
import { listInstructions } from './list-instructions.ts'
import { loadTimeline } from './load-timeline.ts'
import { presentLabel } from './present-verdicts.ts'
import { readDiff } from './read-diff.ts'
import { readQuestion } from './read-question.ts'

export interface RunPageDeps extends ReadRouteDeps {
  readonly mask: Mask
  /** What people may do to a run, decided as the request itself is; null: there is no such run. */
  readonly listActions: (runId: string) => Promise<readonly RunActionView[] | null>
  /** The masked text of a stored artifact. */
  readonly openArtifact: (place: {
    readonly bucket: string
    readonly key: string
  }) => Promise<
    | { readonly kind: 'text'; readonly text: string; readonly truncated: boolean }
    | { readonly kind: 'missing' }
    | { readonly kind: 'refused'; readonly because: string }
  >
}

const nullableText = Type.Union([Type.String(), Type.Null()])

/** Routes that read one part of the page of a run. */
export function registerRunPageRoutes(app: FastifyInstance, deps: RunPageDeps): void {
  registerDiffRoute(app, deps)
  registerInstructionsRoute(app, deps)
  registerTimelineRoute(app, deps)
  registerArtifactRoute(app, deps)
  registerVerdictRoute(app, deps)
  registerAuditRoute(app, deps)
}

function registerDiffRoute(app: FastifyInstance, deps: RunPageDeps): void {
  app.get<IdRoute & QueryRoute>(
    '/api/codex/runs/:id/diff',
    createRouteOptions({
      tag: 'runs',
      guard: deps.guard('read'),
      params: idParams,
      summary: 'Read the change of a run with what was said about its lines, at most 20,000 lines.',
      query: {
        since: Type.Optional(
          Type.Union([Type.String({ format: 'uuid' }), Type.Literal('')], {
            description:
              'A run of an earlier attempt: only what changed between the two, as far as both ' +
              'diffs tell.',
          }),
        ),
      },
      responses: {
        200: okSchema({
          commitSha: nullableText,
          base: nullableText,
          files: listSchema('DiffFile'),
          truncated: Type.Boolean(),
          since: Type.Union([
            Type.Object({ runId: Type.String(), attempt: Type.Integer() }),
            Type.Null(),
          ]),
        }),
      },
      problems: [400, 404],
    }),
    async ({ params, query }) => {
      const since = readIdParam(query, 'since')
      const diff = await readDiff(deps, parseId(params.id), since)
      if (diff === null) throw createNotFoundProblem('No diff of this run is kept.')
      return { ok: true, ...diff }
    },
  )
}

function registerInstructionsRoute(app: FastifyInstance, { db, guard }: RunPageDeps): void {
  app.get<IdRoute>(
    '/api/codex/runs/:id/instructions',
    createRouteOptions({
      tag: 'runs',
      guard: guard('read'),
      params: idParams,
      summary:
        'Read what the prompts of an attempt and the next one ask for, and what became of it.',
      responses: {
        200: okSchema({
          given: listSchema('Instruction'),
          next: listSchema('Instruction'),
          givenText: nullableText,
          nextText: nullableText,
        }),
      },
      problems: [404],
    }),
    async ({ params }) => ({
      ok: true,
      ...((await listInstructions(db, parseId(params.id))) ?? throwNotFound()),
    }),
  )
}

function registerTimelineRoute(app: FastifyInstance, { db, guard }: RunPageDeps): void {
  app.get<IdRoute & QueryRoute>(
    '/api/codex/runs/:id/timeline',
    createRouteOptions({
      tag: 'runs',
      guard: guard('read'),
      params: idParams,
      summary: 'Read what happened to a run and who did it, oldest first.',
      query: {
        all: '`1`: also every signal, first reading, and try of an effect.',
        cursor: 'The `nextCursor` of the previous page.',
        limit: LIMIT_DESCRIPTION,
      },
      responses: {
        200: okSchema({ entries: listSchema('TimelineEntry'), nextCursor: nullableText }),
      },
      problems: [404],
    }),
    async ({ params, query }) => {
      const all = ['1', 'true'].includes(readTextParam(query, 'all') ?? '')
      const entries = (await loadTimeline(db, parseId(params.id), all)) ?? throwNotFound()
      const from = Number(/^\d{1,6}$/.exec(readTextParam(query, 'cursor') ?? '')?.[0] ?? 0)
      const to = from + readLimitParam(query, 200, 1_000)
      return {
        ok: true,
        entries: entries.slice(from, to),
        nextCursor: to < entries.length ? String(to) : null,
      }
    },
  )
}

/** The header of a download, which no name can break out of. */
const formatAttachment = (name: string): string =>
  `attachment; filename="${name.replace(/[^\w.-]/g, '_')}.txt"`

function registerArtifactRoute(
  app: FastifyInstance,
  { db, guard, openArtifact }: RunPageDeps,
): void {
  app.get<{ Params: { id: string; name: string } }>(
    '/api/codex/runs/:id/artifacts/:name',
    createRouteOptions({
      tag: 'runs',
      guard: guard('read'),
      params: { ...idParams, name: Type.String() },
      summary: 'Download an artifact as text, unpacked and masked, at most its first 10 MiB.',
      responses: { 200: textResponse('text/plain', 'The text.') },
      problems: [404, 409],
    }),
    async ({ params }, reply) => {
      const artifact = await db
        .selectFrom('artifacts')
        .select(['name', 'bucket', 'key', 'state', 'because'])
        .where('run_id', '=', parseId(params.id))
        .where('name', '=', params.name.replaceAll('\0', ''))
        .executeTakeFirst()
      if (artifact === undefined || artifact.bucket === null || artifact.key === null)
        throw createNotFoundProblem('There is no such artifact.')
      // A message may name any place; only what the engine was allowed to read is shown.
      if (artifact.state !== 'found')
        throw createNotFoundProblem(`The artifact was not read: ${artifact.because}`)
      const opened = await openArtifact({ bucket: artifact.bucket, key: artifact.key })
      if (opened.kind === 'missing')
        throw createNotFoundProblem('The store does not have the artifact any longer.')
      if (opened.kind === 'refused')
        throw new Problem('conflict', `The artifact is not shown: ${opened.because}`)
      return reply
        .type('text/plain; charset=utf-8')
        .header('content-disposition', formatAttachment(artifact.name))
        .header('x-truncated', String(opened.truncated))
        .serializer((text: string) => text)
        .send(opened.text)
    },
  )
}

function registerVerdictRoute(app: FastifyInstance, { db, guard, mask }: RunPageDeps): void {
  app.get<{ Params: { id: string; verdictId: string } }>(
    '/api/codex/runs/:id/verdicts/:verdictId',
    createRouteOptions({
      tag: 'runs',
      guard: guard('read'),
      params: verdictParams,
      summary: 'Read what a model was asked, and its raw answer, as long as they are kept.',
      responses: {
        200: okSchema({
          id: Type.String(),
          model: Type.String(),
          commitSha: Type.String(),
          promptVersion: Type.String(),
          createdAt: Type.String({ format: 'date-time' }),
          question: nullableText,
          answer: nullableText,
          label: Type.Union([refSchema('VerdictLabel'), Type.Null()]),
        }),
      },
      problems: [404],
    }),
    async ({ params }) => {
      const runId = parseId(params.id)
      const row = await db
        .selectFrom('verdicts')
        .selectAll()
        .where('id', '=', parseId(params.verdictId))
        .where('run_id', '=', runId)
        .executeTakeFirst()
      if (row === undefined) throw createNotFoundProblem()
      const label = await db
        .selectFrom('verdict_labels')
        .selectAll()
        .where('verdict_id', '=', row.id)
        .executeTakeFirst()
      const question = await readQuestion(db, row.prompt_digest)
      return {
        ok: true,
        id: row.id,
        model: row.model,
        commitSha: row.commit_sha,
        promptVersion: row.prompt_version,
        createdAt: formatTime(row.at),
        question: question === null ? null : await mask(question),
        answer: row.raw === null ? null : await mask(row.raw),
        label: label === undefined ? null : presentLabel(label),
      }
    },
  )
}

function registerAuditRoute(app: FastifyInstance, { db, guard }: RunPageDeps): void {
  app.get<QueryRoute>(
    '/api/codex/audit',
    createRouteOptions({
      tag: 'history',
      guard: guard('read'),
      summary: 'List what people did, newest first.',
      query: {
        runId: Type.Optional(
          Type.Union([Type.String({ format: 'uuid' }), Type.Literal('')], {
            description: 'Only what concerns this run.',
          }),
        ),
        repository: 'Only this repository.',
        cursor: 'The `nextCursor` of the previous page.',
        limit: LIMIT_DESCRIPTION,
      },
      responses: { 200: okSchema({ entries: listSchema('AuditEntry'), nextCursor: nullableText }) },
      problems: [400],
    }),
    async ({ query }) => {
      const cursor = readTextParam(query, 'cursor')
      return {
        ok: true,
        ...(await listAudit(db, {
          runId: readIdParam(query, 'runId'),
          repository: readTextParam(query, 'repository'),
          after: cursor === null ? null : parseCursor(cursor),
          limit: readLimitParam(query, 50, 200),
        })),
      }
    },
  )
}
