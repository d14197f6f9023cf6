import type { Kysely } from 'kysely'
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
} from '../http/schemas.ts'
import { artifactsOf } from './issue-runs.ts'
import {
  showDecision,
  showEffect,
  showFact,
  showGate,
  showTransition,
  showVerdict,
  showWaiting,
} from './present-details.ts'
import { showRun } from './present-run.ts'

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

/** Of anything a run may gather without end, only so many of the newest are told. */
const atMost = 500

/** Everything we can tell about one run, as of one moment; null where there is none of that id. */
export function runDetail(db: Kysely<DB>, id: string): Promise<RunDetail | null> {
  // One snapshot: a decision is never shown without its effects, nor a status without its
  // transition.
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const row = await trx.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
      if (row === undefined) return null
      const artifacts = await artifactsOf(trx, [{ id }])
      const transitions = await trx
        .selectFrom('run_events')
        .selectAll()
        .where('run_id', '=', id)
        .where('kind', '=', 'run')
        .orderBy('seq', 'desc')
        .limit(atMost)
        .execute()
      const facts = await trx
        .selectFrom('facts')
        .selectAll()
        .where('run_id', '=', id)
        .orderBy('observed_at', 'desc')
        .orderBy('kind', 'desc')
        .limit(atMost)
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
        .limit(atMost)
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
        .limit(atMost)
        .execute()
      return {
        run: showRun(row),
        artifacts: artifacts.get(id) ?? [],
        transitions: transitions.reverse().map(showTransition),
        facts: facts.reverse().map(showFact),
        gates: gates.map(showGate),
        verdicts: verdicts.map(showVerdict),
        decision: decision === undefined ? null : showDecision(decision),
        effects: effects.map(showEffect),
        waitingFor: showWaiting(row, await openQuestion(trx, id)),
      }
    })
}

/** What would change the run's answer; null where there is no run of that id. */
export async function waitingOf(
  db: Kysely<DB>,
  id: string,
): Promise<readonly WaitingView[] | null> {
  const row = await db
    .selectFrom('runs')
    .select(['status', 'status_since', 'waiting_for', 'deadline_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row === undefined ? null : showWaiting(row, await openQuestion(db, id))
}

async function openQuestion(db: Kysely<DB>, runId: string) {
  const row = await db
    .selectFrom('escalations')
    .select(['created_at', 'deadline_at'])
    .where('run_id', '=', runId)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return row ?? null
}
