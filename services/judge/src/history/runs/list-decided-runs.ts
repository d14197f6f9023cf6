import { type Kysely, sql, type Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { LaterDecision } from '../../backtest/find-label.ts'
import type { RecordedRun } from '../../backtest/replay-run.ts'
import { type Instant, toIso } from '../../lib/instant.ts'
import type { Json } from '../../lib/json.ts'
import { formatIssueLabel } from '../../run/run.ts'

/** Runs whose texts are in memory at the same time. */
const PAGE_RUNS = 100

interface DecidedRunRow {
  readonly id: string
  /** When it was created, to the microsecond. */
  readonly created: string
  readonly repository: string | null
  readonly issue_number: number | null
  readonly attempt: number
  readonly decision_id: string | null
  readonly outcome: string | null
  readonly reason: string | null
  readonly because: string | null
  /** True if a decision about the run kept what it was made from. */
  readonly kept: boolean
  readonly later: readonly LaterDecision[]
}

export interface DecidedRunFilter {
  /** Only runs that were created then or later; null: all. */
  readonly since: Instant | null
  readonly matches: (repository: string | null) => boolean
  /** Only this repository, in lower case; absent: all. */
  readonly repositoryKey?: string | null
  /** How many runs are in memory at a time. */
  readonly pageRuns?: number
}

/**
 * Visits every decided run with what its newest judgement was made from, newest first, in one
 * transaction that can write nothing, until `visit` resolves to false. Only a few runs are in memory
 * at a time.
 */
export const visitDecidedRuns = (
  db: Kysely<DB>,
  filter: DecidedRunFilter,
  visit: (run: RecordedRun) => boolean | Promise<boolean>,
): Promise<void> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const { pageRuns = PAGE_RUNS } = filter
      let after: DecidedRunRow | null = null
      for (;;) {
        const rows: readonly DecidedRunRow[] = await readPage(trx, filter, { after, pageRuns })
        const wanted = rows.filter(({ repository }) => filter.matches(repository))
        const parts = await readParts(trx, wanted)
        for (const row of wanted) if (!(await visit(toRecordedRun(row, parts)))) return
        const last = rows.at(-1)
        if (last === undefined || rows.length < pageRuns) return
        after = last
      }
    })

async function readPage(
  trx: Transaction<DB>,
  { since, repositoryKey = null }: DecidedRunFilter,
  { after, pageRuns }: { readonly after: DecidedRunRow | null; readonly pageRuns: number },
): Promise<readonly DecidedRunRow[]> {
  const { rows } = await sql<DecidedRunRow>`
    select r.id, r.created_at::text as created, r.repository, r.issue_number, r.attempt, d.id as decision_id, d.outcome,
           d.reason, d.because,
           exists (select from decisions k
                    where k.run_id = r.id and k.receipt ->> 'release' is not null) as kept,
           coalesce((select jsonb_agg(jsonb_build_object(
                              'outcome', l.outcome, 'reason', l.reason, 'by', l.by_actor)
                              order by l.at, l.id)
                       from decisions l where l.run_id = r.id and (l.at, l.id) > (d.at, d.id)),
                    '[]') as later
      from runs r
      left join lateral (
        select * from decisions
         where run_id = r.id and receipt ->> 'judged' = 'true'
         order by at desc, id desc limit 1) d on true
     where ${after === null ? sql`true` : sql`(r.created_at, r.id) < (${after.created}::timestamptz, ${after.id}::uuid)`}
       and ${since === null ? sql`true` : sql`r.created_at >= ${toIso(since)}::timestamptz`}
       and ${repositoryKey === null ? sql`true` : sql`r.repository_key = ${repositoryKey}`}
       and exists (select from decisions where run_id = r.id)
     order by r.created_at desc, r.id desc limit ${pageRuns}`.execute(trx)
  return rows
}

type PartsByDecision = ReadonlyMap<string, Readonly<Record<string, Json>>>

/** What replaying needs of the decisions: not the step, which is derived again. */
async function readParts(
  trx: Transaction<DB>,
  rows: readonly DecidedRunRow[],
): Promise<PartsByDecision> {
  const ids = rows.flatMap(({ decision_id }) => decision_id ?? [])
  if (ids.length === 0) return new Map()
  const texts = await trx
    .selectFrom('decision_parts')
    .innerJoin('blobs', 'blobs.digest', 'decision_parts.digest')
    .select(['decision_id', 'name', 'content'])
    .where('decision_id', 'in', ids)
    .where('name', 'in', ['trigger', 'facts', 'readings', 'policy', 'diff'])
    .execute()
  const parts = new Map<string, Record<string, Json>>()
  for (const { decision_id, name, content } of texts) {
    const own = parts.get(decision_id) ?? {}
    parts.set(decision_id, own)
    own[name] = name === 'diff' ? content : JSON.parse(content)
  }
  return parts
}

function toRecordedRun(row: DecidedRunRow, parts: PartsByDecision): RecordedRun {
  const { id, decision_id, outcome, reason, because } = row
  const run = {
    id,
    issue: formatIssueLabel(row.repository, row.issue_number),
    attempt: row.attempt,
    later: row.later,
  }
  return decision_id === null || outcome === null || reason === null
    ? {
        ...run,
        decision: null,
        whyNot: row.kept
          ? 'no gate was evaluated: a person, GitHub or a fault decided'
          : 'its release kept nothing of what it decided from',
      }
    : {
        ...run,
        decision: { outcome, reason, because: because ?? '', parts: parts.get(decision_id) ?? {} },
        whyNot: '',
      }
}
