import type { Insertable, Kysely, Transaction } from 'kysely'
import type { DB, Runs } from '../../services/judge/src/adapters/postgres/types.generated.ts'
import { appendHistory, type Told } from '../../services/judge/src/correlate/history.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import type { Status } from '../../services/judge/src/run/lifecycle.ts'
import type { Reason } from '../../services/judge/src/run/reasons.ts'
import { runId } from '../../services/judge/src/run/run.ts'

const openStatuses: ReadonlySet<string> = new Set([
  'notified',
  'run_complete',
  'waiting_for_ci',
  'waiting_for_review',
  'judging',
])
const reasonOf: Readonly<Record<string, string>> = {
  completed: 'accepted',
  needs_iteration: 'ci_failed',
  needs_human: 'merge_conflict',
  superseded: 'newer_run',
  closed: 'issue_closed',
}

/**
 * A run as the service could have left it: what is not said has a value that the schema and a
 * reader find plausible.
 */
export async function seedRun(
  db: Kysely<DB>,
  given: Partial<Insertable<Runs>> = {},
): Promise<string> {
  const id = given.id ?? newId()
  const status = given.status ?? 'run_complete'
  await db
    .insertInto('runs')
    .values({
      id,
      repository: 'acme/widgets',
      issue_number: 41,
      branch: 'codex/issue-41',
      base: 'main',
      attempt: 1,
      stage: 'implementation',
      workflow_name: `codex-${id.slice(-6)}`,
      workflow_namespace: 'argo-workflows',
      workflow_uid: id,
      phase: 'Succeeded',
      prompt: 'Make the widget round.',
      status,
      reason: openStatuses.has(status) ? null : (reasonOf[status] ?? null),
      due_at: openStatuses.has(status) ? new Date() : null,
      ...given,
    })
    .execute()
  return id
}

/**
 * One line of a run's history, committed and announced as the service does it. Resolves to its
 * number.
 */
export async function tell(
  db: Kysely<DB>,
  id: string,
  change: {
    readonly from: Status | null
    readonly to: Status
    readonly reason?: Reason
    readonly because?: string
  },
): Promise<void> {
  const { from, to, reason = null, because = `it became ${to}` } = change
  await append(db, { kind: 'run', runId: runId(id), from, to, reason, because, causedBy: 'timer' })
}

export const append = (db: Kysely<DB>, told: Told): Promise<void> =>
  db.transaction().execute((trx: Transaction<DB>) => appendHistory(trx, [told]))

/** An open question about a run. */
export async function seedEscalation(db: Kysely<DB>, id: string): Promise<string> {
  const escalationId = newId()
  await db
    .insertInto('escalations')
    .values({
      id: escalationId,
      run_id: id,
      type: 'manual',
      reason: 'merge_conflict',
      question: 'Who resolves the conflict?',
      options: JSON.stringify([
        { id: 'resume', text: 'It is resolved.' },
        { id: 'rerun', text: 'Another attempt resolves it.' },
      ]),
      recommendation: 'rerun',
      deadline_at: new Date('2026-12-01T00:00:00Z'),
    })
    .execute()
  return escalationId
}
