import { type Kysely, sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../../adapters/postgres/encode-jsonb.ts'
import { toJson } from '../../adapters/postgres/rows.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Evidence } from '../../artifacts/evidence.ts'
import { hashJson } from '../../lib/ids.ts'
import { type Instant, toIso, toIsoOrNull } from '../../lib/instant.ts'
import { getKnownValue } from '../../lib/known.ts'
import type { ObservedFact } from '../observe/fact-cache.ts'
import { toSharedFailuresFact } from '../observe/shared-failures.ts'
import type { CommitInput } from './commit-input.ts'
import { storeTexts } from './store-texts.ts'

/**
 * Stores the observed facts, each once: its digest identifies a fact, and `observed_at` is when it
 * was first observed.
 */
export async function storeFacts(
  trx: Transaction<DB>,
  { loaded, observation, cache, step }: CommitInput,
): Promise<void> {
  if (step.kind === 'stay') return
  const { now, run } = loaded
  await storeTexts(trx, cache.fresh.blobs)
  const facts = [
    ...cache.fresh.facts,
    ...collectObservedFacts(observation),
    ...toSharedFailuresFact(step, observation.facts),
  ]
  await insertFacts(trx, { runId: run.id, now, facts })
  const { evidence } = observation
  if (evidence === null || loaded.row.evidence !== null) return
  await storeArtifacts(trx, run.id, evidence.readings)
}

/** Inserts the facts of a run that are not stored yet. */
export async function insertFacts(
  db: Kysely<DB>,
  {
    runId,
    now,
    facts,
  }: {
    readonly runId: string
    readonly now: Instant
    readonly facts: readonly ObservedFact[]
  },
): Promise<void> {
  if (facts.length === 0) return
  await db
    .insertInto('facts')
    .values(
      facts.map((fact) => ({
        run_id: runId,
        kind: fact.kind,
        digest: fact.digest,
        commit_sha: fact.commit,
        observed_at: toIso(now),
        value: encodeJsonb(fact.value),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function storeArtifacts(
  trx: Transaction<DB>,
  runId: string,
  readings: Evidence['readings'],
): Promise<void> {
  // One statement may write a row only once, so the later of two readings of one name counts.
  const byName = new Map(readings.map((reading) => [reading.name, reading]))
  if (byName.size === 0) return
  await trx
    .insertInto('artifacts')
    .values(
      [...byName.values()].map(({ name, bucket, key, state, bytes, sha256, because }) => ({
        run_id: runId,
        name,
        bucket,
        key,
        state,
        bytes,
        sha256,
        because,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['run_id', 'name']).doUpdateSet(({ ref }) => ({
        bucket: ref('excluded.bucket'),
        key: ref('excluded.key'),
        state: ref('excluded.state'),
        bytes: ref('excluded.bytes'),
        sha256: ref('excluded.sha256'),
        because: ref('excluded.because'),
      })),
    )
    .execute()
}

/** The facts that explain a decision afterwards: pull request, CI, review, policy and issue. */
function collectObservedFacts({ facts }: CommitInput['observation']): readonly ObservedFact[] {
  const commit =
    facts.change.kind === 'known' && facts.change.value.kind === 'pull_request'
      ? facts.change.value.head
      : null
  const parts: readonly (readonly [string, unknown])[] = [
    ['pull_request', getKnownValue(facts.change)],
    ['ci', getKnownValue(facts.ci)],
    ['base', getKnownValue(facts.base)],
    ['review', getKnownValue(facts.review)],
    ['test_changes', getKnownValue(facts.testChanges)],
    ['repository_policy', getKnownValue(facts.repositoryPolicy)],
    ['issue', getKnownValue(facts.issue)],
  ]
  return parts.flatMap(([kind, value]): ObservedFact[] => {
    if (value === null) return []
    const plain = toJson(value)
    return [
      {
        kind,
        commit: kind === 'issue' || kind === 'repository_policy' ? null : commit,
        digest: hashJson(plain),
        value: plain,
      },
    ]
  })
}

export async function storeGateResults(
  trx: Transaction<DB>,
  { loaded, step }: CommitInput,
): Promise<void> {
  if (step.kind === 'stay' || step.results.length === 0) return
  await trx
    .insertInto('gate_results')
    .values(
      step.results.map(({ name, result }, position) => ({
        run_id: loaded.run.id,
        position,
        name,
        result: result.result,
        reason: result.result === 'refuse' ? result.reason : null,
        because: result.because,
        evidence: encodeJsonb(result.evidence),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['run_id', 'name']).doUpdateSet(({ ref }) => ({
        position: ref('excluded.position'),
        result: ref('excluded.result'),
        reason: ref('excluded.reason'),
        because: ref('excluded.because'),
        evidence: ref('excluded.evidence'),
        at: sql`now()`,
      })),
    )
    .execute()
}

/**
 * Stores which commit the branch points at. A reading that names a replaced head is ignored.
 *
 * Race: a webhook that arrived during the reading names a newer head than the reading does. So only
 * the heads that were known when the run was loaded are marked as replaced, and if there are newer
 * ones, the head that was read is stored as replaced, too.
 */
export async function storeHead(
  trx: Transaction<DB>,
  { observation, loaded }: CommitInput,
): Promise<void> {
  const { change, run } = observation.facts
  const repository = run.claims.repository?.toLowerCase()
  if (change.kind !== 'known' || change.value.kind !== 'pull_request' || repository === undefined)
    return
  const { head, staleSince } = change.value
  const branch = loaded.run.claims.branch ?? change.value.pullRequest.headBranch
  if (head === null || staleSince !== null) return
  const others = loaded.heads
    .filter(({ sha, replacedAt }) => sha !== head && replacedAt === null)
    .map(({ sha }) => sha)
  const replaced = toIsoOrNull(loaded.heads.find(({ sha }) => sha === head)?.replacedAt ?? null)
  await sql`
    with newer as (
      select from heads
       where repository_key = ${repository} and branch = ${branch} and replaced_at is null
         and sha <> ${head} and sha <> all(${others}::text[])
    )
    insert into heads (repository_key, branch, sha, last_seen_at, replaced_at)
    values (${repository}, ${branch}, ${head}, ${toIso(loaded.now)}::timestamptz,
            case when exists (select from newer) then now() end)
    on conflict (repository_key, branch, sha) do update
       set last_seen_at = greatest(heads.last_seen_at, excluded.last_seen_at),
           replaced_at = case
             when exists (select from newer) then coalesce(heads.replaced_at, now())
             when date_trunc('milliseconds', heads.replaced_at) = ${replaced}::timestamptz then null
             else heads.replaced_at end`.execute(trx)
  if (others.length === 0) return
  await trx
    .updateTable('heads')
    .set({ replaced_at: sql`now()` })
    .where('repository_key', '=', repository)
    .where('branch', '=', branch)
    .where('sha', 'in', others)
    .where('replaced_at', 'is', null)
    .execute()
}

/**
 * Freezes the issue's text, and stores this attempt's copy of it, so that every later
 * reconciliation judges by the same text.
 */
export async function storeIssueText(
  trx: Transaction<DB>,
  { observation, loaded, step }: CommitInput,
): Promise<void> {
  const { issueReading, facts } = observation
  const { repository, issueNumber } = loaded.run.claims
  if (step.kind === 'stay' || issueReading === null || repository === null || issueNumber === null)
    return
  const { freeze, fresh, text } = issueReading
  if (freeze !== null) {
    await trx
      .updateTable('issues')
      .set({
        title: freeze.title,
        body: freeze.body,
        url: freeze.url,
        text_digest: freeze.digest,
        text_source: freeze.source,
        text_frozen_at: toIso(freeze.at),
      })
      .where('repository_key', '=', repository.toLowerCase())
      .where('issue_number', '=', issueNumber)
      .execute()
  }
  if (!fresh || text.kind !== 'known') return
  await trx
    .insertInto('facts')
    .values({
      run_id: facts.run.id,
      kind: 'issue_text',
      digest: text.value.digest,
      observed_at: toIso(loaded.now),
      value: encodeJsonb({ run: facts.run.id, title: text.value.title, body: text.value.body }),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
