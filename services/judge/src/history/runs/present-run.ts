import type { Kysely } from 'kysely'
import { readReason, readStatus, readUptake, readWaits } from '../../adapters/postgres/rows.ts'
import type { DB, Json } from '../../adapters/postgres/types.generated.ts'
import { toInstantOrNull, toIsoOrNull } from '../../lib/instant.ts'
import type { Policy } from '../../policy/policy.ts'
import { isOpen } from '../../run/lifecycle.ts'
import { getReasonKind } from '../../run/reason-kinds.ts'
import type { Wait, WaitKind } from '../../run/run.ts'
import { buildHeadline } from '../../text/headline.ts'
import { describeNextStep } from '../../text/next-step.ts'
import type { RunView } from '../http/run-schemas.ts'
import { readPart, toNumber, toText } from './read-json.ts'
import { type PresentedRunRow, presentedColumns } from './run-columns.ts'
import type { UsualKind, UsualSeconds, UsualTimes } from './usual-times.ts'

/** What runs are shown with that is not stored with them. */
export interface RunDisplay {
  /** The attempts that the service's policy allows, for runs that were not looked at yet. */
  readonly attemptsMax: number
  /** The base of links to workflows; null: there are none. */
  readonly argoUiUrl: string | null
  readonly usual: UsualTimes
  /** What the service's policy allows to spend; labels and people add to it. */
  readonly budget: Policy['budget']
}

export interface RunReader {
  readonly db: Kysely<DB>
  readonly display: RunDisplay
}

export const formatTime = (at: Date): string => at.toISOString()
export const formatTimeOrNull = (at: Date | null): string | null => at?.toISOString() ?? null

/** Runs as the API shows them, in the order of their rows. */
export async function presentRuns(
  { db, display }: RunReader,
  rows: readonly PresentedRunRow[],
): Promise<readonly RunView[]> {
  const keys = rows.flatMap((row) => {
    const wait = findWait(row)
    return row.repository_key !== null && wait !== null && isUsual(wait.for)
      ? [row.repository_key]
      : []
  })
  const usual = keys.length === 0 ? new Map() : await display.usual.find(db, keys)
  return rows.map((row) => presentRun(row, display, usual.get(row.repository_key ?? '') ?? {}))
}

/** The run with this UUID as it is now, or null. */
export async function findRun({ db, display }: RunReader, id: string): Promise<RunView | null> {
  const rows = await db.selectFrom('runs').select(presentedColumns).where('id', '=', id).execute()
  const [run] = await presentRuns({ db, display }, rows)
  return run ?? null
}

/**
 * A run as the API shows it. Commit and pull request come from GitHub; until they are read, they
 * are those that the run reported.
 */
function presentRun(row: PresentedRunRow, display: RunDisplay, usual: UsualSeconds): RunView {
  const isUnread = ['notified', 'run_complete'].includes(row.status)
  const commitSha = row.commit_sha ?? (isUnread ? row.reported_commit : null)
  const prNumber = row.pr_number ?? (isUnread ? row.reported_pr_number : null)
  return {
    id: row.id,
    repository: row.repository,
    issueNumber: row.issue_number,
    issueTitle: row.issue_title,
    branch: row.branch,
    base: row.base,
    attempt: row.attempt,
    attemptsMax: (row.attempts_max ?? display.attemptsMax) + (row.granted_attempts ?? 0),
    parentRunId: row.parent_run_id,
    childRunId: toText(readPart(row.child, 'id')),
    threadId: row.thread_id,
    turnId: row.turn_id,
    sessionId: row.session_id,
    workflowName: row.workflow_name,
    workflowNamespace: row.workflow_namespace,
    workflowUid: row.workflow_uid,
    workflowUrl: buildWorkflowUrl(row, display),
    stage: row.stage,
    phase: row.phase,
    status: row.status,
    reason: row.reason,
    reasonText: row.reason_text,
    commitSha,
    prNumber,
    prUrl: row.pr_url,
    ciStatus: row.ci_status,
    ciUrl: row.ci_url,
    ciConcludedAt: formatTimeOrNull(row.ci_concluded_at),
    reviewStatus: row.review_status,
    prompt: row.prompt,
    nextPrompt: row.next_prompt,
    decision: row.decision,
    confidence: row.confidence,
    startedAt: formatTimeOrNull(row.started_at),
    finishedAt: formatTimeOrNull(row.finished_at),
    decidedAt: formatTimeOrNull(row.decided_at),
    createdAt: formatTime(row.created_at),
    updatedAt: formatTime(row.updated_at),
    deadlineAt: formatTimeOrNull(row.deadline_at),
    costUsd: row.cost_usd,
    agentUsage: row.agent_usage,
    promptVersion: row.prompt_version,
    attemptsUsed: row.attempts_used,
    causeReason: row.cause_reason,
    uptake: readUptake(row).map((item) => ({ ...item, evidence: [...item.evidence] })),
    ...presentStanding(row, { commitSha, prNumber, usual }),
  }
}

/** Why the run stands where it stands, and what comes next. */
function presentStanding(
  row: PresentedRunRow,
  about: { commitSha: string | null; prNumber: number | null; usual: UsualSeconds },
): Pick<RunView, 'headline' | 'statusWords' | 'next' | 'wait' | 'reasonKind'> {
  const status = readStatus(row)
  const reason = readReason(row.reason)
  const waitingFor = readWaits(row)
  const headline = buildHeadline({
    status,
    reason,
    causeReason: readReason(row.cause_reason),
    because: row.reason_text,
    commitSha: about.commitSha,
    waitingFor,
    by: row.decided_by,
  })
  const childAttempt = toNumber(readPart(row.child, 'attempt'))
  const next = describeNextStep({
    status,
    reason,
    wait: isOpen(status) ? toOpenWait(row, waitingFor[0]) : null,
    child: childAttempt === null ? null : { attempt: childAttempt },
    dispatch: readDispatch(row.dispatch),
    question: row.question === null ? null : readQuestion(row.question),
    prNumber: about.prNumber,
  })
  const wait = findWait(row)
  return {
    ...headline,
    next: { ...next, at: toIsoOrNull(next.at) },
    reasonKind: reason === null ? null : getReasonKind(reason),
    wait:
      wait === null
        ? null
        : { ...wait, usualSeconds: isUsual(wait.for) ? (about.usual[wait.for] ?? null) : null },
  }
}

const toOpenWait = (row: PresentedRunRow, wait: Wait | undefined) => ({
  what: wait?.what ?? ('completion' satisfies WaitKind),
  deadline: wait?.deadline ?? (row.status === 'notified' ? toInstantOrNull(row.deadline_at) : null),
  hasBegun: (wait?.items.length ?? 0) > 0,
})

const readQuestion = (question: Json) => ({
  since: toInstantOrNull(toText(readPart(question, 'since'))),
  deadline: toInstantOrNull(toText(readPart(question, 'deadline'))),
  probeAt: toInstantOrNull(toText(readPart(question, 'probeAt'))),
})

const readDispatch = (dispatch: Json | null) => {
  if (dispatch === null) return null
  const [, attempt] = /-attempt-(\d+)$/.exec(toText(readPart(dispatch, 'key')) ?? '') ?? []
  return {
    state: toText(readPart(dispatch, 'state')) ?? 'pending',
    at: toInstantOrNull(toText(readPart(dispatch, 'at'))),
    attempt: attempt === undefined ? null : Number(attempt),
    because: toText(readPart(dispatch, 'because')),
  }
}

type RunWait = Omit<NonNullable<RunView['wait']>, 'usualSeconds'>

/** What the run waits for now; null: nothing. */
function findWait(row: PresentedRunRow): RunWait | null {
  const status = readStatus(row)
  if (isOpen(status)) {
    const [wait] = readWaits(row)
    const what = wait?.what ?? (status === 'notified' ? 'completion' : 'github')
    return {
      for: ownersByWait[what],
      since: toIsoOrNull(wait?.since ?? null) ?? formatTime(row.status_since),
      deadline: toIsoOrNull(wait?.deadline ?? null) ?? formatTimeOrNull(row.deadline_at),
    }
  }
  if (status === 'needs_human' && row.question !== null) {
    const { since, deadline } = readQuestion(row.question)
    return { for: 'person', since: toIsoOrNull(since), deadline: toIsoOrNull(deadline) }
  }
  const dispatch = readDispatch(row.dispatch)
  return status === 'needs_iteration' &&
    row.child === null &&
    (dispatch?.state === 'pending' || dispatch?.state === 'unknown')
    ? { for: 'dispatch', since: formatTime(row.status_since), deadline: toIsoOrNull(dispatch.at) }
    : null
}

const ownersByWait: Readonly<Record<WaitKind, RunWait['for']>> = {
  completion: 'agent',
  pull_request: 'evidence',
  commit: 'evidence',
  mergeability: 'evidence',
  ci: 'ci',
  review: 'review',
  github: 'evidence',
  artifacts: 'evidence',
  policy: 'evidence',
  issue: 'evidence',
  judge: 'judge',
  citations: 'evidence',
  code: 'evidence',
}

/** Whether there is a usual time; how soon evidence is read depends on nothing that varies. */
const isUsual = (kind: RunWait['for']): kind is UsualKind =>
  kind === 'agent' || kind === 'ci' || kind === 'review' || kind === 'judge'

function buildWorkflowUrl(row: PresentedRunRow, { argoUiUrl }: RunDisplay): string | null {
  const { workflow_namespace: namespace, workflow_name: name, workflow_uid: uid } = row
  if (argoUiUrl === null || name === null || namespace === null) return null
  const query = uid === null ? '' : `?uid=${encodeURIComponent(uid)}`
  return `${argoUiUrl}/workflows/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}${query}`
}
