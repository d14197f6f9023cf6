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
 * Which run a message belongs to, best proof first: the workflow's uid; its namespace and name,
 * among those whose time fits; its name; its branch, while the run is open. Never a run of another
 * repository: two forks may use the same workflow names. A finished workflow only joins a run that
 * has no uid of its own; a known uid is a known run.
 */
export async function findTarget(
  db: Kysely<DB> | Transaction<DB>,
  message: RunMessage,
): Promise<RunRow | null> {
  const { claims } = message
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
      .$call((query) => fittingInTime(query, message))
      .executeTakeFirst()
    if (named || message.kind !== 'workflow.finished') return named ?? null
  }
  if (claims.repository === null || claims.branch === null) return null
  const onBranch = await candidates
    .where('repository_key', '=', claims.repository.toLowerCase())
    .where('branch', '=', claims.branch)
    .where('status', 'in', openStatuses)
    // A completion that has a name is not the one of an announcement that named another workflow.
    .$if(claims.workflowName !== null, (query) => query.where('workflow_name', 'is', null))
    .executeTakeFirst()
  return onBranch ?? null
}

/**
 * The run that another stage's workflow of its own is about: the newest of its issue (where that is
 * not known, of its branch) that had started by then.
 */
export async function findReported(
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
          eb('started_at', '<=', new Date((startedAt ?? 0) + CLOCK_SLACK)),
        ]),
      ),
    )
    .orderBy('started_at', (order) => order.desc().nullsLast())
    .orderBy('created_at', 'desc')
    .executeTakeFirst()
  return run?.id ?? null
}

/**
 * A name is used again after its workflow is deleted: a message issued before a run started is not
 * about that run.
 */
function fittingInTime<Q extends SelectQueryBuilder<DB, 'runs', RunRow>>(
  query: Q,
  message: RunMessage,
) {
  const { startedAt } = message.claims
  const issuedAt = message.kind === 'run.enriched' ? message.enrichment.issuedAt : null
  if (issuedAt !== null) {
    return query.where(({ or, eb }) =>
      or([eb('started_at', 'is', null), eb('started_at', '<=', new Date(issuedAt + CLOCK_SLACK))]),
    )
  }
  if (message.kind === 'workflow.finished' && startedAt !== null) {
    const issued = sql<number>`coalesce((enrichment->>'issuedAt')::double precision, 'infinity')`
    return query.where(issued, '>=', startedAt - CLOCK_SLACK)
  }
  return query
}

/** How far two machines' clocks may differ before a message's time speaks against a run. */
const CLOCK_SLACK = 120_000
