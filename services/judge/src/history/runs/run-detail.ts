import type { Kysely } from 'kysely'
import { selectHeldEscalations } from '../../adapters/postgres/leave-escalations.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type {
  ArtifactView,
  DecisionView,
  EffectView,
  FactView,
  GateView,
  RunView,
  TransitionView,
  VerdictView,
  WaitingView,
} from '../http/run-schemas.ts'
import { loadArtifacts } from './list-issue-runs.ts'
import {
  presentDecision,
  presentEffect,
  presentFact,
  presentGate,
  presentTransition,
  presentVerdict,
  presentWaiting,
} from './present-details.ts'
import { presentProvenance } from './present-provenance.ts'
import { presentRuns, type RunReader } from './present-run.ts'
import { relatedColumns } from './run-columns.ts'

export interface RunDetail {
  readonly run: RunView
  readonly artifacts: readonly ArtifactView[]
  readonly transitions: readonly TransitionView[]
  readonly facts: readonly FactView[]
  readonly gates: readonly GateView[]
  readonly verdicts: readonly VerdictView[]
  readonly decision: DecisionView | null
  readonly effects: readonly EffectView[]
  readonly waitingFor: readonly WaitingView[]
}

/** Limits every list that grows without bound to its newest rows. */
const MAX_DETAIL_ROWS = 500

/** Everything about one run, as of one moment; null if there is no run with this id. */
export function readRunDetail({ db, display }: RunReader, id: string): Promise<RunDetail | null> {
  // One snapshot, so that a decision always comes with its effects, and a status with its
  // transition.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const row = await trx
        .selectFrom('runs')
        .selectAll('runs')
        .select(relatedColumns)
        .where('id', '=', id)
        .executeTakeFirst()
      if (row === undefined) return null
      const [run] = await presentRuns({ db: trx, display }, [row])
      if (run === undefined) return null
      const artifacts = await loadArtifacts(trx, [{ id }])
      const transitions = await trx
        .selectFrom('run_events')
        .selectAll()
        .where('run_id', '=', id)
        .where('kind', '=', 'run')
        .orderBy('seq', 'desc')
        .limit(MAX_DETAIL_ROWS)
        .execute()
      const facts = await trx
        .selectFrom('facts')
        .selectAll()
        .where('run_id', '=', id)
        .orderBy('observed_at', 'desc')
        .orderBy('kind', 'desc')
        .limit(MAX_DETAIL_ROWS)
        .execute()
      const gates = await trx
        .selectFrom('gate_results')
        .selectAll()
        .where('run_id', '=', id)
        .orderBy('position')
        .execute()
      const verdicts = await trx
        .selectFrom('verdicts')
        .selectAll()
        .where('run_id', '=', id)
        .orderBy('at')
        .limit(MAX_DETAIL_ROWS)
        .execute()
      const decision = await trx
        .selectFrom('decisions')
        .selectAll()
        .where('run_id', '=', id)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(1)
        .executeTakeFirst()
      const effects = await trx
        .selectFrom('effects')
        .selectAll()
        .where('run_id', '=', id)
        .orderBy('created_at')
        .orderBy('sequence')
        .limit(MAX_DETAIL_ROWS)
        .execute()
      return {
        run,
        artifacts: artifacts.get(id) ?? [],
        transitions: transitions.reverse().map(presentTransition),
        facts: [...facts.reverse().map(presentFact), presentProvenance(row)],
        gates: gates.map(presentGate),
        verdicts: verdicts.map(presentVerdict),
        decision: decision === undefined ? null : presentDecision(decision),
        effects: effects.map(presentEffect),
        waitingFor: presentWaiting(row, await findOpenEscalation(trx, id)),
      }
    })
}

/** What the run waits for; null if there is no run with this id. */
export async function findWaiting(
  db: Kysely<DB>,
  id: string,
): Promise<readonly WaitingView[] | null> {
  const row = await db
    .selectFrom('runs')
    .select(['status', 'status_since', 'waiting_for', 'deadline_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row === undefined ? null : presentWaiting(row, await findOpenEscalation(db, id))
}

async function findOpenEscalation(db: Kysely<DB>, runId: string) {
  const row = await selectHeldEscalations(db, runId)
    .select(['question', 'escalations.created_at', 'deadline_at'])
    .where('escalations.state', '=', 'open')
    .executeTakeFirst()
  return row ?? null
}
