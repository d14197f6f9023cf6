import { sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../../adapters/postgres/encode-jsonb.ts'
import { lockEscalations } from '../../adapters/postgres/leave-escalations.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { HistoryEntry } from '../../correlate/append-history.ts'
import type { EndStep, EscalationDraft } from '../../decide/step.ts'
import { newId } from '../../lib/ids.ts'
import { toIso, toIsoOrNull } from '../../lib/instant.ts'
import type { CommitInput } from './commit-input.ts'

/** What followed from a question that a run ended with. */
export interface OpenedEscalation {
  readonly entries: readonly HistoryEntry[]
  /** The message that is not sent, because the question was asked already; null: none. */
  readonly omittedMessage: string | null
}

/** Asks the question that a run ends with, if any. */
export const askQuestion = async (
  trx: Transaction<DB>,
  input: CommitInput,
  { escalation, ...step }: EndStep,
): Promise<OpenedEscalation> =>
  escalation === null
    ? { entries: [], omittedMessage: null }
    : openEscalation(trx, input, { ...step, escalation })

/**
 * Opens the question that a run ends with, or lets the run join the open one of the same cause.
 * Runs that end at the same time wait for each other under the lock of the cause, so there is one
 * question. Its message is brought up to date when the escalation is reconciled.
 */
async function openEscalation(
  trx: Transaction<DB>,
  input: CommitInput,
  { escalation, ...step }: EndStep & { readonly escalation: EscalationDraft },
): Promise<OpenedEscalation> {
  const { run } = input.loaded
  const { shared } = escalation
  const messageKey =
    step.effects.find(({ effect }) => effect.kind === 'discord' && effect.what === 'escalation')
      ?.effect.key ?? null
  if (shared !== null) await lockEscalations(trx, shared.key)
  const joined =
    shared === null
      ? null
      : await joinEscalation(trx, input, { draft: escalation, key: shared.key })
  const id = joined?.id ?? newId()
  if (joined === null)
    await trx
      .insertInto('escalations')
      .values({
        id,
        run_id: run.id,
        type: escalation.type,
        reason: step.reason,
        question: escalation.question,
        options: encodeJsonb(escalation.options),
        recommendation: escalation.recommendation,
        remind_at: toIso(escalation.remindAt),
        deadline_at: toIso(escalation.deadline),
        message_key: messageKey,
        ...(shared === null
          ? {}
          : {
              group_key: shared.key,
              cause: encodeJsonb(shared.cause),
              probe_at: toIsoOrNull(shared.probeAt),
              due_at: sql<Date>`now()`,
            }),
      })
      .execute()
  // Not `now()`, which is when the transaction began: the order is that of the lock.
  const joinedAt = sql<Date>`clock_timestamp()`
  await trx
    .insertInto('escalation_runs')
    .values({ escalation_id: id, run_id: run.id, joined_at: joinedAt })
    .onConflict((conflict) =>
      conflict
        .columns(['escalation_id', 'run_id'])
        .doUpdateSet({ joined_at: joinedAt, left_at: null }),
    )
    .execute()
  return {
    omittedMessage: joined === null ? null : messageKey,
    entries: isAnnounced(joined?.runs ?? 0)
      ? [
          {
            kind: 'escalation',
            runId: run.id,
            escalationId: id,
            because: escalation.question,
            causedBy: input.causedBy,
          },
        ]
      : [],
  }
}

/**
 * Each event of the history stream shows all runs of an escalation, so a long list is not sent with
 * each of thousands of runs.
 */
const isAnnounced = (runs: number): boolean => runs < 50 || runs % 50 === 0

/**
 * Joins the open escalation of a cause; null if there is none. Every run gives people the full time
 * to answer, but the question is not asked again.
 */
async function joinEscalation(
  trx: Transaction<DB>,
  { loaded }: CommitInput,
  { draft, key }: { readonly draft: EscalationDraft; readonly key: string },
): Promise<{ readonly id: string; readonly runs: number } | null> {
  const open = await trx
    .updateTable('escalations')
    .set({
      deadline_at: sql<Date>`greatest(deadline_at, ${toIso(draft.deadline)}::timestamptz)`,
      due_at: sql<Date>`now()`,
    })
    .where('group_key', '=', key)
    .where('state', '=', 'open')
    .returning('id')
    .executeTakeFirst()
  if (open === undefined) return null
  const { runs } = await trx
    .selectFrom('escalation_runs')
    .select(sql<number>`count(*)::int`.as('runs'))
    .where('escalation_id', '=', open.id)
    .where('run_id', '!=', loaded.run.id)
    .where('left_at', 'is', null)
    .executeTakeFirstOrThrow()
  return { id: open.id, runs }
}
