import type { Check, CheckState, CheckWorkflow, RequiredCheck } from '../../../github/snapshot.ts'
import { toInstantOrNull } from '../../../lib/instant.ts'
import { clip } from '../../../lib/text.ts'
import { stripBotSuffix, toActor } from './actor.ts'
import type { GqlCheckRun, GqlContext, GqlStatus, GqlWorkflowRun } from './graphql-types.ts'

const openStates: readonly CheckState[] = [
  'queued',
  'in_progress',
  'requested',
  'waiting',
  'pending',
]
const concludedStates: readonly CheckState[] = [
  'success',
  'failure',
  'neutral',
  'skipped',
  'cancelled',
  'stale',
  'timed_out',
  'startup_failure',
  'action_required',
]

/** A summary can have 64 KiB, and a snapshot has many of them. */
const MAX_SUMMARY_CHARS = 4000

/**
 * Converts the entries of a status check rollup. An EXPECTED status is GitHub's placeholder for a
 * required status that was not sent yet: it is not a check, but its name is required. Throws
 * `TypeError` for an entry without a name.
 */
export function toChecks(
  contexts: readonly GqlContext[],
  required: readonly RequiredCheck[] | null,
): { checks: readonly Check[]; expected: readonly string[] } {
  const expected = contexts.flatMap((entry) =>
    !isCheckRun(entry) && entry.state === 'EXPECTED' ? [entry.context] : [],
  )
  const isRequired = (name: string, flag: boolean | undefined) =>
    flag === true || (required?.some((one) => one.name === name) ?? false)
  const checks = contexts.flatMap((entry) => {
    if (isCheckRun(entry)) return [toCheckRun(entry, isRequired(entry.name, entry.isRequired))]
    if (typeof entry.context !== 'string') throw new TypeError('a check without a name')
    return entry.state === 'EXPECTED'
      ? []
      : [toStatusCheck(entry, isRequired(entry.context, entry.isRequired))]
  })
  return { checks, expected }
}

/** Decided by the fields, because a server may omit `__typename`. */
const isCheckRun = (entry: GqlContext): entry is GqlCheckRun =>
  'name' in entry && typeof entry.name === 'string'

function toCheckRun(run: GqlCheckRun, required: boolean): Check {
  const ids = /\/actions\/runs\/(\d+)(?:\/job\/(\d+))?/.exec(run.detailsUrl ?? '')
  return {
    kind: 'check_run',
    name: run.name,
    label: run.name,
    app: run.checkSuite?.app?.slug ?? '',
    appId: run.checkSuite?.app?.databaseId ?? null,
    byApp: true,
    workflow: toWorkflow(run.checkSuite?.workflowRun ?? null),
    id: run.databaseId ?? Number(ids?.[2] ?? 0),
    suiteId: run.checkSuite?.databaseId ?? null,
    // `workflowRun` needs a separate permission; the URL of the job has the same ID.
    workflowRunId: run.checkSuite?.workflowRun?.databaseId ?? (ids ? Number(ids[1]) : null),
    runAttempt: null,
    state: toCheckState(run),
    url: run.detailsUrl,
    summary: clip([run.title, run.summary].filter(Boolean).join('\n'), MAX_SUMMARY_CHARS) || null,
    startedAt: toInstantOrNull(run.startedAt),
    completedAt: toInstantOrNull(run.completedAt),
    required,
  }
}

/** Null if the workflow or its event cannot be read: half of it would make two workflows one. */
export const toWorkflow = (run: GqlWorkflowRun | null): CheckWorkflow | null =>
  run?.event && run.workflow?.name
    ? { id: run.workflow.databaseId ?? null, name: run.workflow.name, event: run.event }
    : null

/**
 * The conclusion counts only for a completed run or suite. An unknown status or conclusion is `pending`, so
 * that it cannot pass.
 */
export function toCheckState({
  status,
  conclusion,
}: {
  readonly status: string
  readonly conclusion: string | null
}): CheckState {
  const word = (status === 'COMPLETED' ? (conclusion ?? '') : status).toLowerCase()
  const known = status === 'COMPLETED' ? concludedStates : openStates
  return known.find((state) => state === word) ?? 'pending'
}

function toStatusCheck(status: GqlStatus, required: boolean): Check {
  const state =
    status.state === 'SUCCESS'
      ? 'success'
      : status.state === 'FAILURE' || status.state === 'ERROR'
        ? 'failure'
        : 'pending'
  const at = toInstantOrNull(status.createdAt)
  return {
    kind: 'status',
    name: status.context,
    label: status.context,
    app: stripBotSuffix(status.creator?.login ?? ''),
    appId: null,
    byApp: status.creator !== null && toActor(status.creator).bot,
    workflow: null,
    id: 0,
    suiteId: null,
    workflowRunId: null,
    runAttempt: null,
    state,
    url: status.targetUrl,
    summary: status.description ? clip(status.description, MAX_SUMMARY_CHARS) : null,
    startedAt: at,
    completedAt: state === 'pending' ? null : at,
    required,
  }
}
