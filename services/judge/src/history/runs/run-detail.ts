import type { Kysely, Transaction } from 'kysely'
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
import { type DetailPage, loadPage } from '../page/load-page.ts'
import { loadTexts, type PageTexts } from '../page/load-texts.ts'
import { presentVerdicts } from '../page/present-verdicts.ts'
import { readStoredFacts, type StoredFacts } from '../page/stored-facts.ts'
import { loadArtifacts } from './list-issue-runs.ts'
import {
  presentDecision,
  presentEffect,
  presentFact,
  presentGate,
  presentTransition,
  presentWaiting,
} from './present-details.ts'
import { presentProvenance } from './present-provenance.ts'
import { presentRuns, type RunReader } from './present-run.ts'
import { relatedColumns } from './run-columns.ts'

export interface RunDetail extends DetailPage {
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

/** A run with what its pages are made of, besides what they show. */
export interface LoadedDetail {
  readonly detail: RunDetail
  readonly row: DetailRows['row']
  readonly facts: StoredFacts
  readonly texts: PageTexts
}

/** Everything about one run, as of one moment; null if there is no run with this id. */
export const readRunDetail = async (reader: RunReader, id: string): Promise<RunDetail | null> =>
  (await loadRunDetail(reader, id))?.detail ?? null

/** The same, with what it was made from. */
export const loadRunDetail = (
  { db, display }: RunReader,
  id: string,
): Promise<LoadedDetail | null> =>
  // One snapshot, so that a decision always comes with its effects, and a status with its
  // transition.
  db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (trx) => {
      const rows = await loadRows(trx, id)
      if (rows === null) return null
      const [run] = await presentRuns({ db: trx, display }, [rows.row])
      return run === undefined ? null : composeDetail({ db: trx, display }, rows, run)
    })

type DetailRows = NonNullable<Awaited<ReturnType<typeof loadRows>>>

async function loadRows(trx: Transaction<DB>, id: string) {
  const row = await trx
    .selectFrom('runs')
    .selectAll('runs')
    .select(relatedColumns)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return null
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
  const ofRun = { trx, id }
  return { row, transitions, facts, ...(await loadDecided(ofRun)), ...(await loadDone(ofRun)) }
}

interface OfRun {
  readonly trx: Transaction<DB>
  readonly id: string
}

/** What was decided about a run, and by whom. */
async function loadDecided({ trx, id }: OfRun) {
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
  const labels = await trx
    .selectFrom('verdict_labels')
    .selectAll()
    .where('run_id', '=', id)
    .execute()
  const decision = await trx
    .selectFrom('decisions')
    .selectAll()
    .where('run_id', '=', id)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return { gates, verdicts, labels, decision: decision ?? null }
}

async function loadDone({ trx, id }: OfRun) {
  const artifacts = (await loadArtifacts(trx, [{ id }])).get(id) ?? []
  const effects = await trx
    .selectFrom('effects')
    .selectAll()
    .where('run_id', '=', id)
    .orderBy('created_at')
    .orderBy('sequence')
    .limit(MAX_DETAIL_ROWS)
    .execute()
  return { artifacts, effects, question: await findOpenEscalation(trx, id) }
}

async function composeDetail(
  { db, display }: RunReader,
  rows: DetailRows,
  run: RunView,
): Promise<LoadedDetail> {
  const { row, effects, decision } = rows
  const commit = { commitSha: row.commit_sha, diffDigest: row.diff_digest }
  const texts = await loadTexts(db, commit, rows.facts, rows.verdicts)
  const facts = readStoredFacts(rows.facts, row.commit_sha)
  const waitingFor = presentWaiting(row, rows.question)
  const shown = {
    run,
    artifacts: rows.artifacts,
    transitions: rows.transitions.toReversed().map(presentTransition),
    gates: rows.gates.map(presentGate),
    verdicts: presentVerdicts(rows.verdicts, { run: row, labels: rows.labels, texts }),
  }
  const key = row.repository_key ?? ''
  const page = await loadPage(db, {
    ...shown,
    row,
    effects,
    texts,
    facts,
    waiting: waitingFor,
    decidedBy: decision?.by_actor ?? null,
    usual: (await display.usual.find(db, [key])).get(key) ?? {},
    policyBudget: display.budget,
  })
  const detail = {
    ...shown,
    ...page,
    facts: [...rows.facts.toReversed().map(presentFact), presentProvenance(row)],
    decision: decision === null ? null : presentDecision(decision),
    effects: effects.map(presentEffect),
    waitingFor,
  }
  return { detail, row, facts, texts }
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
