import type { Kysely } from 'kysely'
import { transact } from '../adapters/postgres/transact.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { EffectByKind } from '../decide/effect.ts'
import { findCoverageFault } from '../judge/check-answer.ts'
import {
  computeCost,
  type ExceededBudget,
  estimateWorstCase,
  MAX_OUTPUT_TOKENS,
  type Usage,
} from '../judge/cost.ts'
import type { Model, ModelReply } from '../judge/port.ts'
import type { Prompt } from '../judge/prompt.ts'
import { parsePrompt } from '../judge/stored-prompt.ts'
import { settleTestEdits } from '../judge/test-edits.ts'
import { estimateTokens } from '../judge/tokens.ts'
import type { Verdict } from '../judge/verdict.ts'
import { Failure, isFailure } from '../lib/failure.ts'
import type { Mask } from '../lib/mask.ts'
import { type EarlierAnswer, findEarlierAnswer } from './find-earlier-answer.ts'
import type { EffectTry, Performer, Settlement } from './performer.ts'
import { type Payer, reserve, settleSpend } from './reserve.ts'
import { type AskedQuestion, writePromptVersion, writeVerdict } from './write-verdict.ts'

export interface AskPerformerDeps {
  readonly db: Kysely<DB>
  /** The model of that name; null where it is unknown or has no credentials. */
  readonly findModel: (name: string) => Model | null
  readonly mask: Mask
  /**
   * Called once for each call of a model, and each call the budget forbids, after the commit that
   * books it. For the metrics.
   */
  readonly onCall: (call: {
    readonly model: string
    readonly outcome: 'valid' | 'invalid' | 'budget' | 'failed'
    readonly usage: Usage | null
    readonly costUsd: number
  }) => void
}

/** What the schema and the protocol add to a prompt, in tokens. */
const ENVELOPE_TOKENS = 2_000

/**
 * Asks one model the prompt that was stored when the question was decided. It reads no head, diff
 * or policy, so that the answer is about exactly the commit, diff and issue text it names. The
 * money is reserved before each try, and the actual cost is booked in the transaction that stores
 * the verdict. A question that the model answered before is not paid for again.
 *
 * An answer that violates the schema or leaves out a question is stored as `invalid`, with its
 * fault; one that says of an edit of tests that it checks less is stored as a fail. Citations are
 * checked later, where the diff and the files are known (`checkVerdicts`). A model that gives no
 * answer is a failure, not a verdict.
 */
export function createAskPerformer(deps: AskPerformerDeps): Performer<EffectByKind<'ask'>> {
  return {
    async perform(effect, effectTry) {
      const model = deps.findModel(effect.model)
      if (model === null)
        throw new Failure(
          'forbidden',
          `${effect.model} cannot be asked: the model is unknown, or its credentials are not set`,
        )
      const [prompt, payer] = await Promise.all([
        loadPrompt(deps.db, effect.promptDigest),
        loadPayer(deps.db, effectTry),
      ])
      // A probe wants to know whether the model answers at all.
      const earlier = effect.probe ? null : await findEarlierAnswer(deps.db, payer, effect)
      if (earlier !== null) return settleReused({ effect, effectTry, prompt }, earlier)
      const user = await deps.mask(prompt.user)
      const worst = estimateWorstCase(
        estimateTokens(prompt.system) + estimateTokens(user) + ENVELOPE_TOKENS,
        effect.money,
      )
      const reservation = await reserve(deps.db, payer, {
        effectId: effectTry.effectId,
        usd: worst,
        model: effect.model,
        money: effect.money,
      })
      for (const { model: name, usd } of reservation.abandoned)
        deps.onCall({ model: name, outcome: 'failed', usage: null, costUsd: usd })
      if (reservation.kind === 'over')
        return settleOverBudget(deps, { effect, effectTry, prompt, exceeded: reservation })
      const spent = { id: reservation.id, usd: worst }
      const reply = await model
        .ask({
          system: prompt.system,
          user,
          asksTestEdits: prompt.testEdits.length > 0,
          timeout: effect.timeout,
          maxOutputTokens: MAX_OUTPUT_TOKENS,
          now: effectTry.now,
          signal: effectTry.signal,
        })
        .catch(async (error: unknown) => {
          throw await bookUnanswered(deps, { effect, effectTry, payer, spent, error })
        })
      return settleAnswer(deps, { effect, effectTry, prompt, payer, spent, reply })
    },
  }
}

async function loadPrompt(db: Kysely<DB>, digest: string): Promise<Prompt> {
  const blob = await db
    .selectFrom('blobs')
    .select('content')
    .where('digest', '=', digest)
    .executeTakeFirst()
  const prompt = blob ? parsePrompt(blob.content) : null
  if (prompt === null)
    throw new Failure('refused', `the prompt ${digest.slice(0, 12)} is not stored`)
  return prompt
}

async function loadPayer(db: Kysely<DB>, { runId }: EffectTry): Promise<Payer> {
  const run = await db
    .selectFrom('runs')
    .select(['repository', 'issue_number'])
    .where('id', '=', runId)
    .executeTakeFirstOrThrow()
  if (run.repository === null || run.issue_number === null)
    throw new Failure('refused', 'a run without a repository and an issue has no budget')
  return { runId, repository: run.repository, issueNumber: run.issue_number }
}

/** Takes the answer that the same question had before. Nothing is asked, so nothing is spent. */
function settleReused(question: AskedQuestion, earlier: EarlierAnswer): Settlement {
  const { effect, effectTry, prompt } = question
  const { verdictId, answer } = earlier
  const said = `${answer.decision} with confidence ${answer.confidence}`
  return {
    state: 'done',
    because: `${effect.model} was asked the same before, and said ${said}`,
    answer: { result: 'valid', costUsd: 0, reusedFrom: verdictId },
    alsoWrite: async (trx) => {
      await writeVerdict(trx, question, {
        result: { kind: 'valid', answer },
        reply: null,
        costUsd: 0,
        reusedFrom: verdictId,
      })
      await writePromptVersion(trx, effectTry, prompt)
    },
  }
}

function settleOverBudget(
  deps: AskPerformerDeps,
  question: AskedQuestion & { readonly exceeded: ExceededBudget },
): Settlement {
  const { effect, exceeded } = question
  const { because, budget } = exceeded
  return {
    state: 'done',
    because: `the model was not asked: ${because}`,
    answer: { result: 'budget' },
    alsoWrite: async (trx) => {
      await writeVerdict(trx, question, {
        result: { kind: 'budget', because, budget },
        reply: null,
        costUsd: 0,
      })
    },
    afterCommit: () =>
      deps.onCall({ model: effect.model, outcome: 'budget', usage: null, costUsd: 0 }),
  }
}

function settleAnswer(
  deps: AskPerformerDeps,
  question: AskedQuestion & {
    readonly payer: Payer
    readonly spent: { readonly id: string; readonly usd: number }
    readonly reply: ModelReply
  },
): Settlement {
  const { effect, effectTry, prompt, payer, spent, reply } = question
  const result = toVerdictResult(reply, prompt)
  const costUsd = computeCost(reply.usage, spent.usd, effect.money)
  const because =
    result.kind === 'valid'
      ? `${effect.model} says ${result.answer.decision} with confidence ${result.answer.confidence}`
      : `${effect.model} gave no usable answer: ${result.fault}`
  return {
    state: 'done',
    because,
    answer: { result: result.kind, costUsd, tookMs: reply.tookMs },
    alsoWrite: async (trx) => {
      await writeVerdict(trx, question, { result, reply, costUsd })
      await settleSpend(trx, payer.runId, { id: spent.id, usd: costUsd })
      // After the money: every transaction locks the spend row before the run.
      await writePromptVersion(trx, effectTry, prompt)
    },
    afterCommit: () =>
      deps.onCall({ model: effect.model, outcome: result.kind, usage: reply.usage, costUsd }),
  }
}

function toVerdictResult(
  { read }: ModelReply,
  prompt: Prompt,
): Extract<Verdict['result'], { kind: 'valid' | 'invalid' }> {
  if (read.kind === 'fault') return { kind: 'invalid', fault: read.fault }
  const fault = findCoverageFault(read.answer, prompt)
  return fault === null
    ? { kind: 'valid', answer: settleTestEdits(read.answer, prompt.testEdits) }
    : { kind: 'invalid', fault }
}

/**
 * Books a call without an answer, and returns the failure to reject with. A call that was certainly
 * not made costs nothing; one that may have been made costs its worst case. An unknown result
 * becomes `unavailable`: asking again needs no lookup, because a call has no effect but its cost,
 * and as a failed try it counts against the patience with the model.
 */
async function bookUnanswered(
  deps: AskPerformerDeps,
  failed: {
    effect: EffectByKind<'ask'>
    effectTry: EffectTry
    payer: Payer
    spent: { id: string; usd: number }
    error: unknown
  },
): Promise<unknown> {
  const { effect, effectTry, payer, spent, error } = failed
  if (effectTry.signal.aborted) return error
  const isUnknown = !isFailure(error) || error.kind === 'unknown'
  const usd = isUnknown ? spent.usd : 0
  const isBooked = await transact(deps.db, (trx) =>
    settleSpend(trx, payer.runId, { id: spent.id, usd }),
  ).catch(() => {
    // PostgreSQL is unreachable: the reservation stays at its worst case, and the next one books it.
    return false
  })
  if (isBooked) deps.onCall({ model: effect.model, outcome: 'failed', usage: null, costUsd: usd })
  return isFailure(error) && isUnknown
    ? new Failure('unavailable', error.message, { cause: error, retryAfter: error.retryAfter })
    : error
}
