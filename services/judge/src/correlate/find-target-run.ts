import { type Kysely, type SelectQueryBuilder, sql, type Transaction } from 'kysely'
import type { RunRow } from '../adapters/postgres/rows.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { Event } from '../run/event.ts'
import { openStatuses } from '../run/lifecycle.ts'

export type RunMessage = Extract<
  Event,
  { kind: 'workflow.finished' | 'run.enriched' | 'stage.reported' }
>

/**
 * Finds the run a message belongs to, by the best proof first: the workflow's uid; its name, with
 * its namespace if it is known, among runs of a fitting time; its branch, while the run is open.
 * Never a run of another repository, because two forks may use the same workflow names. A finished
 * workflow joins only a run without a uid, because a known uid is a known run. `about` is the run
 * for which Argo was asked, whose answer is about no other.
 */
export async function findTargetRun(
  db: Kysely<DB> | Transaction<DB>,
  message: RunMessage,
  about: string | null = null,
): Promise<RunRow | null> {
  const { claims } = message
  if (about !== null)
    return (
      (await db.selectFrom('runs').selectAll().where('id', '=', about).executeTakeFirst()) ?? null
    )
  if (claims.workflowUid !== null) {
    const known = await db
      .selectFrom('runs')
      .selectAll()
      .where('workflow_uid', '=', claims.workflowUid)
      .executeTakeFirst()
    if (known) return known
  }
  const candidates = db
    .selectFrom('runs')
    .selectAll()
    .$if(claims.workflowUid !== null, (query) => query.where('workflow_uid', 'is', null))
    .$if(message.kind === 'workflow.finished', (query) =>
      query.where(sql<boolean>`status = 'notified'`),
    )
    .$if(claims.repository !== null, (query) =>
      query.where(({ or, eb }) =>
        or([
          eb('repository_key', 'is', null),
          eb('repository_key', '=', (claims.repository ?? '').toLowerCase()),
        ]),
      ),
    )
    .orderBy('started_at', (order) => order.desc().nullsLast())
    .orderBy('created_at', 'desc')

  if (claims.workflowName !== null) {
    const named = await candidates
      .where('workflow_name', '=', claims.workflowName)
      .$if(claims.workflowNamespace !== null, (query) =>
        query.where(({ or, eb }) =>
          or([
            eb('workflow_namespace', 'is', null),
            eb('workflow_namespace', '=', claims.workflowNamespace),
          ]),
        ),
      )
      .$call((query) => filterByTime(query, message))
      .executeTakeFirst()
    if (named || message.kind !== 'workflow.finished') return named ?? null
  }
  if (claims.repository === null || claims.branch === null) return null
  const onBranch = await candidates
    .where('repository_key', '=', claims.repository.toLowerCase())
    .where('branch', '=', claims.branch)
    .where('status', 'in', openStatuses)
    // A named completion does not answer an announcement that named another workflow.
    .$if(claims.workflowName !== null, (query) => query.where('workflow_name', 'is', null))
    .executeTakeFirst()
  return onBranch ?? null
}

/**
 * Finds the run that another stage's separate workflow is about: the newest run of its issue, or of
 * its branch if the issue is unknown, that had started by then.
 */
export async function findReportedRun(
  db: Kysely<DB> | Transaction<DB>,
  { claims }: Extract<RunMessage, { kind: 'stage.reported' }>,
): Promise<string | null> {
  const { repository, issueNumber, branch, startedAt } = claims
  if (repository === null || (issueNumber === null && branch === null)) return null
  const run = await db
    .selectFrom('runs')
    .select('id')
    .where('repository_key', '=', repository.toLowerCase())
    .$if(issueNumber !== null, (query) => query.where('issue_number', '=', issueNumber))
    .$if(issueNumber === null, (query) => query.where('branch', '=', branch))
    .$if(startedAt !== null, (query) =>
      query.where(({ or, eb }) =>
        or([
          eb('started_at', 'is', null),
          eb('started_at', '<=', new Date((startedAt ?? 0) + MAX_CLOCK_SKEW_MS)),
        ]),
      ),
    )
    .orderBy('started_at', (order) => order.desc().nullsLast())
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  return run?.id ?? null
}

/**
 * Excludes runs that started after the message was issued: a workflow's name is used again once the
 * workflow is deleted.
 */
function filterByTime<Q extends SelectQueryBuilder<DB, 'runs', RunRow>>(
  query: Q,
  message: RunMessage,
) {
  const { startedAt } = message.claims
  const issuedAt = message.kind === 'run.enriched' ? message.enrichment.issuedAt : null
  if (issuedAt !== null) {
    return query.where(({ or, eb }) =>
      or([
        eb('started_at', 'is', null),
        eb('started_at', '<=', new Date(issuedAt + MAX_CLOCK_SKEW_MS)),
      ]),
    )
  }
  if (message.kind === 'workflow.finished' && startedAt !== null) {
    const issued = sql<number>`coalesce((enrichment->>'issuedAt')::double precision, 'infinity')`
    return query.where(issued, '>=', startedAt - MAX_CLOCK_SKEW_MS)
  }
  return query
}

/** How far the clocks of two machines may differ before times count as different. */
const MAX_CLOCK_SKEW_MS = 120_000
