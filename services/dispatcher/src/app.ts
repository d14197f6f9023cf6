import Fastify, { type FastifyBaseLogger, type FastifyError, type FastifyInstance } from 'fastify'
import type { ArgoClient } from './argo-client.ts'
import { authenticate } from './authenticate.ts'
import type { Metrics } from './metrics.ts'
import { Problem, sendProblem, toProblem } from './problem.ts'
import { startOnce } from './start-once.ts'
import { buildSubmission } from './submission.ts'
import { readTask, type Stage } from './task.ts'

export interface AppDeps {
  readonly log: FastifyBaseLogger
  readonly argo: ArgoClient
  readonly metrics: Metrics
  readonly tokens: readonly string[]
  readonly namespace: string
  readonly templates: Readonly<Record<Stage, string | null>>
  readonly newId: () => string
  readonly now: () => Date
  /** Aborts requests that still wait for Argo when the process has to end. */
  readonly stopping: AbortSignal
}

const MAX_BODY_BYTES = 2 * 1024 * 1024
/** For all requests to Argo that one task needs; the judge waits 15 s for the answer. */
const TASK_TIMEOUT_MS = 12_000
const PING_TIMEOUT_MS = 2_000

const routes = {
  '/codex/tasks': 'POST',
  '/livez': 'GET, HEAD',
  '/readyz': 'GET, HEAD',
  '/metrics': 'GET, HEAD',
} as const

/** The HTTP API of the dispatcher (docs/contract.md), not listening yet. */
export function createApp(deps: AppDeps): FastifyInstance {
  const app = Fastify({
    loggerInstance: deps.log,
    disableRequestLogging: true,
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
  })
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  // Otherwise a sender keeps its connection open, and the server waits for it to end.
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
  app.removeAllContentTypeParsers()
  // The body is protobuf, whatever its Content-Type.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = toProblem(error)
    if (problem.code === 'internal') request.log.error({ err: error }, 'a request failed')
    return sendProblem(reply, problem)
  })
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, describeUnknownRoute(request.url.split('?', 1)[0] ?? '/')),
  )
  registerTaskRoute(app, deps)
  registerHealthRoutes(app, deps)
  return app
}

function registerTaskRoute(app: FastifyInstance, deps: AppDeps): void {
  const { argo, metrics, namespace, templates, newId, now } = deps
  app.post('/codex/tasks', { onRequest: authenticate(deps.tokens) }, async (request, reply) => {
    const read = readTask(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0), templates)
    if ('faults' in read) {
      const detail = `${read.faults.map(({ path, message }) => `${path} ${message}`).join('; ')}.`
      metrics.tasks.inc({ stage: 'unknown', outcome: 'bad_request' })
      request.log.warn({ event: 'task_refused', faults: read.faults }, 'a task was rejected')
      throw new Problem('bad_request', detail, { errors: read.faults })
    }
    const { stage, deliveryId, repository, issueNumber } = read.ok
    const about = { stage, delivery: deliveryId, issue: `${repository}#${issueNumber ?? '?'}` }
    const signal = AbortSignal.any([deps.stopping, AbortSignal.timeout(TASK_TIMEOUT_MS)])
    try {
      const submission = buildSubmission(read.ok, newId())
      const { workflowName, submittedAt, duplicate } = await startOnce(argo, submission, signal)
      metrics.tasks.inc({ stage, outcome: duplicate ? 'duplicate' : 'started' })
      request.log.info(
        { event: duplicate ? 'duplicate' : 'started', ...about, workflow: workflowName },
        'task accepted',
      )
      const answer = {
        stage,
        namespace,
        workflowName,
        submittedAt: submittedAt ?? now().toISOString(),
        duplicate,
      }
      return reply.code(202).send(answer)
    } catch (error) {
      const { code, message } = toProblem(error instanceof Error ? error : new Error(String(error)))
      metrics.tasks.inc({ stage, outcome: code })
      request.log.warn(
        { event: 'not_started', ...about, code, because: message },
        'no workflow was started',
      )
      throw error
    }
  })
}

/** Live: the process responds. Ready: Argo answers, so tasks can be accepted. */
function registerHealthRoutes(app: FastifyInstance, { argo, metrics }: AppDeps): void {
  app.get('/livez', async () => ({ ok: true }))
  app.get('/readyz', async (_request, reply) => {
    try {
      await argo.ping(AbortSignal.timeout(PING_TIMEOUT_MS))
      return { ok: true, argo: 'ok' }
    } catch (error) {
      return reply
        .code(503)
        .send({ ok: false, argo: error instanceof Error ? error.message : String(error) })
    }
  })
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
}

function describeUnknownRoute(path: string): Problem {
  const allow = Object.entries(routes).find(
    ([route]) => route === path.replace(/(?<=.)\/$/, ''),
  )?.[1]
  return allow === undefined
    ? new Problem('not_found', `No route matches ${path}.`)
    : new Problem('method_not_allowed', `${path} allows ${allow}.`, { headers: { allow } })
}
