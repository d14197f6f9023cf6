import type { Kysely } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { InsightView } from '../http/insight-schemas.ts'
import type { UsualTimes } from '../runs/usual-times.ts'
import { computeInsights } from './compute-insights.ts'
import {
  type DecidedRun,
  type InsightScope,
  MAX_DECIDED,
  type Period,
  readAnswerTimes,
  readCosts,
  readDecided,
  readFlaky,
  readHanging,
  readLabels,
  readPhases,
} from './read-insights.ts'

export interface InsightRequest extends Period {
  readonly repository: string | null
}

/** The decided runs of a period, or the newest 10,000 of them, and since when these were decided. */
export interface DecidedPeriod {
  readonly scope: InsightScope
  readonly decided: readonly DecidedRun[]
  readonly truncated: boolean
}

export async function loadDecided(
  db: Kysely<DB>,
  { repository, ...period }: InsightRequest,
): Promise<DecidedPeriod> {
  const scope = { ...period, repositoryKey: repository?.toLowerCase() ?? null }
  const rows = await readDecided(db, scope)
  const oldest = rows[MAX_DECIDED - 1]
  return rows.length <= MAX_DECIDED || oldest === undefined
    ? { scope, decided: rows, truncated: false }
    : {
        scope: { ...scope, since: oldest.decided_at },
        decided: rows.slice(0, MAX_DECIDED),
        truncated: true,
      }
}

/**
 * What the runs of a period show together, beside the period of the same length before it. The
 * reads run at the same time, each in one statement that is bounded by itself.
 */
export async function loadInsights(
  db: Kysely<DB>,
  request: InsightRequest,
  usual: UsualTimes,
): Promise<InsightView> {
  const { scope, decided, truncated } = await loadDecided(db, request)
  const length = scope.until.getTime() - scope.since.getTime()
  const previous = { since: new Date(scope.since.getTime() - length), until: scope.since }
  const before = { ...scope, ...previous }
  const [decidedBefore, costs, phases, hanging, answers, answersBefore, labels, flaky] =
    await Promise.all([
      readDecided(db, before),
      readCosts(db, scope),
      readPhases(db, scope),
      readHanging(db, scope.repositoryKey),
      readAnswerTimes(db, scope),
      readAnswerTimes(db, before),
      readLabels(db, scope),
      readFlaky(db, scope),
    ])
  const keys = hanging.flatMap(({ repository_key }) => repository_key ?? [])
  return computeInsights({
    ...{ period: scope, previous, repository: request.repository, truncated },
    ...{ decided, decidedBefore, costs, phases, hanging, answers, answersBefore, labels, flaky },
    usual: await usual.find(db, keys),
  })
}
