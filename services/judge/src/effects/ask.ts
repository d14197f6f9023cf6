import type { Kysely, Transaction } from 'kysely'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { EffectOf } from '../decide/effect.ts'
import { coverageFault } from '../judge/check-answer.ts'
import { MAX_OUTPUT_TOKENS, settledCost, type Usage, worstCase } from '../judge/cost.ts'
import type { Model, Reply } from '../judge/port.ts'
import type { Prompt } from '../judge/prompt.ts'
import { readPrompt } from '../judge/stored-prompt.ts'
import { estimateTokens } from '../judge/tokens.ts'
import type { Verdict } from '../judge/verdict.ts'
import { Failure, isFailure } from '../lib/failure.ts'
import { newId } from '../lib/ids.ts'
import type { Mask } from '../lib/mask.ts'
import { clip, tidyText } from '../lib/text.ts'
import type { Performer, Settlement, Try } from './performer.ts'
import { type Payer, reserve, settleSpend } from './reserve.ts'

export interface AskPorts {
  readonly db: Kysely<DB>
  /** The model of that name, or null where it cannot be asked. */
  readonly model: (name: string) => Model | null
  readonly mask: Mask
  /** Told once of each call and each refusal to call, for the metrics. */
  readonly counted: (call: {
    readonly model: string
    readonly outcome: 'valid' | 'invalid' | 'budget' | 'failed'
    readonly usage: Usage | null
    readonly costUsd: number
  }) => void
}

/** The schema and what the protocol puts around a prompt, in tokens. */
const ENVELOPE_TOKENS = 2_000
/** What is kept of the text a model wrote. */
const MAX_RAW_CHARS = 200_000

/**
 * Asks one model the question that was stored when it was decided to ask. It reads nothing of the
 * world: no head, no diff, no policy, so that the answer is about exactly what it says it is about.
 * The money is set aside before each try, and what it did cost is booked in the transaction that
 * stores the verdict.
 *
 * An answer that is off the schema or leaves out a requirement is stored as `invalid`, with its
 * fault; whether citations hold is checked where the diff and the files are known
 * (`checkVerdicts`). A model that gives no answer is a failure and no verdict.
 */
export function askPerformer(ports: AskPorts): Performer<EffectOf<'ask'>> {
  return {
    async perform(effect, attempt) {
      const model = ports.model(effect.model)
      if (model === null)
        throw new Failure(
          'forbidden',
          `${effect.model} cannot be asked: nothing here knows it, or its credentials are not set`,
        )
      const [prompt, payer] = await Promise.all([
        promptOf(ports.db, effect.promptDigest),
        payerOf(ports.db, attempt),
      ])
      const user = await ports.mask(prompt.user)
      const worst = worstCase(
        estimateTokens(prompt.system) + estimateTokens(user) + ENVELOPE_TOKENS,
        effect.money,
      )
      const reservation = await reserve(ports.db, payer, {
        usd: worst,
        model: effect.model,
        money: effect.money,
      })
      if (reservation.kind === 'over')
        return overBudget(ports, { effect, attempt, prompt, because: reservation.because })
      const spent = { id: reservation.id, usd: worst }
      const reply = await model
        .ask({
          system: prompt.system,
          user,
          timeout: effect.timeout,
          maxOutputTokens: MAX_OUTPUT_TOKENS,
          now: attempt.now,
          signal: attempt.signal,
        })
        .catch(async (error: unknown) => {
          throw await unanswered(ports, { effect, attempt, payer, spent, error })
        })
      return answered(ports, { effect, attempt, prompt, payer, spent, reply })
    },
  }
}

async function promptOf(db: Kysely<DB>, digest: string): Promise<Prompt> {
  const blob = await db
    .selectFrom('blobs')
    .select('content')
    .where('digest', '=', digest)
    .executeTakeFirst()
  const prompt = blob ? readPrompt(blob.content) : null
  if (prompt === null)
    throw new Failure('refused', `the prompt ${digest.slice(0, 12)} is not stored`)
  return prompt
}

async function payerOf(db: Kysely<DB>, { runId }: Try): Promise<Payer> {
  const run = await db
    .selectFrom('runs')
    .select(['repository', 'issue_number'])
    .where('id', '=', runId)
    .executeTakeFirstOrThrow()
  if (run.repository === null || run.issue_number === null)
    throw new Failure('refused', 'a run without repository and issue has no budget')
  return { runId, repository: run.repository, issueNumber: run.issue_number }
}

interface Asked {
  readonly effect: EffectOf<'ask'>
  readonly attempt: Try
  readonly prompt: Prompt
}

function overBudget(ports: AskPorts, asked: Asked & { readonly because: string }): Settlement {
  const { effect, because } = asked
  return {
    state: 'done',
    because: `not asked: ${because}`,
    answer: { result: 'budget' },
    also: async (trx) => {
      await writeVerdict(trx, asked, {
        result: { kind: 'budget', because },
        reply: null,
        costUsd: 0,
      })
      ports.counted({ model: effect.model, outcome: 'budget', usage: null, costUsd: 0 })
    },
  }
}

function answered(
  ports: AskPorts,
  asked: Asked & {
    readonly payer: Payer
    readonly spent: { readonly id: string; readonly usd: number }
    readonly reply: Reply
  },
): Settlement {
  const { effect, prompt, payer, spent, reply } = asked
  const result = resultOf(reply, prompt)
  const costUsd = settledCost(reply.usage, spent.usd, effect.money)
  const because =
    result.kind === 'valid'
      ? `${effect.model} says ${result.answer.decision} with confidence ${result.answer.confidence}`
      : `${effect.model} gave no usable answer: ${result.fault}`
  return {
    state: 'done',
    because,
    answer: { result: result.kind, costUsd, tookMs: reply.tookMs },
    also: async (trx) => {
      await writeVerdict(trx, asked, { result, reply, costUsd })
      await settleSpend(trx, payer.runId, { id: spent.id, usd: costUsd })
      // After the money, which takes the locks in everybody's order.
      await trx
        .updateTable('runs')
        .set({ prompt_version: prompt.version })
        .where('id', '=', payer.runId)
        .execute()
      ports.counted({ model: effect.model, outcome: result.kind, usage: reply.usage, costUsd })
    },
  }
}

function resultOf(
  { read }: Reply,
  prompt: Prompt,
): Extract<Verdict['result'], { kind: 'valid' | 'invalid' }> {
  if (read.kind === 'fault') return { kind: 'invalid', fault: read.fault }
  const fault = coverageFault(read.answer, prompt.requirements)
  return fault === null ? { kind: 'valid', answer: read.answer } : { kind: 'invalid', fault }
}

/**
 * No answer. What was certainly not carried out gives its money back; what may have been keeps it
 * at its worst case. Such a question can be asked again without looking first (a call paid for
 * twice is allowed, and nothing outside has changed), so it counts as a failed try, and patience
 * with the model ends.
 */
async function unanswered(
  ports: AskPorts,
  failed: {
    effect: EffectOf<'ask'>
    attempt: Try
    payer: Payer
    spent: { id: string; usd: number }
    error: unknown
  },
): Promise<unknown> {
  const { effect, attempt, payer, spent, error } = failed
  if (attempt.signal.aborted) return error
  const unknown = !isFailure(error) || error.kind === 'unknown'
  const usd = unknown ? spent.usd : 0
  await transact(ports.db, (trx) => settleSpend(trx, payer.runId, { id: spent.id, usd })).catch(
    () => {
      // PostgreSQL is away: the reservation stays as it is, which is its worst case.
    },
  )
  ports.counted({ model: effect.model, outcome: 'failed', usage: null, costUsd: usd })
  return isFailure(error) && unknown
    ? new Failure('unavailable', error.message, { cause: error, retryAfter: error.retryAfter })
    : error
}

/** One row an answer, or a reason for not asking. */
async function writeVerdict(
  trx: Transaction<DB>,
  { effect, attempt, prompt }: Asked,
  told: { result: Verdict['result']; reply: Reply | null; costUsd: number },
): Promise<void> {
  const { result, reply, costUsd } = told
  await trx
    .insertInto('verdicts')
    .values({
      id: newId(),
      run_id: attempt.runId,
      effect_id: attempt.effectId,
      model: effect.model,
      commit_sha: effect.subject.commit,
      diff_digest: effect.subject.diffDigest,
      issue_digest: effect.subject.issueDigest,
      prompt_digest: effect.promptDigest,
      prompt_version: prompt.version,
      result: result.kind,
      answer: result.kind === 'valid' ? JSON.stringify(result.answer) : null,
      fault:
        result.kind === 'valid' ? null : result.kind === 'invalid' ? result.fault : result.because,
      raw: reply === null ? null : clip(tidyText(reply.text), MAX_RAW_CHARS),
      input_tokens: reply?.usage?.inputTokens ?? 0,
      cached_input_tokens: reply?.usage?.cachedInputTokens ?? 0,
      output_tokens: reply?.usage?.outputTokens ?? 0,
      cost_usd: costUsd,
      took_ms: reply?.tookMs ?? null,
    })
    .execute()
}
