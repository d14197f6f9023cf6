import { type Kysely, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { statuses } from '../../run/lifecycle.ts'
import type { SummaryView } from '../http/list-schemas.ts'
import { listAgents } from '../overview/list-agents.ts'
import { formatTimeOrNull } from './present-run.ts'

/** Runs of one status are counted up to here; an exact number of more would take too long. */
export const MAX_SUMMARY_RUNS = 10_000

interface Scope {
  readonly repository: string | null
  readonly since: Date | null
}

/**
 * How many runs have each status, since when the oldest of them waits, and what else waits. Each
 * count reads at most 10,000 entries of an index, so it takes the same time at any size.
 */
export async function summarizeRuns(db: Kysely<DB>, scope: Scope): Promise<SummaryView> {
  const [counts, waiting, others, agents] = await Promise.all([
    countByStatus(db, scope),
    findOldestWaits(db, scope),
    countOthers(db, scope),
    listAgents(db),
  ])
  return {
    counts: Object.fromEntries(
      statuses.map((status) => [
        status,
        {
          count: counts.get(status) ?? 0,
          oldestSince: formatTimeOrNull(waiting.get(status) ?? null),
        },
      ]),
    ),
    ...others,
    agentsAtWork: agents.length,
  }
}

const inScope = ({ repository, since }: Scope) => sql`
  ${repository === null ? sql`true` : sql`repository_key = ${repository.toLowerCase()}`}
  and ${since === null ? sql`true` : sql`created_at >= ${since}`}`

async function countByStatus(db: Kysely<DB>, scope: Scope): Promise<ReadonlyMap<string, number>> {
  // An index has the runs of one status in order, or those of one repository, but not of both.
  const query =
    scope.repository === null
      ? sql<{ status: string; count: number }>`
          select wanted.status, counted.count from unnest(${[...statuses]}::text[]) as wanted (status),
            lateral (select count(*) from (
              select from runs where runs.status = wanted.status and ${inScope(scope)}
               order by created_at desc limit ${sql.lit(MAX_SUMMARY_RUNS)}) as matching) as counted`
      : sql<{ status: string; count: number }>`
          select status, count(*) from (
            select status from runs where ${inScope(scope)}
             order by created_at desc, id desc limit ${sql.lit(MAX_SUMMARY_RUNS)}) as newest
           group by status`
  const { rows } = await query.execute(db)
  return new Map(rows.map(({ status, count }) => [status, count]))
}

async function findOldestWaits(db: Kysely<DB>, scope: Scope): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await sql<{ status: string; since: Date }>`
    select status, min(status_since) as since from runs
     where status in ('notified', 'run_complete', 'waiting_for_ci', 'waiting_for_review',
                      'judging', 'needs_human') and ${inScope(scope)}
     group by status`.execute(db)
  return new Map(rows.map(({ status, since }) => [status, since]))
}

async function countOthers(
  db: Kysely<DB>,
  { repository }: Scope,
): Promise<Omit<SummaryView, 'counts' | 'agentsAtWork'>> {
  const { rows } = await sql<Omit<SummaryView, 'counts' | 'agentsAtWork'>>`
    select
      (select count(*) from (
        select from runs
         where status = 'completed' and created_at > now() - interval '7 days'
           and ${inScope({ repository, since: null })}
         limit ${sql.lit(MAX_SUMMARY_RUNS)}) as done) as "completedSevenDays",
      (select count(*) from (
        select from escalations where state = 'open'
         limit ${sql.lit(MAX_SUMMARY_RUNS)}) as asked) as "openEscalations",
      (select count(*) from (
        select from inbox where state = 'quarantined' and replayed_at is null
         limit ${sql.lit(MAX_SUMMARY_RUNS)}) as kept) as quarantined`.execute(db)
  return rows[0] ?? { completedSevenDays: 0, openEscalations: 0, quarantined: 0 }
}
