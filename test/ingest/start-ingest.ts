import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import type { Recorder } from '../../services/judge/src/correlate/messages.ts'
import { type AccessSettings, createAccess } from '../../services/judge/src/ingest/http/access.ts'
import { installBodyParser } from '../../services/judge/src/ingest/http/body-parser.ts'
import { registerIngestRoutes } from '../../services/judge/src/ingest/http/routes.ts'
import { createRepositoryFilter } from '../../services/judge/src/ingest/parse/repository-filter.ts'
import { installProblemHandlers } from '../../services/judge/src/lib/problem.ts'
import {
  type ArrivalLimits,
  createServerOptions,
} from '../../services/judge/src/lib/server-options.ts'
import { createWrongTokens } from '../../services/judge/src/lib/wrong-tokens.ts'
import { parseTokens } from '../harness/parse-tokens.ts'
import { MemoryRecorder } from './memory-recorder.ts'

export const readFixture = (path: string): string =>
  readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8')

interface IngestServerSettings {
  readonly ingest?: string
  readonly notify?: string
  readonly operator?: string
  readonly read?: string
  readonly secrets?: readonly string[]
  readonly repositories?: readonly string[]
  readonly limits?: ArrivalLimits
  readonly session?: AccessSettings['session']
  /** A recorder to use instead of the one in memory. */
  readonly into?: Recorder
}

/**
 * Starts the real routes on a port, with a recorder in memory and three routes like those of the
 * rest of the service.
 */
export async function startIngest({
  ingest,
  notify,
  operator,
  read,
  secrets = [],
  repositories = [],
  limits,
  session,
  into,
}: IngestServerSettings = {}) {
  const recorder = new MemoryRecorder()
  const refused: string[] = []
  const app = Fastify({ ...createServerOptions(limits), forceCloseConnections: true })
  installProblemHandlers(app)
  installBodyParser(app)
  const tokens = {
    ingest: parseTokens(ingest ?? null, 'ingest'),
    notify: parseTokens(notify ?? null, 'notify'),
    operator: parseTokens(operator ?? null, 'operator'),
    read: parseTokens(read ?? null, 'read'),
  }
  const access = createAccess({
    getTokens: () => tokens,
    ...(session ? { session } : {}),
    wrongTokens: createWrongTokens(Date.now),
  })
  registerIngestRoutes(app, {
    recorder: into ?? recorder,
    access,
    context: {
      mayJudge: createRepositoryFilter(repositories),
      reviewers: ['chatgpt-codex-connector[bot]'],
      ourContext: 'codex-judge',
    },
    getWebhookSecrets: () => secrets,
    showRun: async (id) => ({ id, status: 'run_complete' }),
    onSigned: () => {},
    onRefused: (source) => void refused.push(source),
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
    // A Buffer has no media type, so only the headers of the test are sent.
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

export type IngestServer = Awaited<ReturnType<typeof startIngest>>
