import type { Insertable, Kysely, Transaction } from 'kysely'
import type { DB, Runs } from '../../services/judge/src/adapters/postgres/types.generated.ts'
import {
  appendHistory,
  type HistoryEntry,
} from '../../services/judge/src/correlate/append-history.ts'
import { newId } from '../../services/judge/src/lib/ids.ts'
import type { Status } from '../../services/judge/src/run/lifecycle.ts'
import type { Reason } from '../../services/judge/src/run/reasons.ts'
import { toRunId } from '../../services/judge/src/run/run.ts'

const openStatuses: ReadonlySet<string> = new Set([
  'notified',
  'run_complete',
  'waiting_for_ci',
  'waiting_for_review',
  'judging',
])
const endReasons: Readonly<Record<string, string>> = {
  completed: 'accepted',
  needs_iteration: 'ci_failed',
  needs_human: 'merge_conflict',
  superseded: 'newer_run',
  closed: 'issue_closed',
}

/** Inserts a run with plausible defaults. Resolves to its id. */
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
      reason: openStatuses.has(status) ? null : (endReasons[status] ?? null),
      due_at: openStatuses.has(status) ? new Date() : null,
      ...given,
    })
    .execute()
  return id
}

/** Appends a transition to a run's history, and announces it as the service does. */
export async function seedTransition(
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
  await seedHistory(db, {
    kind: 'run',
    runId: toRunId(id),
    from,
    to,
    reason,
    because,
    causedBy: 'timer',
  })
}

export const seedHistory = (db: Kysely<DB>, entry: HistoryEntry): Promise<void> =>
  db.transaction().execute((trx: Transaction<DB>) => appendHistory(trx, [entry]))

/** Inserts an open escalation of a run. Resolves to its id. */
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

/** Inserts a check that failed and then passed on one commit. */
export async function seedFlake(
  db: Kysely<DB>,
  {
    repository = 'acme/widgets',
    workflow = 'CI',
    event = 'push',
    name = 'unit',
    commit = 'a'.repeat(40),
    at = '2026-11-30T00:00:00.000Z',
  }: Readonly<
    Partial<Record<'repository' | 'workflow' | 'event' | 'name' | 'commit' | 'at', string>>
  > = {},
): Promise<void> {
  await db
    .insertInto('flakes')
    .values({
      repository_key: repository.toLowerCase(),
      repository,
      app: 'github-actions',
      workflow,
      event,
      name,
      commit_sha: commit,
      seen_at: at,
    })
    .execute()
}
