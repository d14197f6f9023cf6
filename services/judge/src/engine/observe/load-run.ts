import { type Kysely, sql, type Transaction } from 'kysely'
import { viewEffect } from '../../adapters/postgres/effect-rows.ts'
import { selectHeldEscalations } from '../../adapters/postgres/leave-escalations.ts'
import {
  readEscalation,
  readHead,
  readRelease,
  readVerdict,
} from '../../adapters/postgres/observed-rows.ts'
import {
  type RunRow,
  readAttempt,
  readEnrichment,
  readEvidence,
  readRun,
  readThreads,
  readUnreadableSince,
} from '../../adapters/postgres/rows.ts'
import type { DB, Json } from '../../adapters/postgres/types.generated.ts'
import type { Evidence } from '../../artifacts/evidence.ts'
import type { OpenEscalation, RecordedEffect, Release } from '../../decide/facts.ts'
import type { IssueMoney } from '../../judge/budget.ts'
import type { Verdict } from '../../judge/verdict.ts'
import { type Instant, toInstant, toInstantOrNull } from '../../lib/instant.ts'
import type { VerdictPrompt } from '../../receipt/decision-record.ts'
import type { Enrichment } from '../../run/event.ts'
import type { Attempt, Run, ThreadUsage } from '../../run/run.ts'
import type { SeenHead } from '../../run/seen-head.ts'

/**
 * A run with everything from our own database that a decision about it needs. What external systems
 * know is not part of it.
 */
export interface LoadedRun {
  readonly row: RunRow
  readonly run: Run
  /** Postgres's time, read with the run. Replicas never compare times of their own clocks. */
  readonly now: Instant
  readonly enrichment: Enrichment | null
  /** What an earlier reconciliation read from the artifacts, masked; null: not read yet. */
  readonly evidence: Evidence | null
  readonly unreadableSince: Readonly<Record<string, number>>
  readonly siblings: readonly Attempt[]
  /** What the agents of these runs reported for their threads. */
  readonly earlierThreads: readonly ThreadUsage[]
  readonly effects: readonly RecordedEffect[]
  readonly verdicts: readonly Verdict[]
  /** The prompts that the verdicts answer. */
  readonly prompts: readonly VerdictPrompt[]
  readonly heads: readonly SeenHead[]
  readonly escalation: OpenEscalation | null
  /** The end of a shared escalation that the run has not followed yet. */
  readonly release: Release | null
  readonly reconsiderAt: Instant | null
  readonly hasNewerRun: boolean
  readonly issue: {
    readonly grantedAttempts: number
    readonly money: IssueMoney
    readonly lastOrdinal: number
    readonly title: string | null
    readonly body: string | null
    readonly url: string | null
    readonly frozenAt: Instant | null
  } | null
}

/**
 * Loads everything besides the run's own row. It is read after that row, so it is never older than
 * the row's version and nudge counter.
 */
export async function loadRun(db: Connection, row: RunRow, now: Instant): Promise<LoadedRun> {
  const [siblings, effects, verdicts, heads, question, issue, hasNewerRun] = await Promise.all([
    loadSiblings(db, row),
    loadEffects(db, row),
    db
      .selectFrom('verdicts')
      .selectAll()
      .where('run_id', '=', row.id)
      .where('discounted_at', 'is', null)
      .orderBy('at')
      .execute(),
    loadHeads(db, row),
    loadQuestion(db, row),
    loadIssue(db, row),
    checkForNewerRun(db, row),
  ])
  return {
    row,
    run: readRun(row),
    now,
    enrichment: readEnrichment(row),
    evidence: readEvidence(row),
    unreadableSince: readUnreadableSince(row),
    siblings: siblings.map(readAttempt),
    earlierThreads: siblings.flatMap(readThreads),
    effects: effects.map((effect) => viewEffect(effect, now)),
    verdicts: verdicts.map(readVerdict),
    prompts: verdicts.map(({ id, prompt_digest, prompt_version }) => ({
      verdictId: id,
      promptDigest: prompt_digest,
      promptVersion: prompt_version,
    })),
    heads: heads.map(readHead),
    ...question,
    reconsiderAt: toInstantOrNull(row.reconsider_at),
    hasNewerRun,
    issue: issue
      ? {
          grantedAttempts: issue.granted_attempts,
          money: {
            runSpentUsd: Number(issue.runSpentUsd),
            spentUsd: Number(issue.spentUsd),
            grantedUsd: issue.granted_usd,
            raisedUsd: issue.raised_usd,
          },
          lastOrdinal: issue.last_ordinal,
          title: issue.title,
          body: issue.body,
          url: issue.url,
          frozenAt: issue.text_frozen_at === null ? null : toInstant(issue.text_frozen_at),
        }
      : null,
  }
}

type Connection = Kysely<DB> | Transaction<DB>

/** How many attempts back their records are read. */
const MAX_RECORDS = 20

/** The older runs of the issue, oldest first, without announced ones. */
async function loadSiblings(db: Connection, { id, attempt, repository_key, issue_number }: RunRow) {
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
      'commit_sha',
      'pr_url',
      'thread_id',
      'agent_usage',
      'agent_threads',
    ])
    .select(
      sql<Json | null>`case when attempt >= ${attempt - MAX_RECORDS} then attempt_record end`.as(
        'attempt_record',
      ),
    )
    .where('repository_key', '=', repository_key)
    .where('issue_number', '=', issue_number)
    .where('id', '!=', id)
    .where('status', '!=', 'notified')
    .where('attempt', '<', attempt)
    .orderBy('attempt')
    .execute()
}

/**
 * The run's effects, and those of other runs for the same external object: a review is requested
 * once a head, whichever run requested it.
 */
function loadEffects(db: Connection, { id, commit_sha, repository_key }: RunRow) {
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
      // An effect that was withdrawn before anything was sent never happened, and may be planned
      // again.
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

/** What the run waits for, if a person must act; only then it has a question. */
async function loadQuestion(
  db: Connection,
  { id, status }: RunRow,
): Promise<Pick<LoadedRun, 'escalation' | 'release'>> {
  if (status !== 'needs_human') return { escalation: null, release: null }
  const held = await selectHeldEscalations(db, id)
    .selectAll('escalations')
    .orderBy('escalations.created_at', 'desc')
    .execute()
  const open = held.find(({ state }) => state === 'open')
  const release = held.map(readRelease).find((found) => found !== null)
  return {
    escalation: open ? readEscalation(open, id) : null,
    release: open ? null : (release ?? null),
  }
}

/** Only a closed run that was opened again needs to know. */
async function checkForNewerRun(db: Connection, row: RunRow): Promise<boolean> {
  if (row.status !== 'closed' || row.repository_key === null || row.issue_number === null)
    return false
  const newer = await db
    .selectFrom('runs')
    .select('id')
    .where('repository_key', '=', row.repository_key)
    .where('issue_number', '=', row.issue_number)
    .where('attempt', '>', row.attempt)
    .where('status', 'not in', ['notified', 'superseded'])
    .where('unconfirmed', '=', false)
    .executeTakeFirst()
  return newer !== undefined
}

async function loadHeads(db: Connection, { repository_key, branch }: RunRow) {
  if (repository_key === null || branch === null) return []
  return db
    .selectFrom('heads')
    .selectAll()
    .where('repository_key', '=', repository_key)
    .where('branch', '=', branch)
    .execute()
}

async function loadIssue(db: Connection, { id, repository_key, issue_number }: RunRow) {
  if (repository_key === null || issue_number === null) return undefined
  const sum = (which: ReturnType<typeof sql<boolean>>) => sql<number>`(
    select coalesce(sum(coalesce(settled_usd, reserved_usd)), 0) from spend
     where spend.repository_key = ${repository_key} and spend.issue_number = ${issue_number}
       and ${which})`
  return db
    .selectFrom('issues')
    .selectAll()
    .select([
      sum(sql<boolean>`true`).as('spentUsd'),
      sum(sql<boolean>`run_id = ${id}`).as('runSpentUsd'),
    ])
    .where('repository_key', '=', repository_key)
    .where('issue_number', '=', issue_number)
    .executeTakeFirst()
}
