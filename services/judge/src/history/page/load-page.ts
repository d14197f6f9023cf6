import { type Kysely, type Selectable, sql } from 'kysely'
import { readStatus } from '../../adapters/postgres/rows.ts'
import type { DB, Json, Runs } from '../../adapters/postgres/types.generated.ts'
import { computeCaps } from '../../judge/budget.ts'
import type { Policy } from '../../policy/policy.ts'
import type {
  AttemptView,
  BlockerView,
  ChangeSizeView,
  CheckView,
  ClaimView,
  PhaseView,
  RunBudgetView,
} from '../http/run-page-schemas.ts'
import type {
  ArtifactView,
  GateView,
  RunView,
  TransitionView,
  VerdictView,
  WaitingView,
} from '../http/run-schemas.ts'
import { formatTime, formatTimeOrNull } from '../runs/present-run.ts'
import { readPart, toItems, toNumber, toText } from '../runs/read-json.ts'
import type { RelatedRow } from '../runs/run-columns.ts'
import type { UsualSeconds } from '../runs/usual-times.ts'
import type { StoredInstruction, StoredUptake } from './blocker-input.ts'
import { buildBlockers } from './build-blockers.ts'
import { buildPhases } from './build-phases.ts'
import type { PageTexts } from './load-texts.ts'
import { presentChecks } from './present-checks.ts'
import type { StoredFacts } from './stored-facts.ts'

/** What the page of a run shows besides the rows of the run itself. */
export interface DetailPage {
  readonly blockers: readonly BlockerView[]
  readonly phases: readonly PhaseView[]
  readonly attempts: readonly AttemptView[]
  readonly budget: RunBudgetView | null
  readonly change: ChangeSizeView | null
  readonly checks: readonly CheckView[]
  readonly claims: readonly ClaimView[]
}

export interface PageInput {
  readonly row: Selectable<Runs> & RelatedRow
  readonly run: RunView
  readonly gates: readonly GateView[]
  readonly transitions: readonly TransitionView[]
  readonly artifacts: readonly ArtifactView[]
  readonly verdicts: readonly VerdictView[]
  readonly effects: readonly PageEffect[]
  readonly waiting: readonly WaitingView[]
  readonly decidedBy: string | null
  readonly facts: StoredFacts
  readonly texts: PageTexts
  readonly usual: UsualSeconds
  readonly policyBudget: Policy['budget']
}

export interface PageEffect {
  readonly kind: string
  readonly state: string
  readonly payload: Json
  readonly settled_at: Date | null
}

/** Reads the rest in four look-ups, and builds the page from it. */
export async function loadPage(db: Kysely<DB>, input: PageInput): Promise<DetailPage> {
  const { row, run, gates, facts, texts, effects } = input
  const lineage = await loadLineage(db, row)
  const child = await loadChild(db, row)
  const question = await loadQuestion(db, row)
  const now = await sql<{ now: Date }>`select now() as now`.execute(db)
  const checks = presentChecks(facts, { logs: texts.logs, rerun: listRerunChecks(effects) })
  const acted = input.verdicts.find(({ acted: isActed }) => isActed)
  return {
    blockers: buildBlockers({
      status: readStatus(row),
      run,
      gates,
      facts,
      diff: texts.diff,
      logs: texts.logs,
      instructions: readInstructions(row.attempt_record),
      child,
      waiting: input.waiting,
      question,
      coverage: acted?.requirements ?? [],
      requestedReviewAt: findDone(effects, 'requestReview'),
      rerunAt: findDone(effects, 'rerunChecks'),
      decidedBy: input.decidedBy,
    }),
    phases: buildPhases({
      run,
      transitions: input.transitions,
      artifacts: input.artifacts,
      checks,
      verdicts: input.verdicts,
      dispatchedAt: findDone(effects, 'dispatch'),
      usual: input.usual,
      now: now.rows[0]?.now ?? new Date(run.updatedAt),
    }),
    attempts: lineage,
    budget: await loadBudget(db, row, input.policyBudget),
    change:
      texts.diff === null
        ? null
        : {
            files: texts.diff.files.length,
            additions: texts.diff.added,
            deletions: texts.diff.removed,
          },
    checks,
    claims: presentClaims(row),
  }
}

/** Runs of one issue; an agent is seldom given more attempts. */
const MAX_LINEAGE = 200

export async function loadLineage(
  db: Kysely<DB>,
  row: Pick<Selectable<Runs>, 'id' | 'repository_key' | 'issue_number'>,
): Promise<readonly AttemptView[]> {
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'attempt', 'status', 'reason', 'started_at', 'created_at', 'decided_at'])
    .$if(row.repository_key === null || row.issue_number === null, (query) =>
      query.where('id', '=', row.id),
    )
    .$if(row.repository_key !== null && row.issue_number !== null, (query) =>
      query
        .where('repository_key', '=', row.repository_key)
        .where('issue_number', '=', row.issue_number),
    )
    .orderBy('attempt')
    .orderBy('created_at')
    .limit(MAX_LINEAGE)
    .execute()
  return rows.map((run) => ({
    id: run.id,
    attempt: run.attempt,
    status: run.status,
    reason: run.reason,
    startedAt: formatTime(run.started_at ?? run.created_at),
    seconds:
      run.decided_at === null
        ? null
        : Math.max(
            0,
            (run.decided_at.getTime() - (run.started_at ?? run.created_at).getTime()) / 1000,
          ),
  }))
}

async function loadChild(db: Kysely<DB>, { child }: RelatedRow) {
  const id = toText(readPart(child, 'id'))
  if (id === null) return null
  const row = await db
    .selectFrom('runs')
    .select(['id', 'uptake'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row === undefined ? null : { id: row.id, uptake: readStoredUptake(row.uptake) }
}

async function loadQuestion(db: Kysely<DB>, { question }: RelatedRow) {
  const id = toText(readPart(question, 'id'))
  if (id === null) return null
  const row = await db
    .selectFrom('escalations')
    .select(['id', 'question', 'recommendation'])
    .where('id', '=', id)
    .executeTakeFirst()
  return row === undefined
    ? null
    : { id: row.id, text: row.question, recommendation: row.recommendation }
}

async function loadBudget(
  db: Kysely<DB>,
  row: Selectable<Runs>,
  budget: Policy['budget'],
): Promise<RunBudgetView | null> {
  const issue = await loadSpent(db, row)
  if (issue === null) return null
  const caps = computeCaps(issue, budget)
  const usage = row.agent_usage
  const input = toNumber(readPart(usage, 'inputTokens'))
  const output = toNumber(readPart(usage, 'outputTokens'))
  return {
    issueSpentUsd: issue.spentUsd,
    issueCapUsd: caps.issueUsd,
    runSpentUsd: issue.runSpentUsd,
    agentTokens: input === null && output === null ? null : (input ?? 0) + (output ?? 0),
  }
}

/** What an issue has spent, and what people and labels added; null: it is not known. */
export async function loadSpent(
  db: Kysely<DB>,
  {
    id,
    repository_key,
    issue_number,
  }: Pick<Selectable<Runs>, 'id' | 'repository_key' | 'issue_number'>,
) {
  if (repository_key === null || issue_number === null) return null
  const { rows } = await sql<{
    spentUsd: number
    runSpentUsd: number
    grantedUsd: number
    raisedUsd: number | null
  }>`
    select coalesce(sum(coalesce(settled_usd, reserved_usd)), 0) as "spentUsd",
           coalesce(sum(coalesce(settled_usd, reserved_usd)) filter (where run_id = ${id}), 0)
             as "runSpentUsd",
           coalesce((select granted_usd from issues
                      where issues.repository_key = ${repository_key}
                        and issues.issue_number = ${issue_number}), 0) as "grantedUsd",
           (select raised_usd from issues where issues.repository_key = ${repository_key}
               and issues.issue_number = ${issue_number}) as "raisedUsd"
      from spend where repository_key = ${repository_key} and issue_number = ${issue_number}`.execute(
    db,
  )
  return rows[0] ?? null
}

export const readInstructions = (record: Json | null): readonly StoredInstruction[] =>
  toItems(readPart(record, 'instructions')).map((item) => ({
    id: toText(readPart(item, 'id')) ?? '',
    gate: toText(readPart(item, 'gate')) ?? '',
    text: toText(readPart(item, 'text')) ?? '',
  }))

const uptakeKinds = ['obeyed', 'ignored', 'worse'] as const

export const readStoredUptake = (uptake: Json | null): readonly StoredUptake[] =>
  toItems(uptake).map((item) => ({
    id: toText(readPart(item, 'id')) ?? '',
    gate: toText(readPart(item, 'gate')) ?? '',
    result: uptakeKinds.find((kind) => kind === toText(readPart(item, 'result'))) ?? null,
    because: toText(readPart(item, 'because')) ?? '',
  }))

const findDone = (effects: readonly PageEffect[], kind: string): string | null =>
  formatTimeOrNull(
    effects.findLast((effect) => effect.kind === kind && effect.state === 'done')?.settled_at ??
      null,
  )

const listRerunChecks = (effects: readonly PageEffect[]): ReadonlySet<string> =>
  new Set(
    effects
      .filter(({ kind, state }) => kind === 'rerunChecks' && state === 'done')
      .flatMap(({ payload }) =>
        toItems(readPart(payload, 'checks')).map(
          (check) =>
            `${toText(readPart(check, 'app')) ?? ''}/${toText(readPart(check, 'name')) ?? ''}`,
        ),
      ),
  )

/** What messages reported, with the part of the message that each value was taken from. */
function presentClaims(row: Selectable<Runs>): readonly ClaimView[] {
  const { provenance } = row
  if (provenance === null || typeof provenance !== 'object' || Array.isArray(provenance)) return []
  const values = new Map<string, unknown>(Object.entries(row))
  return Object.entries(provenance).flatMap(([name, source]) => {
    if (typeof source !== 'string') return []
    const value = values.get(name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`))
    return [{ name, value: formatClaim(value), source, at: formatTime(row.created_at) }]
  })
}

const MAX_CLAIM_CHARS = 500

function formatClaim(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return formatTime(value)
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.slice(0, MAX_CLAIM_CHARS)
}
