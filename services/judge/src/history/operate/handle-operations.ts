import type { Kysely, Transaction } from 'kysely'
import type { Static } from 'typebox'
import { insertAudit } from '../../adapters/postgres/audit.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { buildProblemBody, Problem } from '../../lib/problem.ts'
import { describeAuditedAction } from '../../text/action-effect.ts'
import { createNotFoundProblem, parseId } from '../http/query.ts'
import { findRun, type RunDisplay, type RunReader } from '../runs/present-run.ts'
import type { answerBody, answersBody, pauseBody } from './body-schemas.ts'
import { findEscalation } from './escalations.ts'
import type { CommittedResponse, IdempotentResponse } from './idempotency.ts'
import type { AnswerOutcome, OperationResult, Operations } from './operations.ts'
import { endPause, listOpenPauses, startPause } from './pauses.ts'
import { lockQuarantineEntry } from './quarantine.ts'
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
  const issue = scope.issueNumber === null ? '' : `#${scope.issueNumber}`
  await insertAudit(trx, {
    ...scope,
    actor,
    action: change,
    runId: null,
    escalationId: null,
    note: body.reason,
    effect: describeAuditedAction({
      kind: change,
      scope: scope.repository === null ? 'every repository' : `${scope.repository}${issue}`,
    }),
  })
  return { status: 200, body: { ok: true, pauses: await listOpenPauses(trx) } }
}

/** The response to an action on a run: the run as it is now. Throws if it was not accepted. */
export async function presentResult(
  reader: RunReader,
  result: OperationResult,
  status = 202,
): Promise<CommittedResponse> {
  switch (result.kind) {
    case 'accepted':
      return {
        status,
        body: { ok: true, run: await findRun(reader, result.runId) },
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

interface AnswerDeps {
  readonly display: RunDisplay
  readonly actor: string
  readonly operations: Operations
}

/** Answers one question with one of its options. Throws a problem if that is not possible. */
export async function answerEscalation(
  trx: Transaction<DB>,
  { id, body }: { readonly id: string; readonly body: Static<typeof answerBody> },
  deps: AnswerDeps,
): Promise<CommittedResponse> {
  const escalationId = parseId(id)
  const answered = await answerEach(trx, { ids: [escalationId], ...body }, deps)
  const result = answered.get(escalationId) ?? { kind: 'not_found' as const }
  if (result.kind === 'not_offered') throw createNotOfferedProblem(result.offered)
  const response = await presentResult({ db: trx, display: deps.display }, result, 200)
  return result.kind === 'accepted'
    ? {
        ...response,
        body: { ok: true, ...(await presentAnswered(trx, escalationId, result, deps)) },
      }
    : response
}

/** Answers several questions alike; one that cannot be answered keeps no other from it. */
export async function answerEscalations(
  trx: Transaction<DB>,
  { body }: { readonly body: Static<typeof answersBody> },
  deps: AnswerDeps,
): Promise<CommittedResponse> {
  const ids = [...new Set(body.ids.map((id) => id.toLowerCase()))]
  const answered = await answerEach(trx, { ...body, ids }, deps)
  const results: unknown[] = []
  for (const id of ids) {
    const result = answered.get(id) ?? { kind: 'not_found' as const }
    const problem = toAnswerProblem(result)
    results.push(
      result.kind === 'accepted'
        ? { id, status: 200, ...(await presentAnswered(trx, id, result, deps)) }
        : { id, ...(problem === null ? {} : buildProblemBody(problem)) },
    )
  }
  return {
    status: 200,
    body: { ok: true, results },
    afterCommit: () => {
      for (const result of answered.values()) if (result.kind === 'accepted') result.afterCommit?.()
    },
  }
}

const answerEach = (
  trx: Transaction<DB>,
  { ids, option, note }: Static<typeof answersBody>,
  { actor, operations }: AnswerDeps,
) => operations.answer({ escalationIds: ids, option, note: note ?? null, actor }, trx)

const presentAnswered = async (
  trx: Transaction<DB>,
  id: string,
  { runId }: { runId: string },
  { display }: AnswerDeps,
) => ({
  escalation: await findEscalation(trx, id),
  run: await findRun({ db: trx, display }, runId),
})

function toAnswerProblem(result: AnswerOutcome): Problem | null {
  switch (result.kind) {
    case 'accepted':
      return null
    case 'conflict':
      return new Problem('conflict', result.because)
    case 'not_offered':
      return createNotOfferedProblem(result.offered)
    case 'not_found':
      return createNotFoundProblem()
    default:
      return result satisfies never
  }
}

const createNotOfferedProblem = (offered: readonly string[]): Problem =>
  createInvalidProblem([
    {
      path: '/option',
      message: `is not offered by this question; it offers ${offered.join(', ')}`,
    },
  ])

/** Replays a quarantined message, which leaves the quarantine in the same transaction. */
export async function replayQuarantined(
  trx: Transaction<DB>,
  {
    id,
    corrected,
    actor,
  }: { readonly id: string; readonly corrected: unknown; readonly actor: string },
  operations: Operations,
): Promise<CommittedResponse> {
  const message = await lockQuarantineEntry(trx, parseId(id))
  if (message === null) throw createNotFoundProblem()
  if (message.replayedAt !== null)
    throw new Problem('conflict', 'This message was already replayed.')
  const { answer, afterCommit } = await operations.replay(message, corrected, trx)
  await trx
    .updateTable('inbox')
    .set({ replayed_at: new Date(), replayed_as: answer.event.id })
    .where('id', '=', message.id)
    .execute()
  await insertAudit(trx, {
    actor,
    action: 'replay',
    runId: null,
    escalationId: null,
    repository: null,
    issueNumber: null,
    note: null,
    effect: describeAuditedAction({ kind: 'replay' }),
  })
  return { status: 202, body: answer, afterCommit }
}
