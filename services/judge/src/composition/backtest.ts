import { openDatabase, statementLimits } from '../adapters/postgres/database.ts'
import { replayRun } from '../backtest/replay-run.ts'
import { createSummary, type Summary } from '../backtest/summarize.ts'
import { visitDecidedRuns } from '../history/runs/list-decided-runs.ts'
import { parseDuration } from '../lib/duration.ts'
import { compileGlob } from '../lib/glob.ts'
import { addMillis, type Instant, toInstantOrNull } from '../lib/instant.ts'
import type { ServicePolicy } from '../policy/read-policy-file.ts'

export interface BacktestInput {
  readonly databaseUrl: string
  readonly policy: ServicePolicy
  readonly since: Instant | null
  /** A glob of repositories; null: all. */
  readonly repository: string | null
  /** The address of a run's page. */
  readonly getRunUrl: (id: string) => string
}

/** Decides every recorded run again under another policy. Writes nothing and asks no other system. */
export async function backtest({
  databaseUrl,
  policy,
  since,
  repository,
  getRunUrl,
}: BacktestInput): Promise<Summary> {
  const { db, close } = openDatabase(databaseUrl, {
    name: 'codex-judge backtest',
    maxConnections: 1,
    limits: statementLimits.upkeep,
    onError: () => {},
  })
  const glob = repository === null ? null : compileGlob(repository, { ignoreCase: true })
  const summary = createSummary(getRunUrl)
  try {
    await visitDecidedRuns(
      db,
      { since, matches: (name) => glob === null || (name !== null && glob.matches(name)) },
      (run) => {
        summary.add(run, replayRun(run, policy))
        return true
      },
    )
    return summary.finish()
  } finally {
    await close()
  }
}

/** A duration before now, such as `30d`, or a date; null: neither. */
export function parseSince(text: string, now: Instant): Instant | null {
  const duration = parseDuration(text)
  return duration === null ? toInstantOrNull(text) : addMillis(now, -duration)
}
