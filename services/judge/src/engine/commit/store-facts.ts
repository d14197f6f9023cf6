import { sql, type Transaction } from 'kysely'
import { asJson } from '../../adapters/postgres/rows.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { Evidence } from '../../artifacts/evidence.ts'
import { digestOf } from '../../lib/ids.ts'
import { iso, isoOrNull } from '../../lib/instant.ts'
import { knownValue } from '../../lib/known.ts'
import type { SeenFact } from '../observe/fact-cache.ts'
import type { Committing } from './committing.ts'
import { keepTexts } from './store-texts.ts'

/**
 * Writes what was seen, each thing once: a fact's digest is its identity, `observed_at` when it was
 * first seen so.
 */
export async function keepFreshFacts(
  trx: Transaction<DB>,
  { loaded, observation, kept, step }: Committing,
): Promise<void> {
  if (step.kind === 'stay') return
  const { now, run } = loaded
  await keepTexts(trx, kept.fresh.blobs)
  const facts = [...kept.fresh.facts, ...seenFacts(observation)]
  if (facts.length > 0) {
    await trx
      .insertInto('facts')
      .values(
        facts.map((fact) => ({
          run_id: run.id,
          kind: fact.kind,
          digest: fact.digest,
          commit_sha: fact.commit,
          observed_at: iso(now),
          value: JSON.stringify(fact.value),
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  const { evidence } = observation
  if (evidence === null || loaded.row.evidence !== null) return
  await keepArtifacts(trx, run.id, evidence.readings)
}

async function keepArtifacts(
  trx: Transaction<DB>,
  runId: string,
  readings: Evidence['readings'],
): Promise<void> {
  // A statement may write a row only once: of two readings of one name the later counts.
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

/**
 * The parts of the world a person may ask about: what CI, review, the pull request and the
 * repository's rules were.
 */
function seenFacts({ facts }: Committing['observation']): readonly SeenFact[] {
  const commit =
    facts.change.kind === 'known' && facts.change.value.kind === 'pull_request'
      ? facts.change.value.head
      : null
  const parts: readonly (readonly [string, unknown])[] = [
    ['pull_request', knownValue(facts.change)],
    ['ci', knownValue(facts.ci)],
    ['review', knownValue(facts.review)],
    ['repository_policy', knownValue(facts.repositoryPolicy)],
    ['issue', knownValue(facts.issue)],
  ]
  return parts.flatMap(([kind, value]): SeenFact[] => {
    if (value === null) return []
    const plain = asJson(value)
    return [
      {
        kind,
        commit: kind === 'issue' || kind === 'repository_policy' ? null : commit,
        digest: digestOf(plain),
        value: plain,
      },
    ]
  })
}

export async function keepGates(trx: Transaction<DB>, { loaded, step }: Committing): Promise<void> {
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
        evidence: JSON.stringify(result.evidence),
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
 * Where the branch was seen to point. A reading that is known to be old teaches nothing; and what a
 * webhook told while we read is newer than our reading, so only what was known when the look began
 * is changed.
 */
export async function keepHead(
  trx: Transaction<DB>,
  { observation, loaded }: Committing,
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
  const replaced = isoOrNull(loaded.heads.find(({ sha }) => sha === head)?.replacedAt ?? null)
  await sql`
    with newer as (
      select from heads
       where repository_key = ${repository} and branch = ${branch} and replaced_at is null
         and sha <> ${head} and sha <> all(${others}::text[])
    )
    insert into heads (repository_key, branch, sha, last_seen_at, replaced_at)
    values (${repository}, ${branch}, ${head}, ${iso(loaded.now)}::timestamptz, case when exists (select from newer) then now() end)
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
 * Freezes the issue's text, and keeps this attempt's own copy, so that later looks judge by the
 * same words.
 */
export async function keepIssueText(
  trx: Transaction<DB>,
  { observation, loaded, step }: Committing,
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
        text_frozen_at: sql`now()`,
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
      observed_at: iso(loaded.now),
      value: JSON.stringify({ run: facts.run.id, title: text.value.title, body: text.value.body }),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
