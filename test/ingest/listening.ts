import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import type { Recorder } from '../../services/judge/src/correlate/incoming.ts'
import { type AccessSettings, accessTo } from '../../services/judge/src/ingest/http/authenticate.ts'
import { installBodies } from '../../services/judge/src/ingest/http/bodies.ts'
import { ingestRoutes } from '../../services/judge/src/ingest/http/routes.ts'
import { repositoryFilter } from '../../services/judge/src/ingest/parse/repositories.ts'
import { installProblems } from '../../services/judge/src/lib/problem.ts'
import { type ArrivalLimits, serverOptions } from '../../services/judge/src/lib/server-options.ts'
import { tokensIn } from '../harness/tokens.ts'
import { MemoryRecorder } from './memory-recorder.ts'

export const fixture = (path: string): string =>
  readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8')

interface Settings {
  readonly ingest?: string
  readonly operator?: string
  readonly read?: string
  readonly secrets?: readonly string[]
  readonly repositories?: readonly string[]
  readonly limits?: ArrivalLimits
  readonly session?: AccessSettings['session']
  /** Another recorder than the one in memory. */
  readonly into?: Recorder
}

/**
 * The real routes on a real port, before a recorder in memory, with three routes of the kind the
 * rest of the service has.
 */
export async function listening({
  ingest,
  operator,
  read,
  secrets = [],
  repositories = [],
  limits,
  session,
  into,
}: Settings = {}) {
  const recorder = new MemoryRecorder()
  const refused: string[] = []
  const app = Fastify({ ...serverOptions(limits), forceCloseConnections: true })
  installProblems(app)
  installBodies(app)
  const access = accessTo({
    tokens: {
      ingest: tokensIn(ingest ?? null, 'ingest'),
      operator: tokensIn(operator ?? null, 'operator'),
      read: tokensIn(read ?? null, 'read'),
    },
    ...(session ? { session } : {}),
  })
  ingestRoutes(app, {
    recorder: into ?? recorder,
    access,
    context: {
      mayJudge: repositoryFilter(repositories),
      reviewers: ['chatgpt-codex-connector[bot]'],
      ourContext: 'codex-judge',
    },
    webhookSecrets: secrets,
    showRun: async (id) => ({ id, status: 'run_complete' }),
    refused: (source) => void refused.push(source),
  })
  app.get('/read/:id', { preHandler: access.guard('read') }, async (request) => ({
    by: request.identity?.name,
  }))
  app.post('/operate', { preHandler: access.guard('operator') }, async (request) => ({
    by: request.identity?.name,
    body: request.body ?? null,
  }))
  app.post('/memories', { preHandler: access.guard('operator', 'ingest') }, async (request) => ({
    by: request.identity?.role,
  }))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const post = async (
    path: string,
    body: string | Buffer,
    headers: Record<string, string> = {},
  ) => {
    // A Buffer has no media type of its own, so nothing is sent that the test did not say.
    const response = await fetch(url + path, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers,
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? null : JSON.parse(text),
    }
  }
  return { url, post, recorder, refused, close: () => app.close() }
}

export type Listening = Awaited<ReturnType<typeof listening>>
