import type { Kysely } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach } from 'vitest'
import { type Database, openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import type { DB } from '../../services/judge/src/adapters/postgres/types.generated.ts'
import type { InboundMessage } from '../../services/judge/src/correlate/messages.ts'
import { createRecorder } from '../../services/judge/src/correlate/recorder.ts'
import type { Effect } from '../../services/judge/src/decide/effect.ts'
import type { EndStep, PlannedEffect, Step } from '../../services/judge/src/decide/step.ts'
import { type CommitResult, commit } from '../../services/judge/src/engine/commit/commit.ts'
import { emptyFactCache } from '../../services/judge/src/engine/observe/fact-cache.ts'
import { leaseRun } from '../../services/judge/src/engine/observe/lease-run.ts'
import { type LoadedRun, loadRun } from '../../services/judge/src/engine/observe/load-run.ts'
import {
  type Observation,
  withoutObservation,
} from '../../services/judge/src/engine/observe/observe.ts'
import type { ObserveDeps } from '../../services/judge/src/engine/observe/observe-deps.ts'
import { LEASE_SECONDS } from '../../services/judge/src/engine/schedule/leases.ts'
import { addMillis, type Instant } from '../../services/judge/src/lib/instant.ts'
import type { CommitSha } from '../../services/judge/src/run/run.ts'
import { parseCommitSha } from '../../services/judge/src/run/run.ts'
import { shipped } from '../harness/accepted-facts.ts'
import { createTestDatabase } from '../harness/database.ts'
import { eventually } from '../harness/run-verbs.ts'

/*
 * What the consistency tests share: a database for each test, messages to record, and runs to
 * reconcile and commit.
 */

/** A row of a test's query. */
export type Row = Readonly<Record<string, unknown>>

export interface Kit {
  readonly url: string
  readonly db: Kysely<DB>
  readonly query: (sql: string, values?: readonly unknown[]) => Promise<readonly Row[]>
  /** Opens a separate connection, for a transaction that a test holds open. */
  readonly connect: () => Promise<pg.Client>
  readonly recorder: ReturnType<typeof createRecorder>
  /** The runs that were woken, in order. */
  readonly woken: readonly string[]
  /** Waits until so many connections wait for a lock. */
  readonly waitForLocks: (count: number) => Promise<unknown>
  /** Records a message and returns its run; rejects if it has none. */
  readonly record: (message: InboundMessage) => Promise<string>
}

/** Provides a kit with a fresh database for each test of the file. */
export function useKit(): Kit {
  let fresh: Awaited<ReturnType<typeof createTestDatabase>>
  let database: Database
  let clients: pg.Client[] = []
  const woken: string[] = []
  let recorder: ReturnType<typeof createRecorder>
  beforeEach(async () => {
    fresh = await createTestDatabase()
    database = openDatabase(fresh.url, { name: 'test', maxConnections: 12, onError: () => {} })
    woken.length = 0
    recorder = createRecorder({
      awaitsArgo: false,
      db: database.db,
      wakeRuns: (ids) => woken.push(...ids),
      mask: async (text) => text,
    })
  })
  afterEach(async () => {
    for (const client of clients) await client.end().catch(() => {})
    clients = []
    await database.close()
    await fresh.drop()
  })
  const query: Kit['query'] = async (sql, values = []) =>
    (await database.pool.query(sql, [...values])).rows
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
    woken,
    query,
    waitForLocks: (count) =>
      eventually(`${count} waiting for a lock`, async () => {
        const [row] = await query(
          `select count(*)::int as waiting from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`,
        )
        return Number(row?.waiting) >= count
      }),
    connect: async () => {
      const client = new pg.Client({ connectionString: fresh.url })
      client.on('error', () => {})
      await client.connect()
      clients.push(client)
      return client
    },
    record: async (message) => {
      const { runId } = await recorder.record(message)
      if (runId === null) throw new Error('the message belongs to no run')
      return runId
    },
  }
}

export function makeSha(digit: string): CommitSha {
  const sha = parseCommitSha(digit.repeat(40))
  if (sha === null) throw new Error('not a commit id')
  return sha
}

/** External systems that must not be asked. */
export const unreachableDeps: ObserveDeps = {
  github: new Proxy({ getBudget: () => null } as unknown as ObserveDeps['github'], {
    get: (target, name) =>
      name === 'getBudget'
        ? target.getBudget
        : () => Promise.reject(new Error(`a test asked GitHub for ${String(name)}`)),
  }),
  gatherEvidence: () => Promise.reject(new Error('a test asked for artifacts')),
  askCompletion: null,
  confirmCompletion: async () => 'finished',
  mask: async (text) => text,
  policyFor: () => ({ policy: shipped, origins: {}, reading: { kind: 'absent' } }),
  reviewers: { codexReviewers: [], ourLogins: [] },
  dispatchOff: null,
  getRunUrl: (id) => `http://judge.test/runs/${id}`,
  listFlakes: async () => [],
  findAddedSecrets: async () => [],
  findTestChanges: async () => [],
  listWaivers: async () => [],
  countWaitingRuns: () => 1,
}

/** Makes the run due, takes its lease and loads it, as a reconciliation does. */
export async function loadForReconcile(kit: Kit, runId: string): Promise<LoadedRun> {
  await kit.query('update runs set due_at = now(), looking_until = null where id = $1', [runId])
  const leased = await leaseRun(kit.db, runId, LEASE_SECONDS.run)
  if (leased === null) throw new Error('the run is leased by another worker')
  return loadRun(kit.db, leased.row, leased.now)
}

export const commitStep = (
  kit: Kit,
  loaded: LoadedRun,
  step: Step,
  over: Partial<Observation['facts']> = {},
): Promise<CommitResult> => {
  const seen = withoutObservation(loaded, unreachableDeps)
  const observation = { ...seen, facts: { ...seen.facts, ...over } }
  return commit(kit.db, {
    loaded,
    observation,
    cache: emptyFactCache,
    step,
    causedBy: 'timer',
    by: 'service',
    trigger: { kind: 'observation' },
  })
}

type Wait = Extract<Step, { kind: 'wait' }>

export const makeWait = (now: Instant, over: Partial<Wait> = {}): Wait => ({
  kind: 'wait',
  status: 'waiting_for_ci',
  mover: 'wait',
  because: 'CI is not final',
  waitingFor: [
    {
      what: 'ci',
      since: now,
      deadline: addMillis(now, 3_600_000),
      wouldChange: ['ci', 'head'],
      because: 'CI is not final',
      items: [],
    },
  ],
  deadline: addMillis(now, 3_600_000),
  pollAt: addMillis(now, 600_000),
  effects: [],
  blobs: [],
  recovers: false,
  results: [],
  ...over,
})

export const makeEnd = (over: Partial<EndStep> = {}): EndStep => ({
  kind: 'end',
  status: 'completed',
  mover: 'decision',
  reason: 'accepted',
  causeReason: null,
  because: 'It is good.',
  evidence: [],
  decision: 'pass',
  confidence: 0.9,
  uptake: [],
  nextPrompt: null,
  fingerprint: null,
  record: null,
  attemptsUsed: 1,
  effects: [],
  retry: null,
  escalation: null,
  recovers: false,
  results: [],
  ...over,
})

export const makePlannedEffect = (
  effect: Effect,
  over: Partial<PlannedEffect> = {},
): PlannedEffect => ({
  effect,
  notBefore: null,
  patience: 3_600_000,
  skip: null,
  ...over,
})

export const makeStatusEffect = (
  state: 'pending' | 'success',
  description: string = state,
): Effect => ({
  kind: 'status',
  key: `status:acme/widgets@${makeSha('a')}:codex-judge`,
  repository: 'acme/widgets',
  commit: makeSha('a'),
  context: 'codex-judge',
  state,
  description,
})

export const makeMessageEffect = (runId: string, what = 'completed'): Effect => ({
  kind: 'discord',
  key: `discord:${runId}:${what}`,
  channel: 'success',
  what,
  text: 'It is done.',
  edits: null,
})

export const makeReviewEffect = (commit: CommitSha): Effect => ({
  kind: 'requestReview',
  key: `review:acme/widgets#7@${commit}`,
  repository: 'acme/widgets',
  prNumber: 7,
  commit,
})
