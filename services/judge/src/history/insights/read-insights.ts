import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../../adapters/postgres/types.generated.ts'

/*
 * What the insights are made from. Every read is bounded, so that an answer takes the same time with
 * a million runs: an index has the decided runs in order of time, and only the newest of a period
 * are read.
 */

export interface Period {
  readonly since: Date
  readonly until: Date
}
export interface InsightScope extends Period {
  /** In lower case; null: all. */
  readonly repositoryKey: string | null
}

/** Decided runs of one period that are looked at, the newest. */
export const MAX_DECIDED = 10_000
/** Runs whose transitions are read, to see where time goes. */
const MAX_TIMED = 1_000
const MAX_HANGING = 50
const MAX_ANSWERS = 5_000
const MAX_FLIPS = 5_000
export const MAX_FLAKY = 20

export interface DecidedRun {
  readonly id: string
  readonly repository: string | null
  readonly repository_key: string | null
  readonly issue_number: number | null
  readonly attempt: number
  readonly status: string
  readonly reason: string | null
  readonly decided_at: Date
  readonly finished_at: Date | null
  readonly ci_awaited_at: Date | null
  readonly ci_concluded_at: Date | null
  readonly cost_usd: number
  readonly confidence: number | null
  readonly policy_version: string | null
  readonly prompt_version: string | null
}

/** The condition of a scope on a column of time of `runs` in this statement. */
const isDecidedIn = ({ since, until, repositoryKey }: InsightScope): RawBuilder<boolean> =>
  sql<boolean>`decided_at >= ${since} and decided_at < ${until}
    and ${repositoryKey === null ? sql`true` : sql`repository_key = ${repositoryKey}`}`

/** The decided runs of a period, newest first, at most 10,001. */
export async function readDecided(
  db: Kysely<DB>,
  scope: InsightScope,
): Promise<readonly DecidedRun[]> {
  const { rows } = await selectDecided(scope).execute(db)
  return rows
}

export const selectDecided = (scope: InsightScope) => sql<DecidedRun>`
  select id, repository, repository_key, issue_number, attempt, status, reason, decided_at,
         finished_at, ci_awaited_at, ci_concluded_at, cost_usd, confidence, policy_version, prompt_version
    from runs where ${isDecidedIn(scope)}
   order by decided_at desc limit ${sql.lit(MAX_DECIDED + 1)}`

export interface DayCost {
  readonly day: string
  readonly model: string
  readonly usd: number
}

/** What the decided runs of a period cost, by day (UTC) and model. */
export async function readCosts(db: Kysely<DB>, scope: InsightScope): Promise<readonly DayCost[]> {
  const { rows } = await sql<DayCost>`
    select to_char(spend.day, 'YYYY-MM-DD') as day, model,
           sum(coalesce(settled_usd, reserved_usd))::float8 as usd
      from (select id from runs where ${isDecidedIn(scope)}
             order by decided_at desc limit ${sql.lit(MAX_DECIDED)}) as decided
      join spend on spend.run_id = decided.id
     group by 1, 2`.execute(db)
  return rows
}

/** The seconds that one run spent in one phase. */
export interface TimedPhase {
  readonly id: string
  readonly attempt: number
  readonly reason: string | null
  /** A status; `agent`: the workflow itself; `pause`: before the attempt. */
  readonly phase: string
  readonly seconds: number
}

export async function readPhases(
  db: Kysely<DB>,
  scope: InsightScope,
): Promise<readonly TimedPhase[]> {
  const { rows } = await sql<TimedPhase>`
    with sample as materialized (
      select id, attempt, reason, started_at, finished_at, parent_run_id
        from runs where ${isDecidedIn(scope)}
       order by decided_at desc limit ${sql.lit(MAX_TIMED)}),
    spans as (
      select run_id, to_status as phase,
             extract(epoch from lead(at) over (partition by run_id order by seq) - at) as seconds
        from sample join run_events on run_id = sample.id and kind = 'run'),
    timed as (
      select run_id, phase, sum(seconds) as seconds from spans
       where seconds is not null group by 1, 2
      union all
      select id, 'agent', extract(epoch from finished_at - started_at) from sample
       where finished_at >= started_at
      union all
      select sample.id, 'pause', extract(epoch from sample.started_at - parent.decided_at)
        from sample join runs as parent on parent.id = sample.parent_run_id
       where sample.started_at >= parent.decided_at)
    select sample.id, attempt, reason, phase, seconds::float8
      from timed join sample on sample.id = timed.run_id`.execute(db)
  return rows
}

export interface HangingRun {
  readonly id: string
  readonly repository: string | null
  readonly repository_key: string | null
  readonly issue_number: number | null
  readonly issue_title: string | null
  readonly status: string
  readonly seconds: number
}

/** The runs that wait now, those that have waited longest of each status. */
export async function readHanging(
  db: Kysely<DB>,
  repositoryKey: string | null,
): Promise<readonly HangingRun[]> {
  const { rows } = await sql<HangingRun>`
    select waiting.* from unnest(${[...waitingStatuses]}::text[]) as wanted, lateral (
      select id, repository, repository_key, issue_number, issue_title, status,
             extract(epoch from now() - status_since)::float8 as seconds
        from runs
       where status = wanted and status in (${sql.raw(waitingStatuses.map((one) => `'${one}'`).join(', '))})
         and ${repositoryKey === null ? sql`true` : sql`repository_key = ${repositoryKey}`}
       order by status_since limit ${sql.lit(MAX_HANGING)}) as waiting`.execute(db)
  return rows
}
const waitingStatuses = [
  'notified',
  'run_complete',
  'waiting_for_ci',
  'waiting_for_review',
  'judging',
  'needs_human',
] as const

/** How long each question of a period waited for its answer, in seconds. */
export async function readAnswerTimes(
  db: Kysely<DB>,
  { since, until, repositoryKey }: InsightScope,
): Promise<readonly number[]> {
  const { rows } = await sql<{ seconds: number }>`
    select extract(epoch from answered_at - escalations.created_at)::float8 as seconds
      from escalations join runs on runs.id = escalations.run_id
     where state = 'answered' and answered_at >= ${since} and answered_at < ${until}
       and ${repositoryKey === null ? sql`true` : sql`repository_key = ${repositoryKey}`}
     order by answered_at desc limit ${sql.lit(MAX_ANSWERS)}`.execute(db)
  return rows.map(({ seconds }) => seconds)
}

export interface LabelledVerdict {
  readonly confidence: number
  readonly agrees: boolean
}

/** What people said about verdicts in a period. */
export async function readLabels(
  db: Kysely<DB>,
  { since, until, repositoryKey }: InsightScope,
): Promise<readonly LabelledVerdict[]> {
  const { rows } = await sql<LabelledVerdict>`
    select (answer ->> 'confidence')::float8 as confidence, agrees
      from verdict_labels
      join verdicts on verdicts.id = verdict_id
      join runs on runs.id = verdicts.run_id
     where verdict_labels.at >= ${since} and verdict_labels.at < ${until}
       and jsonb_typeof(answer -> 'confidence') = 'number'
       and ${repositoryKey === null ? sql`true` : sql`repository_key = ${repositoryKey}`}
     order by verdict_labels.at desc limit ${sql.lit(MAX_ANSWERS)}`.execute(db)
  return rows
}

export interface FlakyCheck {
  readonly repository: string
  readonly name: string
  readonly flips: number
  readonly runs: number
  readonly saved: number
}

/** The checks that flipped on the most commits in a period. */
export async function readFlaky(
  db: Kysely<DB>,
  { since, until, repositoryKey }: InsightScope,
): Promise<readonly FlakyCheck[]> {
  const { rows } = await sql<FlakyCheck>`
    with flips as materialized (
      select * from flakes
       where seen_at >= ${since} and seen_at < ${until}
         and ${repositoryKey === null ? sql`true` : sql`repository_key = ${repositoryKey}`}
       order by seen_at desc limit ${sql.lit(MAX_FLIPS)}),
    worst as (
      select repository_key, max(repository) as repository, app, workflow, event, name,
             count(*)::int as flips, array_agg(commit_sha) as commits
        from flips group by repository_key, app, workflow, event, name
       order by flips desc, name limit ${sql.lit(MAX_FLAKY)})
    select repository, name, flips, judged.runs, judged.saved
      from worst, lateral (
        select count(*)::int as runs,
               count(*) filter (where reason is distinct from 'ci_failed')::int as saved
          from runs where commit_sha = any(worst.commits)
           and runs.repository_key = worst.repository_key) as judged
     order by flips desc, name`.execute(db)
  return rows
}
