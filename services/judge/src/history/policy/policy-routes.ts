import type { FastifyInstance, FastifyReply } from 'fastify'
import Type from 'typebox'
import { addMillis, type Millis, toInstant } from '../../lib/instant.ts'
import { createUnavailableProblem, Problem } from '../../lib/problem.ts'
import { changePolicy } from '../../policy/change-policy.ts'
import { explainPolicy } from '../../policy/explain-policy.ts'
import type { ServicePolicy } from '../../policy/read-policy-file.ts'
import { backtestProperties, policyProperties } from '../http/policy-schemas.ts'
import { readTextParam } from '../http/query.ts'
import {
  createRouteOptions,
  okSchema,
  type QueryRoute,
  type ReadRouteDeps,
} from '../http/route-options.ts'
import { createInvalidProblem, readBody } from '../operate/request-body.ts'
import { tryPolicy } from './try-policy.ts'

/** A repository's own policy file, masked, as GitHub has it now. */
export interface OwnPolicyFile {
  /** Null: it has none, or it could not be read. */
  readonly text: string | null
  /** The git blob of the file. */
  readonly sha: string | null
  /** Why it could not be read; null if it could. */
  readonly fault: string | null
}

export interface PolicyRoutesDeps extends ReadRouteDeps {
  readonly policy: ServicePolicy
  readonly readOwnPolicy: (repository: string) => Promise<OwnPolicyFile>
}

const DAY_MS: Millis = 86_400_000
const MAX_DAYS = 90
const noFile: OwnPolicyFile = { text: null, sha: null, fault: null }

/** The policy that is in force, and what another one would have decided. */
export function registerPolicyRoutes(app: FastifyInstance, deps: PolicyRoutesDeps): void {
  registerPolicyRoute(app, deps)
  registerBacktestRoute(app, deps)
}

function registerPolicyRoute(
  app: FastifyInstance,
  { guard, policy, readOwnPolicy }: PolicyRoutesDeps,
): void {
  app.get<QueryRoute>(
    '/api/codex/policy',
    createRouteOptions({
      tag: 'policy',
      guard: guard('read'),
      summary: 'Explain every key of the policy that is in force for a repository.',
      query: { repository: '`owner/name`; without it, the policy of the service.' },
      responses: { 200: okSchema(policyProperties) },
      problems: [400],
    }),
    async ({ query }) => {
      const repository = readTextParam(query, 'repository')
      if (repository !== null && !/^[^\s/]+\/[^\s/]+$/.test(repository))
        throw new Problem('bad_request', 'repository must be owner/name.')
      const file = repository === null ? noFile : await readOwnPolicy(repository)
      const { version, faults, keys } = explainPolicy(policy, repository, file.text)
      return {
        ok: true,
        ...{ version, repository, sha: file.sha },
        fault: file.fault ?? (faults.length === 0 ? null : faults.join('; ')),
        keys: keys.map((key) => ({
          ...key,
          sha: key.origin === 'repository' || key.ignored.length > 0 ? file.sha : null,
        })),
      }
    },
  )
}

const backtestBody = Type.Object(
  {
    repository: Type.Optional(
      Type.Union([Type.String({ pattern: '^[^\\s/]+/[^\\s/]+$', maxLength: 300 }), Type.Null()]),
    ),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_DAYS, default: 30 })),
    policy: Type.Object(
      {},
      {
        additionalProperties: true,
        description: 'The keys to change, as in a policy file; the rest stays as it is.',
      },
    ),
  },
  { additionalProperties: true },
)

/** Not more than one at a time: a backtest decides thousands of runs in the process of the API. */
function registerBacktestRoute(
  app: FastifyInstance,
  { db, guard, policy }: PolicyRoutesDeps,
): void {
  let isRunning = false
  app.post(
    '/api/codex/backtest',
    createRouteOptions({
      tag: 'policy',
      guard: guard('read'),
      summary: 'Decide the newest runs again under a changed policy. Writes nothing.',
      body: backtestBody,
      responses: { 200: okSchema(backtestProperties) },
      problems: [400, 413, 422],
    }),
    async (request, reply) => {
      const body = readBody(backtestBody, request.body)
      const changed = changePolicy(policy, body.policy)
      if ('faults' in changed)
        throw createInvalidProblem(
          changed.faults.map(({ path, message }) => ({ path: `/policy${path}`, message })),
        )
      if (isRunning)
        throw createUnavailableProblem('Another backtest is running; try again when it has ended.')
      isRunning = true
      try {
        const tried = await tryPolicy(db, changed.ok, {
          repositoryKey: body.repository?.toLowerCase() ?? null,
          since: addMillis(toInstant(Date.now()), -(body.days ?? 30) * DAY_MS),
          signal: abortWhenGone(reply),
        })
        return { ok: true, ...tried }
      } finally {
        isRunning = false
      }
    },
  )
}

function abortWhenGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController()
  raw.once('close', () => gone.abort())
  return gone.signal
}
