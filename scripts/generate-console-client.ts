import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import pino from 'pino'
import { openDatabase } from '../services/judge/src/adapters/postgres/database.ts'
import { type AppDeps, createApp } from '../services/judge/src/composition/app.ts'
import { createSessions } from '../services/judge/src/history/http/session.ts'
import { toInstant } from '../services/judge/src/lib/instant.ts'
import { noopTrace } from '../services/judge/src/lib/trace.ts'
import { createWrongTokens } from '../services/judge/src/lib/wrong-tokens.ts'
import { toServicePolicy } from '../services/judge/src/policy/read-policy-file.ts'
import type { Generator } from './generator.ts'

// It needs the older TypeScript that is installed next to it.
const { default: openapiTs, astToString } = createRequire(
  resolve(import.meta.dirname, '../services/console/package.json'),
)('openapi-typescript')

/**
 * Generates the types with which the console calls the API, from the document that the routes
 * describe themselves with.
 */
export const consoleClient: Generator = {
  name: 'console client',
  produce: async () => {
    const ast = await openapiTs(await describeRoutes(), { alphabetize: true, silent: true })
    return new Map([
      [
        'services/console/src/api/schema.generated.ts',
        `// Made by \`npm run generate\` from the routes of the judge; change these.\n\n${astToString(ast)}`,
      ],
    ])
  },
}

/** The OpenAPI document. No request is served, so nothing that a handler needs ever runs. */
async function describeRoutes(): Promise<unknown> {
  const { db, close } = openDatabase('postgresql://nowhere', { name: 'generate', onError: refuse })
  try {
    const { server } = await createApp(createIdleDependencies(db))
    const { body } = await server.inject({ url: '/api/openapi.json' })
    await server.close()
    return JSON.parse(body)
  } finally {
    await close()
  }
}

const refuse = (): never => {
  throw new Error('the routes are only described here')
}

const createIdleDependencies = (db: AppDeps['history']['db']): AppDeps => {
  const guard = () => async () => {}
  const mask = async (text: string) => text
  const policy = toServicePolicy({})
  const display = {
    attemptsMax: 0,
    argoUiUrl: null,
    usual: { find: refuse },
    budget: policy.values.budget,
  }
  const publicUrl = 'http://localhost'
  const now = () => toInstant(0)
  const tokens = { ingest: [], notify: [], operator: [], read: [] }
  const wrongTokens = createWrongTokens(now)
  return {
    log: pino({ level: 'silent' }),
    trace: noopTrace,
    readConsole: refuse,
    pages: { publicUrl, isOpenOnLoopback: false },
    ingest: {
      recorder: { record: refuse, recordBatch: refuse, recordWithin: refuse, quarantine: refuse },
      context: { mayJudge: refuse, reviewers: [], ourContext: '' },
      access: { guard, authorize: refuse, isGuarded: () => true, describeVisitor: refuse },
      getWebhookSecrets: () => [],
      showRun: refuse,
      onRefused: refuse,
      onSigned: refuse,
    },
    history: {
      db,
      display,
      listActions: refuse,
      openArtifact: refuse,
      maskNow: refuse,
      guard,
      mask,
      listen: refuse,
      metrics: { render: refuse },
      health: { db, isMigrated: refuse, findWriteFault: refuse },
      probes: [],
      getGithubBudget: refuse,
      getKafkaLag: refuse,
      policy,
      readOwnPolicy: refuse,
    },
    operate: {
      db,
      display,
      guard,
      mask,
      sessions: createSessions({ getTokens: () => tokens, publicUrl, wrongTokens, now }),
      describeVisitor: refuse,
      operations: { rerun: refuse, act: refuse, answer: refuse, replay: refuse },
    },
  }
}
