import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { type Fate, type RecordedRun, type Replayed, replayRun } from '../../backtest/replay-run.ts'
import type { Instant, Millis } from '../../lib/instant.ts'
import type { ServicePolicy } from '../../policy/read-policy-file.ts'
import { MAX_CHANGED } from '../http/policy-schemas.ts'
import { visitDecidedRuns } from '../runs/list-decided-runs.ts'

interface ShownFate {
  readonly outcome: string
  readonly reason: string | null
}
interface ChangedRun {
  readonly runId: string
  readonly repository: string | null
  readonly issueNumber: number | null
  readonly attempt: number
  readonly before: ShownFate
  readonly after: ShownFate
  readonly gate: string | null
  readonly because: string
}
export interface TriedPolicy {
  readonly total: number
  readonly changedTotal: number
  readonly changed: readonly ChangedRun[]
  readonly unknown: number
  readonly truncated: boolean
}

const MAX_REPLAYED = 2_000
const TIME_LIMIT_MS: Millis = 15_000
/** The parts of a decision are up to 100 kB of JSON, and the API has other callers. */
const PAGE_RUNS = 10

/**
 * Decides the newest runs again under another policy of the service. Writes nothing, asks no other
 * system, and ends early when `signal` aborts.
 */
export async function tryPolicy(
  db: Kysely<DB>,
  policy: ServicePolicy,
  {
    repositoryKey,
    since,
    signal,
  }: {
    readonly repositoryKey: string | null
    readonly since: Instant
    readonly signal: AbortSignal
  },
): Promise<TriedPolicy> {
  const counts = { total: 0, unknown: 0, changed: 0, truncated: false }
  const changed: ChangedRun[] = []
  const endsAt = performance.now() + TIME_LIMIT_MS
  const filter = { since, repositoryKey, matches: () => true, pageRuns: PAGE_RUNS }
  await visitDecidedRuns(db, filter, async (run) => {
    // Deciding takes milliseconds and does not yield by itself.
    await nextTurn()
    if (signal.aborted) return false
    if (counts.total + counts.unknown >= MAX_REPLAYED || performance.now() > endsAt) {
      counts.truncated = true
      return false
    }
    const replayed = replayRun(run, policy)
    if (replayed.kind === 'not_replayable') {
      counts.unknown += 1
      return true
    }
    counts.total += 1
    const after = showFate(replayed.to)
    const before = showFate(replayed.from)
    if (after.outcome !== before.outcome || after.reason !== before.reason) {
      counts.changed += 1
      if (changed.length < MAX_CHANGED)
        changed.push(presentChange(run, replayed, { before, after }))
    }
    return true
  })
  const { total, unknown, truncated } = counts
  return { total, changedTotal: counts.changed, changed, unknown, truncated }
}

function presentChange(
  { id, issue, attempt }: RecordedRun,
  { gate, because }: Extract<Replayed, { kind: 'replayed' }>,
  decisions: Pick<ChangedRun, 'before' | 'after'>,
): ChangedRun {
  const [, repository = null, number = null] = /^(.+\/.+)#(\d+)$/.exec(issue) ?? []
  const issueNumber = number === null ? null : Number(number)
  return { runId: id, repository, issueNumber, attempt, ...decisions, gate, because }
}

function showFate(fate: Fate): ShownFate {
  switch (fate.kind) {
    case 'ends':
      return { outcome: fate.status, reason: fate.reason }
    case 'asks':
      return { outcome: 'asks', reason: fate.model }
    case 'waits':
      return { outcome: 'waits', reason: fate.what }
    default:
      return fate satisfies never
  }
}
