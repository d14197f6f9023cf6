import { type Kysely, sql } from 'kysely'
import { readVerdict } from '../adapters/postgres/observed-rows.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { EffectByKind } from '../decide/effect.ts'
import type { VerdictAnswer } from '../judge/verdict.ts'
import type { Payer } from './reserve.ts'

/** The answer of a verdict that an earlier question of the issue was given. */
export interface EarlierAnswer {
  readonly verdictId: string
  readonly answer: VerdictAnswer
}

/**
 * What the same model answered to the very same question about the same commit, diff and issue
 * text; null if it was not asked it. The question is the whole prompt, so that every fact that the
 * model would see is equal.
 *
 * Not reused: an answer that already counts in this run, since a second sample is wanted, and one
 * after which a person wanted the question to be asked again.
 */
export async function findEarlierAnswer(
  db: Kysely<DB>,
  payer: Payer,
  { model, subject, promptDigest }: EffectByKind<'ask'>,
): Promise<EarlierAnswer | null> {
  const row = await db
    .selectFrom('verdicts')
    .innerJoin('runs', 'runs.id', 'verdicts.run_id')
    .selectAll('verdicts')
    .where('verdicts.prompt_digest', '=', promptDigest)
    .where('verdicts.model', '=', model)
    .where('verdicts.commit_sha', '=', subject.commit)
    .where('verdicts.diff_digest', '=', subject.diffDigest)
    .where('verdicts.issue_digest', '=', subject.issueDigest)
    .where('verdicts.result', '=', 'valid')
    .where('verdicts.reusable', '=', true)
    .where('verdicts.reused_from', 'is', null)
    .where('runs.repository_key', '=', payer.repository.toLowerCase())
    .where('runs.issue_number', '=', payer.issueNumber)
    .where(sql<boolean>`(verdicts.run_id <> ${payer.runId} or verdicts.discounted_at is not null)`)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('verdicts as counted')
            .select('counted.id')
            .where('counted.run_id', '=', payer.runId)
            .where('counted.discounted_at', 'is', null)
            .whereRef('counted.reused_from', '=', 'verdicts.id'),
        ),
      ),
    )
    .orderBy('verdicts.at')
    .limit(1)
    .executeTakeFirst()
  const result = row ? readVerdict(row).result : null
  return row && result?.kind === 'valid' ? { verdictId: row.id, answer: result.answer } : null
}
