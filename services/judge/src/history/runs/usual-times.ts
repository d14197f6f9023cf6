import { type Kysely, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Millis } from '../../lib/instant.ts'

/** What a run can wait for, as far as it is comparable between runs. */
export const usualKinds = ['agent', 'evidence', 'ci', 'review', 'judge'] as const
export type UsualKind = (typeof usualKinds)[number]

/** In seconds: the median over the recent runs of a repository; absent if none of them waited. */
export type UsualSeconds = Readonly<Partial<Record<UsualKind, number>>>

export interface UsualTimes {
  /** By the lower-case name of the repository. Computed once in a while, not for each call. */
  find(
    db: Kysely<DB>,
    repositoryKeys: readonly string[],
  ): Promise<ReadonlyMap<string, UsualSeconds>>
}

/** Runs of a repository that are looked at, the newest that ended. */
const RECENT_RUNS = 50
/** How long a median is shown before it is computed again. */
const FRESH_FOR_MS: Millis = 300_000
const MAX_REPOSITORIES = 1_000

interface Entry {
  readonly at: Millis
  readonly seconds: UsualSeconds
}

/** Keeps the medians of up to 1,000 repositories in memory for five minutes. */
export function createUsualTimes(now: () => Millis): UsualTimes {
  const entries = new Map<string, Entry>()
  return {
    find: async (db, repositoryKeys) => {
      const at = now()
      const wanted = [...new Set(repositoryKeys)]
      const stale = wanted.filter((key) => (entries.get(key)?.at ?? 0) + FRESH_FOR_MS <= at)
      if (stale.length > 0) {
        const computed = await computeMedians(db, stale)
        for (const key of stale) {
          entries.delete(key)
          entries.set(key, { at, seconds: computed.get(key) ?? {} })
        }
        for (const key of entries.keys()) {
          if (entries.size <= MAX_REPOSITORIES) break
          entries.delete(key)
        }
      }
      return new Map(wanted.map((key) => [key, entries.get(key)?.seconds ?? {}]))
    },
  }
}

/** One statement, which reads at most 50 runs of each repository and their transitions. */
async function computeMedians(
  db: Kysely<DB>,
  repositoryKeys: readonly string[],
): Promise<ReadonlyMap<string, UsualSeconds>> {
  const { rows } = await sql<{ repository_key: string; kind: UsualKind; seconds: number }>`
    with recent as (
      select key as repository_key, run.* from unnest(${repositoryKeys}::text[]) as key,
        lateral (
          select id, started_at, finished_at from runs
           where repository_key = key and decided_at is not null
           order by created_at desc, id desc limit ${sql.lit(RECENT_RUNS)}) as run),
    spans as (
      select repository_key, run_id, to_status,
             extract(epoch from lead(at) over (partition by run_id order by seq) - at) as seconds
        from recent join run_events on run_id = recent.id and kind = 'run'),
    waits as (
      select repository_key, run_id,
             case to_status when 'run_complete' then 'evidence' when 'waiting_for_ci' then 'ci'
                            when 'waiting_for_review' then 'review' else 'judge' end as kind,
             sum(seconds) as seconds
        from spans
       where to_status in ('run_complete', 'waiting_for_ci', 'waiting_for_review', 'judging')
       group by 1, 2, 3
      union all
      select repository_key, id, 'agent', extract(epoch from finished_at - started_at)
        from recent where finished_at >= started_at)
    select repository_key, kind,
           percentile_cont(0.5) within group (order by seconds)::double precision as seconds
      from waits where seconds is not null group by 1, 2`.execute(db)
  const byRepository = Map.groupBy(rows, (row) => row.repository_key)
  return new Map(
    [...byRepository].map(([key, medians]) => [
      key,
      Object.fromEntries(medians.map(({ kind, seconds }) => [kind, Math.round(seconds * 10) / 10])),
    ]),
  )
}
