import type { Check, CheckState } from '../../../github/snapshot.ts'
import { instantOrNull } from '../../../lib/instant.ts'
import { clip } from '../../../lib/text.ts'
import type { GraphqlError } from '../client/graphql.ts'
import { bareLogin } from './actor.ts'
import type { GqlBaseRef, GqlCheckRun, GqlContext, GqlRule, GqlStatus } from './answers.ts'

const open: readonly CheckState[] = ['queued', 'in_progress', 'requested', 'waiting', 'pending']
const concluded: readonly CheckState[] = [
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

/**
 * A check's own words can be 64 KiB each; a page of them must not be megabytes in every snapshot we
 * keep.
 */
const summaryMax = 4000

/**
 * The rollup's entries as ours. An EXPECTED status is GitHub's placeholder for one the branch
 * requires and nobody has sent: it is no check, but its name is required. Throws where an entry has
 * no name: then nothing can be said about the commit.
 */
export function checksOf(
  contexts: readonly GqlContext[],
  required: readonly string[] | null,
): { checks: readonly Check[]; expected: readonly string[] } {
  const expected = contexts.flatMap((entry) =>
    !isRun(entry) && entry.state === 'EXPECTED' ? [entry.context] : [],
  )
  const demanded = (name: string, said: boolean | undefined) =>
    said === true || (required?.includes(name) ?? false)
  const checks = contexts.flatMap((entry) => {
    if (isRun(entry)) return [fromRun(entry, demanded(entry.name, entry.isRequired))]
    if (typeof entry.context !== 'string') throw new TypeError('a check without a name')
    return entry.state === 'EXPECTED'
      ? []
      : [fromStatus(entry, demanded(entry.context, entry.isRequired))]
  })
  return { checks, expected }
}

/** By what it has: a server may leave out what the entry is called. */
const isRun = (entry: GqlContext): entry is GqlCheckRun =>
  'name' in entry && typeof entry.name === 'string'

function fromRun(run: GqlCheckRun, required: boolean): Check {
  const inAddress = /\/actions\/runs\/(\d+)(?:\/job\/(\d+))?/.exec(run.detailsUrl ?? '')
  return {
    kind: 'check_run',
    name: run.name,
    app: run.checkSuite?.app?.slug ?? '',
    id: run.databaseId ?? Number(inAddress?.[2] ?? 0),
    suiteId: run.checkSuite?.databaseId ?? null,
    // Reading `workflowRun` takes a permission of its own; the address of the job says the same.
    workflowRunId:
      run.checkSuite?.workflowRun?.databaseId ?? (inAddress ? Number(inAddress[1]) : null),
    runAttempt: null,
    state: stateOf(run),
    url: run.detailsUrl,
    summary: clip([run.title, run.summary].filter(Boolean).join('\n'), summaryMax) || null,
    startedAt: instantOrNull(run.startedAt),
    completedAt: instantOrNull(run.completedAt),
    required,
  }
}

/**
 * A conclusion counts only once the run is completed; a word we do not know yet is not final and
 * passes nothing.
 */
function stateOf({ status, conclusion }: GqlCheckRun): CheckState {
  const word = (status === 'COMPLETED' ? (conclusion ?? '') : status).toLowerCase()
  const known = status === 'COMPLETED' ? concluded : open
  return known.find((state) => state === word) ?? 'pending'
}

function fromStatus(status: GqlStatus, required: boolean): Check {
  const state =
    status.state === 'SUCCESS'
      ? 'success'
      : status.state === 'FAILURE' || status.state === 'ERROR'
        ? 'failure'
        : 'pending'
  const at = instantOrNull(status.createdAt)
  return {
    kind: 'status',
    name: status.context,
    app: bareLogin(status.creator?.login ?? ''),
    id: 0,
    suiteId: null,
    workflowRunId: null,
    runAttempt: null,
    state,
    url: status.targetUrl,
    summary: status.description ? clip(status.description, summaryMax) : null,
    startedAt: at,
    completedAt: state === 'pending' ? null : at,
    required,
  }
}

/**
 * The names the base branch requires, from its protection (which only administrators see whole, but
 * whose rule for the viewer says the same) and from rulesets. Null where nothing is named and
 * something was hidden from us: then "none" would be a guess.
 */
export function requiredNames(
  base: GqlBaseRef | null,
  rules: readonly GqlRule[],
  errors: readonly GraphqlError[],
): readonly string[] | null {
  const protection = base?.branchProtectionRule
  const names = new Set<string>()
  const add = (from: readonly (string | null)[] | null | undefined) => {
    for (const name of from ?? []) if (name) names.add(name)
  }
  if (protection?.requiresStatusChecks !== false) add(protection?.requiredStatusCheckContexts)
  add(base?.refUpdateRule?.requiredStatusCheckContexts)
  for (const { parameters } of rules)
    add(parameters?.requiredStatusChecks?.map(({ context }) => context))
  if (names.size > 0) return [...names].toSorted()

  const failed = (step: string) =>
    errors.some(
      ({ path }) => path[1] === 'requirements' && (path.length === 2 || path.includes(step)),
    )
  const protectionHidden = failed('branchProtectionRule') && !base?.refUpdateRule
  return base === null || protectionHidden || failed('rules') ? null : []
}
