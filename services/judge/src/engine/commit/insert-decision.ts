import type { Transaction } from 'kysely'
import { encodeJsonb } from '../../adapters/postgres/encode-jsonb.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { EndStep } from '../../decide/step.ts'
import { newId, sha256 } from '../../lib/ids.ts'
import { toIso } from '../../lib/instant.ts'
import { RELEASE } from '../../lib/release.ts'
import { sanitizeText } from '../../lib/text.ts'
import { formatParts, hasDiffText } from '../../receipt/decision-record.ts'
import { sealDecision } from '../../receipt/receipt.ts'
import type { CommitInput } from './commit-input.ts'
import { storeTexts } from './store-texts.ts'

/**
 * Records how a run ended, with everything that the decision was made from. Two runs may store the
 * same text at the same time and wait for each other: call it before the lock of a cause is taken.
 */
export async function insertDecision(
  trx: Transaction<DB>,
  input: CommitInput,
  step: EndStep,
): Promise<void> {
  const { loaded, observation, by } = input
  const { facts, policy } = observation
  const parts = collectParts(input, step)
  const decision = sealDecision({
    id: newId(),
    decidedAt: toIso(loaded.now),
    outcome: step.status,
    reason: step.reason,
    because: sanitizeText(step.because),
    by,
    commitSha: facts.run.commitSha,
    policyVersion: policy.version,
    release: RELEASE,
    judged: step.results.length > 0,
    parts: Object.fromEntries(parts.map(({ name, digest }) => [name, digest])),
  })
  const { id, decidedAt, release, judged, digest } = decision
  await storeTexts(
    trx,
    parts.flatMap(({ digest, content }) => (content === null ? [] : [{ digest, content }])),
  )
  // One statement, because the caller holds the lock of the issue.
  await trx
    .with('decided', (query) =>
      query
        .insertInto('decisions')
        .values({
          id,
          run_id: loaded.run.id,
          outcome: step.status,
          reason: step.reason,
          because: step.because,
          by_actor: by,
          policy_version: policy.version,
          commit_sha: facts.run.commitSha,
          receipt: encodeJsonb({ decidedAt, release, judged, parts: decision.parts, digest }),
        })
        .returning('id'),
    )
    .insertInto('decision_parts')
    .values(
      parts.map(({ name, digest }) => ({ decision_id: id, run_id: loaded.run.id, name, digest })),
    )
    .execute()
}

interface Part {
  readonly name: string
  readonly digest: string
  /** Null: stored already. */
  readonly content: string | null
}

/** The text of the diff was stored with the facts, by the digest that the parsed diff has, too. */
function collectParts({ loaded, observation, trigger }: CommitInput, step: EndStep): Part[] {
  const { facts, policy, origins, readings } = observation
  const { now, prompts } = loaded
  const texts = formatParts({ facts, policy, origins, now, trigger, readings, prompts, step })
  const json = Object.entries(texts).map(
    ([name, content]): Part => ({
      name,
      digest: sha256(content),
      content,
    }),
  )
  return facts.diff.kind === 'known' && hasDiffText(facts)
    ? [...json, { name: 'diff', digest: facts.diff.value.digest, content: null }]
    : json
}
