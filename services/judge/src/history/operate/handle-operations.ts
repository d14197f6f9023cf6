import type { Kysely, Transaction } from 'kysely'
import type { Static } from 'typebox'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { Problem } from '../../lib/problem.ts'
import { createNotFoundProblem, parseId } from '../http/query.ts'
import { findRun } from '../runs/present-run.ts'
import type { answerBody, pauseBody } from './body-schemas.ts'
import { findEscalation } from './escalations.ts'
import type { CommittedResponse, IdempotentResponse } from './idempotency.ts'
import type { OperationResult, Operations } from './operations.ts'
import { endPause, listOpenPauses, startPause } from './pauses.ts'
import { findQuarantineEntry } from './quarantine.ts'
import { createInvalidProblem } from './request-body.ts'

/*
 * The responses to what people do. They are computed in the transaction that stores them; how a run
 * is changed is the business of `Operations`.
 */

export async function changePauses(
  trx: Kysely<DB>,
  change: 'pause' | 'unpause',
  { body, actor }: { readonly body: Static<typeof pauseBody>; readonly actor: string },
): Promise<IdempotentResponse> {
  const scope = { repository: body.repository ?? null, issueNumber: body.issueNumber ?? null }
  if (scope.issueNumber !== null && scope.repository === null) {
    throw createInvalidProblem([{ path: '/repository', message: 'is required with issueNumber' }])
  }
  await (change === 'pause' ? startPause : endPause)(trx, scope, { reason: body.reason, actor })
  return { status: 200, body: { ok: true, pauses: await listOpenPauses(trx) } }
}

/** The response to an action on a run: the run as it is now. Throws if it was not accepted. */
export async function presentResult(
  trx: Kysely<DB>,
  result: OperationResult,
  status = 202,
): Promise<CommittedResponse> {
  switch (result.kind) {
    case 'accepted':
      return {
        status,
        body: { ok: true, run: await findRun(trx, result.runId) },
        afterCommit: result.afterCommit,
      }
    case 'conflict':
      throw new Problem('conflict', result.because)
    case 'not_found':
      throw createNotFoundProblem()
    default:
      return result satisfies never
  }
}

/**
 * Answers a question. The question offers only the options that make sense for its reason, but a
 * person may give any of the four, because each is an action by itself.
 */
export async function answerEscalation(
  trx: Transaction<DB>,
  {
    id,
    body,
    actor,
  }: { readonly id: string; readonly body: Static<typeof answerBody>; readonly actor: string },
  operations: Operations,
): Promise<CommittedResponse> {
  const escalationId = parseId(id)
  const escalation = await findEscalation(trx, escalationId)
  if (escalation === null) throw createNotFoundProblem()
  const result = await operations.answer(
    { escalationId, option: body.option, note: body.note ?? null, actor },
    trx,
  )
  const response = await presentResult(trx, result, 200)
  return result.kind === 'accepted'
    ? {
        ...response,
        body: {
          ok: true,
          escalation: await findEscalation(trx, escalationId),
          run: await findRun(trx, result.runId),
        },
      }
    : response
}

/** Replays a quarantined message, and removes it from the quarantine once it is recorded. */
export async function replayQuarantined(
  db: Kysely<DB>,
  { id, corrected }: { readonly id: string; readonly corrected: unknown },
  operations: Operations,
): Promise<IdempotentResponse> {
  const message = await findQuarantineEntry(db, parseId(id))
  if (message === null) throw createNotFoundProblem()
  if (message.replayedAt !== null)
    throw new Problem('conflict', 'This message was already replayed.')
  const recorded = await operations.replay(message, corrected)
  await db
    .updateTable('inbox')
    .set({ replayed_at: new Date(), replayed_as: recorded.event.id })
    .where('id', '=', message.id)
    .execute()
  return { status: 202, body: recorded }
}
