import { type Kysely, sql, type Transaction } from 'kysely'
import { viewEffect } from '../../adapters/postgres/effect-rows.ts'
import {
  type RunRow,
  readAttempt,
  readEnrichment,
  readEvidence,
  readRun,
  readUnreadableSince,
} from '../../adapters/postgres/rows.ts'
import {
  readEscalation,
  readHeads,
  readVerdict,
  type SeenHead,
} from '../../adapters/postgres/tick-rows.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Evidence } from '../../artifacts/evidence.ts'
import type { EffectSeen, OpenEscalation } from '../../decide/facts.ts'
import type { Verdict } from '../../judge/verdict.ts'
import { type Instant, instant } from '../../lib/instant.ts'
import type { Enrichment } from '../../run/event.ts'
import type { Attempt, Run } from '../../run/run.ts'

/**
 * A run in hand, with everything of ours that a decision about it needs. The world outside is not
 * in here.
 */
export interface Loaded {
  readonly row: RunRow
  readonly run: Run
  /**
   * Postgres's clock, read with the run: no replica's own clock sets a time that another compares.
   */
  readonly now: Instant
  readonly enrichment: Enrichment | null
  /** What an earlier look read of the artifacts, masked; null: not read yet. */
  readonly evidence: Evidence | null
  readonly unreadableSince: Readonly<Record<string, number>>
  readonly siblings: readonly Attempt[]
  readonly effects: readonly EffectSeen[]
  readonly verdicts: readonly Verdict[]
  readonly heads: readonly SeenHead[]
  readonly escalation: OpenEscalation | null
  readonly issue: {
    readonly grantedAttempts: number
    readonly lastOrdinal: number
    readonly title: string | null
    readonly body: string | null
    readonly url: string | null
    readonly frozenAt: Instant | null
  } | null
}

/**
 * Takes the run's lease and reads it, or gives null: it is not due, or somebody else is looking at
 * it. One look at a time saves work; what makes two of them harmless is the version that the commit
 * compares.
 *
 * While somebody looks, the run is due when the lease runs out. Whoever records something meanwhile
 * moves that forward, and so the commit can tell that another look was asked for, also by a signal
 * that no wait names and the counter does not count. The `due_at` handed back is the one before:
 * since when the run has waited for this look.
 */
export async function lease(
  db: Kysely<DB>,
  runId: string,
  seconds: number,
): Promise<{ row: RunRow; now: Instant } | null> {
  const row = await db
    .updateTable('runs')
    .from((eb) =>
      eb
        .selectFrom('runs as was')
        .select(['was.id', 'was.due_at as due'])
        .where('was.id', '=', runId)
        .forUpdate()
        .as('was'),
    )
    .set({
      looking_until: sql`now() + make_interval(secs => ${seconds})`,
      due_at: sql`now() + make_interval(secs => ${seconds})`,
    })
    .whereRef('runs.id', '=', 'was.id')
    .where('runs.due_at', '<=', sql<Date>`now()`)
    .where(({ or, eb }) =>
      or([eb('runs.looking_until', 'is', null), eb('runs.looking_until', '<', sql<Date>`now()`)]),
    )
    .returningAll('runs')
    .returning(['was.due', sql<Date>`now()`.as('now')])
    .executeTakeFirst()
  if (!row) return null
  const { now, due, ...rest } = row
  return { row: { ...rest, due_at: due }, now: instant(now) }
}

/**
 * Everything beside the run itself. Read after it, so it is never older than the version and the
 * nudges that were read with it.
 */
export async function load(db: Reads, row: RunRow, now: Instant): Promise<Loaded> {
  const [siblings, effects, verdicts, heads, escalation, issue] = await Promise.all([
    siblingsOf(db, row),
    effectsOf(db, row),
    db
      .selectFrom('verdicts')
      .selectAll()
      .where('run_id', '=', row.id)
      .where('discounted_at', 'is', null)
      .orderBy('at')
      .execute(),
    headsOf(db, row),
    db
      .selectFrom('escalations')
      .selectAll()
      .where('run_id', '=', row.id)
      .where('state', '=', 'open')
      .executeTakeFirst(),
    issueOf(db, row),
  ])
  return {
    row,
    run: readRun(row),
    now,
    enrichment: readEnrichment(row),
    evidence: readEvidence(row),
    unreadableSince: readUnreadableSince(row),
    siblings: siblings.map(readAttempt),
    effects: effects.map(viewEffect),
    verdicts: verdicts.map(readVerdict),
    heads: heads.map(readHeads),
    escalation: escalation ? readEscalation(escalation) : null,
    issue: issue
      ? {
          grantedAttempts: issue.granted_attempts,
          lastOrdinal: issue.last_ordinal,
          title: issue.title,
          body: issue.body,
          url: issue.url,
          frozenAt: issue.text_frozen_at === null ? null : instant(issue.text_frozen_at),
        }
      : null,
  }
}

type Reads = Kysely<DB> | Transaction<DB>

/** The older runs of the issue, oldest first; announcements left out. */
async function siblingsOf(db: Reads, { id, attempt, repository_key, issue_number }: RunRow) {
  if (repository_key === null || issue_number === null) return []
  return db
    .selectFrom('runs')
    .select([
      'id',
      'attempt',
      'status',
      'reason',
      'cause_reason',
      'started_at',
      'finished_at',
      'created_at',
      'failure_fingerprint',
      'diff_digest',
    ])
    .where('repository_key', '=', repository_key)
    .where('issue_number', '=', issue_number)
    .where('id', '!=', id)
    .where('status', '!=', 'notified')
    .where('attempt', '<', attempt)
    .orderBy('attempt')
    .execute()
}

/**
 * Wishes about the same outside object may stand under another run: a review is asked once a head,
 * whoever asked.
 */
function effectsOf(db: Reads, { id, commit_sha, repository_key }: RunRow) {
  return (
    db
      .selectFrom('effects')
      .selectAll()
      .where(({ or, and, eb }) =>
        or([
          eb('run_id', '=', id),
          ...(commit_sha !== null && repository_key !== null
            ? [
                and([
                  eb('kind', 'in', ['requestReview', 'rerunChecks', 'status']),
                  eb(sql<string>`payload->>'commit'`, '=', commit_sha),
                  eb(sql<string>`lower(payload->>'repository')`, '=', repository_key),
                ]),
              ]
            : []),
        ]),
      )
      // What was taken back before anything was sent never happened, and may be wished again.
      .where(({ not, and, eb }) =>
        not(
          and([
            eb('state', '=', 'replaced'),
            eb('kind', 'in', ['requestReview', 'rerunChecks', 'status']),
          ]),
        ),
      )
      .orderBy('sequence')
      .execute()
  )
}

async function headsOf(db: Reads, { repository_key, branch }: RunRow) {
  if (repository_key === null || branch === null) return []
  return db
    .selectFrom('heads')
    .selectAll()
    .where('repository_key', '=', repository_key)
    .where('branch', '=', branch)
    .execute()
}

async function issueOf(db: Reads, { repository_key, issue_number }: RunRow) {
  if (repository_key === null || issue_number === null) return undefined
  return db
    .selectFrom('issues')
    .selectAll()
    .where('repository_key', '=', repository_key)
    .where('issue_number', '=', issue_number)
    .executeTakeFirst()
}
