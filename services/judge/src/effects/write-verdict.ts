import type { Transaction } from 'kysely'
import { encodeJsonb } from '../adapters/postgres/encode-jsonb.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { EffectByKind } from '../decide/effect.ts'
import type { ModelReply } from '../judge/port.ts'
import type { Prompt } from '../judge/prompt.ts'
import type { Verdict } from '../judge/verdict.ts'
import { newId } from '../lib/ids.ts'
import { clip, sanitizeText } from '../lib/text.ts'
import type { EffectTry } from './performer.ts'

/** A question that a verdict answers. */
export interface AskedQuestion {
  readonly effect: EffectByKind<'ask'>
  readonly effectTry: EffectTry
  readonly prompt: Prompt
}

/** The stored part of a model's raw answer. */
const MAX_RAW_CHARS = 200_000

/** The column `verdicts.answer`: the model's answer, or which budget did not allow to ask. */
function toStoredAnswer(result: Verdict['result']): string | null {
  if (result.kind === 'valid') return encodeJsonb(result.answer)
  return result.kind === 'budget' ? encodeJsonb({ budget: result.budget }) : null
}

/** Inserts one row for an answer, or for the reason why the model was not asked. */
export async function writeVerdict(
  trx: Transaction<DB>,
  { effect, effectTry, prompt }: AskedQuestion,
  outcome: {
    readonly result: Verdict['result']
    readonly reply: ModelReply | null
    readonly costUsd: number
    readonly reusedFrom?: string
  },
): Promise<void> {
  const { result, reply, costUsd, reusedFrom = null } = outcome
  await trx
    .insertInto('verdicts')
    .values({
      id: newId(),
      run_id: effectTry.runId,
      effect_id: effectTry.effectId,
      model: effect.model,
      commit_sha: effect.subject.commit,
      diff_digest: effect.subject.diffDigest,
      issue_digest: effect.subject.issueDigest,
      prompt_digest: effect.promptDigest,
      prompt_version: prompt.version,
      result: result.kind,
      answer: toStoredAnswer(result),
      fault:
        result.kind === 'valid' ? null : result.kind === 'invalid' ? result.fault : result.because,
      raw: reply === null ? null : clip(sanitizeText(reply.text), MAX_RAW_CHARS),
      input_tokens: reply?.usage?.inputTokens ?? 0,
      cached_input_tokens: reply?.usage?.cachedInputTokens ?? 0,
      output_tokens: reply?.usage?.outputTokens ?? 0,
      cost_usd: costUsd,
      took_ms: reply?.tookMs ?? null,
      reused_from: reusedFrom,
    })
    .execute()
}

/** Notes on the run which version of the prompt its models were asked with. */
export const writePromptVersion = (trx: Transaction<DB>, { runId }: EffectTry, prompt: Prompt) =>
  trx.updateTable('runs').set({ prompt_version: prompt.version }).where('id', '=', runId).execute()
