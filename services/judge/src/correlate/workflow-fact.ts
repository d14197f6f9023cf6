import { type Kysely, sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../adapters/postgres/encode-jsonb.ts'
import type { DB } from '../adapters/postgres/types.generated.ts'
import { hashJson } from '../lib/ids.ts'
import { type Instant, toIsoOrNull } from '../lib/instant.ts'
import { formatIssueLabel, type RunClaims } from '../run/run.ts'

/**
 * What Argo answered about a reported completion. Stored as JSON: property names never change.
 * `corrected`: it differs from what was reported. `unknown`: Argo does not know the workflow.
 */
interface WorkflowFact {
  readonly state: 'confirmed' | 'corrected' | 'unknown'
  readonly workflowUid: string | null
  readonly reported: OutcomeFact
  readonly argo: OutcomeFact | null
  readonly because: string
}

interface OutcomeFact {
  readonly issue: string
  readonly phase: string | null
  readonly startedAt: string | null
  readonly finishedAt: string | null
}

/** The fact that Argo knows the workflow, with how it ended. */
export function describeAnswer(reported: RunClaims, argo: RunClaims): WorkflowFact {
  const differences = [
    ...describeDifference('phase', reported.phase, argo.phase),
    ...describeDifference('issue', toIssueName(reported), toIssueName(argo)),
    ...describeTime('start', reported.startedAt, argo.startedAt),
  ]
  return {
    state: differences.length === 0 ? 'confirmed' : 'corrected',
    workflowUid: argo.workflowUid,
    reported: toOutcome(reported),
    argo: toOutcome(argo),
    because:
      differences.length === 0
        ? `Argo says of the workflow what was reported: ${argo.phase}.`
        : `Argo is believed where a message differs: ${differences.join('; ')}.`,
  }
}

/** The fact that Argo does not know the workflow, and the report is believed. */
export const describeUnknown = (reported: RunClaims): WorkflowFact => ({
  state: 'unknown',
  workflowUid: reported.workflowUid,
  reported: toOutcome(reported),
  argo: null,
  because:
    'Argo does not know this workflow, or not any longer; the report is believed because ' +
    '`runs.verify` is `when_known`.',
})

const describeDifference = (
  what: string,
  reported: string | null,
  argo: string | null,
): readonly string[] =>
  argo === null || reported === argo
    ? []
    : [`the ${what} was reported as ${reported ?? 'unknown'} and is ${argo}`]

const describeTime = (what: string, reported: Instant | null, argo: Instant | null) =>
  describeDifference(what, toIsoOrNull(reported), toIsoOrNull(argo))

const toIssueName = ({ repository, issueNumber }: RunClaims): string | null =>
  repository === null || issueNumber === null
    ? null
    : formatIssueLabel(repository.toLowerCase(), issueNumber)

const toOutcome = (claims: RunClaims): OutcomeFact => ({
  issue: formatIssueLabel(claims.repository, claims.issueNumber),
  phase: claims.phase,
  startedAt: toIsoOrNull(claims.startedAt),
  finishedAt: toIsoOrNull(claims.finishedAt),
})

/** Stores the fact, once. */
export async function storeWorkflowFact(
  trx: Kysely<DB> | Transaction<DB>,
  runId: string,
  fact: WorkflowFact,
): Promise<void> {
  await trx
    .insertInto('facts')
    .values({
      run_id: runId,
      kind: 'workflow',
      digest: hashJson({ ...fact }),
      observed_at: sql<Date>`now()`,
      value: encodeJsonb(fact),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
