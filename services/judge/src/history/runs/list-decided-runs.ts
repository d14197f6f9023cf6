import { type Kysely, sql, type Transaction } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { LaterDecision } from '../../backtest/find-label.ts'
import type { RecordedRun } from '../../backtest/replay-run.ts'
import { type Instant, toIsoOrNull } from '../../lib/instant.ts'
import type { Json } from '../../lib/json.ts'
import { formatIssueLabel } from '../../run/run.ts'

/** Runs whose texts are in memory at the same time. */
const PAGE_RUNS = 100
const NO_ID = '00000000-0000-0000-0000-000000000000'

interface DecidedRunRow {
  readonly id: string
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
}

/**
 * Visits every decided run with what its newest judgement was made from, oldest first, in one
 * transaction that can write nothing. Only a few runs are in memory at a time.
 */
export const visitDecidedRuns = (
  db: Kysely<DB>,
  filter: DecidedRunFilter,
  visit: (run: RecordedRun) => void,
): Promise<void> =>
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      let cursor = NO_ID
      for (;;) {
        const rows = await readPage(trx, filter.since, cursor)
        const wanted = rows.filter(({ repository }) => filter.matches(repository))
        const parts = await readParts(trx, wanted)
        for (const row of wanted) visit(toRecordedRun(row, parts))
        const last = rows.at(-1)
        if (last === undefined || rows.length < PAGE_RUNS) return
        cursor = last.id
      }
    })

async function readPage(
  trx: Transaction<DB>,
  since: Instant | null,
  cursor: string,
): Promise<readonly DecidedRunRow[]> {
  const { rows } = await sql<DecidedRunRow>`
    select r.id, r.repository, r.issue_number, r.attempt, d.id as decision_id, d.outcome,
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
     where r.id > ${cursor}::uuid
       and (${toIsoOrNull(since)}::timestamptz is null or r.created_at >= ${toIsoOrNull(since)}::timestamptz)
       and exists (select from decisions where run_id = r.id)
     order by r.id limit ${PAGE_RUNS}`.execute(trx)
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
