import { type Kysely, sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../../adapters/postgres/encode-jsonb.ts'
import { transact } from '../../adapters/postgres/transact.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { appendHistory } from '../../correlate/append-history.ts'
import { decideEscalation, type EscalationStep } from '../../decide/decide-escalation.ts'
import { addMillis, toIso, toIsoOrNull } from '../../lib/instant.ts'
import type { Policy } from '../../policy/policy.ts'
import { toRunId } from '../../run/run.ts'
import { insertPlannedEffects } from '../commit/insert-effects.ts'
import { type LoadedEscalation, loadEscalation } from './load-escalation.ts'

export interface EscalationDeps {
  readonly db: Kysely<DB>
  readonly policy: Pick<Policy, 'escalation'>
  readonly getRunUrl: (runId: string) => string
  readonly wakeRuns: (ids: readonly string[]) => void
  readonly wakeEffects: (ids: readonly string[]) => void
}

/** Runs that follow a resolution at the same time. */
const RELEASED_AT_ONCE = 50

interface WrittenStep {
  readonly effects: readonly string[]
  readonly runs: readonly string[]
  /** True if runs still have to follow a person's answer. */
  readonly hasAnswer: boolean
}

/**
 * Reconciles one shared escalation: locks and loads it, decides what to do, and writes that in one
 * transaction. Any replica may do it at any time, and a kill at any moment loses nothing: what is
 * left to do is found again in the rows. Returns true if runs still have to follow its answer.
 */
export async function reconcileEscalation(deps: EscalationDeps, id: string): Promise<boolean> {
  const written = await transact(deps.db, async (trx): Promise<WrittenStep | null> => {
    const loaded = await loadEscalation(trx, id, deps.getRunUrl)
    if (loaded === null) return null
    const step = decideEscalation(loaded.escalation, loaded.now, deps.policy)
    return writeStep(trx, deps, { loaded, step })
  })
  if (written === null) return false
  deps.wakeEffects(written.effects)
  deps.wakeRuns(written.runs)
  return written.hasAnswer
}

async function writeStep(
  trx: Transaction<DB>,
  { policy }: EscalationDeps,
  { loaded, step }: { readonly loaded: LoadedEscalation; readonly step: EscalationStep },
): Promise<WrittenStep> {
  const { escalation, firstRunId, now } = loaded
  const probes = step.probes === null ? false : await wakeProber(trx, step.probes)
  await trx
    .updateTable('escalations')
    .set({
      due_at: toIsoOrNull(step.dueAt),
      ...(step.question === null ? {} : { question: step.question }),
      ...(step.reminded ? { remind_at: null } : {}),
      ...(probes
        ? {
            probe_run_id: step.probes,
            probed_at: sql<Date>`now()`,
            probe_at: toIso(addMillis(now, policy.escalation.retry)),
          }
        : {}),
      ...(step.resolution === null
        ? {}
        : {
            state: 'closed',
            resolution: step.resolution.kind,
            answered_at: sql<Date>`now()`,
            answer: encodeJsonb({ by: 'service', because: step.resolution.because }),
            probe_at: null,
          }),
    })
    .where('id', '=', escalation.id)
    .execute()
  const effects = await insertPlannedEffects(trx, firstRunId, step.effects)
  const isAnswered = escalation.resolution === 'answered'
  const runs = step.releases && !isAnswered ? await releaseRuns(trx, escalation.id) : []
  if (step.resolution !== null)
    await appendHistory(trx, [
      {
        kind: 'escalation',
        runId: toRunId(firstRunId),
        escalationId: escalation.id,
        because: step.resolution.because,
        causedBy: 'timer',
      },
    ])
  return {
    effects,
    runs: probes && step.probes !== null ? [step.probes] : runs,
    hasAnswer: step.releases && isAnswered,
  }
}

/**
 * Makes a run due, so that it tries again. A run that another transaction holds at this moment is
 * not waited for, because that one may wait for the lock of the escalation.
 */
async function wakeProber(trx: Transaction<DB>, runId: string): Promise<boolean> {
  const { rows } = await sql`
    update runs set due_at = now()
     where id in (select id from runs where id = ${runId} for update skip locked)
    returning id`.execute(trx)
  return rows.length > 0
}

/** Makes some of the runs due that have not followed the resolution yet. */
async function releaseRuns(trx: Transaction<DB>, id: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    update runs set due_at = now()
     where id in (
       select runs.id from escalation_runs join runs on runs.id = run_id
        where escalation_id = ${id} and left_at is null and runs.status in ('needs_human')
          and (due_at is null or due_at > now() + interval '5 seconds')
        order by joined_at limit ${RELEASED_AT_ONCE} for update of runs skip locked)
    returning id`.execute(trx)
  return rows.map((row) => row.id)
}
