import type { Kysely } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach } from 'vitest'
import { type Database, openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import type { DB } from '../../services/judge/src/adapters/postgres/types.generated.ts'
import type { Incoming } from '../../services/judge/src/correlate/incoming.ts'
import { createRecorder } from '../../services/judge/src/correlate/record.ts'
import type { Effect } from '../../services/judge/src/decide/effect.ts'
import type { End, Step, Wish } from '../../services/judge/src/decide/step.ts'
import { type Committed, commit } from '../../services/judge/src/engine/commit/commit.ts'
import { nothingKept } from '../../services/judge/src/engine/observe/fact-cache.ts'
import { type Loaded, lease, load } from '../../services/judge/src/engine/observe/load.ts'
import { type Observation, unlooked } from '../../services/judge/src/engine/observe/observe.ts'
import type { Outside } from '../../services/judge/src/engine/observe/observe-deps.ts'
import { LEASE_SECONDS } from '../../services/judge/src/engine/schedule/leases.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import { after, type Instant, instant } from '../../services/judge/src/lib/instant.ts'
import type { GithubChanged } from '../../services/judge/src/run/event.ts'
import type { CommitSha, RunClaims } from '../../services/judge/src/run/run.ts'
import { commitSha } from '../../services/judge/src/run/run.ts'
import { runOf, shipped } from '../harness/accepted-facts.ts'
import { freshDatabase } from '../harness/database.ts'

/* What tests of the clockwork have in hand: a database of their own, messages to record, looks to take and to commit. */

/** What a query of a test found; the test says what it expects of it. */
export type Row = Readonly<Record<string, unknown>>

export interface Kit {
  readonly url: string
  readonly db: Kysely<DB>
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>
  /** A connection of its own, for a transaction that a test holds open. */
  readonly connect: () => Promise<pg.Client>
  readonly recorder: ReturnType<typeof createRecorder>
  /** Runs that were rung for, in order. */
  readonly rung: readonly string[]
  readonly record: (incoming: Incoming) => Promise<string>
}

/** A kit for each test of the file. */
export function useKit(): Kit {
  let fresh: Awaited<ReturnType<typeof freshDatabase>>
  let database: Database
  let clients: pg.Client[] = []
  const rung: string[] = []
  let recorder: ReturnType<typeof createRecorder>
  beforeEach(async () => {
    fresh = await freshDatabase()
    database = openDatabase(fresh.url, { name: 'test', max: 12, onError: () => {} })
    rung.length = 0
    recorder = createRecorder({
      db: database.db,
      ring: (ids) => rung.push(...ids),
      mask: async (text) => text,
    })
  })
  afterEach(async () => {
    for (const client of clients) await client.end().catch(() => {})
    clients = []
    await database.close()
    await fresh.drop()
  })
  return {
    get url() {
      return fresh.url
    },
    get db() {
      return database.db
    },
    get recorder() {
      return recorder
    },
    rung,
    query: async (sql, values = []) => (await database.pool.query(sql, [...values])).rows,
    connect: async () => {
      const client = new pg.Client({ connectionString: fresh.url })
      client.on('error', () => {})
      await client.connect()
      clients.push(client)
      return client
    },
    record: async (incoming) => {
      const { runId } = await recorder.record(incoming)
      if (runId === null) throw new Error('it belongs to no run')
      return runId
    },
  }
}

let messages = 0

/** A workflow that finished; later ones started later. */
export function completion(claims: Partial<RunClaims> = {}): Incoming {
  messages += 1
  const startedAt = instant(Date.UTC(2026, 10, 21, 8) + messages * 1_000)
  return {
    source: 'run-complete',
    transport: 'http',
    headers: {},
    body: Buffer.from('{}'),
    keys: [`test:${newId()}`],
    because: 'It finished.',
    event: {
      kind: 'workflow.finished',
      claims: {
        ...runOf().claims,
        workflowUid: newId(),
        workflowName: `codex-${messages}`,
        deliveryId: null,
        startedAt,
        finishedAt: after(startedAt, 500),
        ...claims,
      },
      provenance: {},
      enrichment: null,
    },
  }
}

/** A webhook about everything that is on the branch. */
export function webhook(
  change: Partial<GithubChanged> = {},
  keys: readonly string[] = [`github:${newId()}`],
): Incoming {
  return {
    source: 'github',
    transport: 'http',
    headers: {},
    body: Buffer.from('{}'),
    keys,
    because: 'GitHub said so.',
    event: {
      kind: 'github.changed',
      repository: 'acme/widgets',
      signal: 'ci',
      about: { commits: [], branches: ['codex/issue-41'], pullRequests: [], issues: [] },
      push: null,
      decisive: true,
      ...change,
    },
  }
}

export function sha(digit: string): CommitSha {
  const made = commitSha(digit.repeat(40))
  if (made === null) throw new Error('no commit id')
  return made
}

/** An outside that nobody looks at. */
export const nowhere: Outside = {
  github: new Proxy({ budget: () => null } as unknown as Outside['github'], {
    get: (target, name) =>
      name === 'budget'
        ? target.budget
        : () => Promise.reject(new Error(`nobody may ask for ${String(name)}`)),
  }),
  gather: () => Promise.reject(new Error('nobody may ask for artifacts')),
  askCompletion: null,
  mask: async (text) => text,
  policyFor: () => ({ policy: shipped, reading: { kind: 'absent' } as never }),
  reviewers: { codexReviewers: [], ourLogins: [] },
  runUrl: (id) => `http://judge.test/runs/${id}`,
  waiting: () => 1,
}

/** Takes the run's lease and reads it, as a tick does; makes it due first. */
export async function look(kit: Kit, runId: string): Promise<Loaded> {
  await kit.query('update runs set due_at = now(), looking_until = null where id = $1', [runId])
  const leased = await lease(kit.db, runId, LEASE_SECONDS.run)
  if (leased === null) throw new Error('somebody else is looking')
  return load(kit.db, leased.row, leased.now)
}

export const commitStep = (
  kit: Kit,
  loaded: Loaded,
  step: Step,
  over: Partial<Observation['facts']> = {},
): Promise<Committed> => {
  const seen = unlooked(loaded, nowhere)
  const observation = { ...seen, facts: { ...seen.facts, ...over } }
  return commit(kit.db, {
    loaded,
    observation,
    kept: nothingKept,
    step,
    causedBy: 'timer',
    by: 'service',
  })
}

type Wait = Extract<Step, { kind: 'wait' }>

export const waits = (now: Instant, over: Partial<Wait> = {}): Wait => ({
  kind: 'wait',
  status: 'waiting_for_ci',
  because: 'CI is not final',
  waitingFor: [
    { what: 'ci', since: now, deadline: after(now, 3_600_000), wouldChange: ['ci', 'head'] },
  ],
  deadline: after(now, 3_600_000),
  lookAt: after(now, 600_000),
  wishes: [],
  blobs: [],
  results: [],
  ...over,
})

export const ends = (over: Partial<End> = {}): End => ({
  kind: 'end',
  status: 'completed',
  reason: 'accepted',
  causeReason: null,
  because: 'It is good.',
  evidence: [],
  decision: 'pass',
  confidence: 0.9,
  nextPrompt: null,
  fingerprint: null,
  attemptsUsed: 1,
  wishes: [],
  escalation: null,
  results: [],
  ...over,
})

export const wishFor = (effect: Effect, over: Partial<Wish> = {}): Wish => ({
  effect,
  notBefore: null,
  patience: 3_600_000,
  skip: null,
  ...over,
})

export const statusOf = (state: 'pending' | 'success', description: string = state): Effect => ({
  kind: 'status',
  key: `status:acme/widgets@${sha('a')}:codex-judge`,
  repository: 'acme/widgets',
  commit: sha('a'),
  context: 'codex-judge',
  state,
  description,
})

export const messageOf = (runId: string, what = 'completed'): Effect => ({
  kind: 'discord',
  key: `discord:${runId}:${what}`,
  channel: 'success',
  what,
  text: 'It is done.',
  edits: null,
})

export const reviewOf = (commit: CommitSha): Effect => ({
  kind: 'requestReview',
  key: `review:acme/widgets#7@${commit}`,
  repository: 'acme/widgets',
  prNumber: 7,
  commit,
})
