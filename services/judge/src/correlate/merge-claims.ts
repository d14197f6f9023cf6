import type { Enrichment, Provenance } from '../run/event.ts'
import type { ArtifactRef, RunClaims } from '../run/run.ts'
import type { ClaimPlace } from './recover-claims.ts'

/** The claims about a run, and where each was found. */
export interface SourcedClaims {
  readonly claims: RunClaims
  readonly provenance: Provenance
}

/**
 * Who speaks. `notify`: an agent's pod. `report`: a sender with the ingest token, about a workflow
 * that has not finished. `completion`: such a sender, about a finished one. `argo`: Argo itself,
 * when it was asked.
 */
export type Teller = 'notify' | 'report' | 'completion' | 'argo'

/** What a notify may add to a run that has a completion; what it is judged by is not among it. */
const enriching = [
  'threadId',
  'turnId',
  'sessionId',
  'reportedCommit',
  'iterations',
  'iterationCycle',
] as const satisfies readonly (keyof RunClaims)[]

/** How a workflow ended. */
const outcome = ['phase', 'phaseMessage', 'shutdown', 'startedAt', 'finishedAt'] as const

/**
 * Merges what a message says into what is known of its run; a value is never replaced by nothing.
 *
 * - A notify fills what is unknown, until anyone else speaks. Once the run has a completion, it only
 *   enriches: repository, issue, branch, base and prompt stay as the completion left them, even
 *   unknown.
 * - A report replaces what a notify claimed, and fills what is unknown.
 * - The first completion replaces both. What it leaves out is what a report said, never what a notify
 *   claimed.
 * - A later completion fills what is unknown, and replaces the outcome if the workflow finished
 *   later (it was retried), unless Argo itself has said how it ended.
 * - Argo replaces all that it says, and how the workflow ended in any case.
 */
export function mergeClaims(
  have: SourcedClaims,
  got: SourcedClaims,
  { teller, completed }: { readonly teller: Teller; readonly completed: boolean },
): SourcedClaims {
  if (teller === 'notify')
    return combine(have, completed ? selectEnriching(got, have.claims) : omit(got, ['artifacts']))
  if (teller === 'report')
    return completed ? combine(have, got) : combine(combine(dropNotified(have), got), have)
  if (!completed) {
    const merged = combine(got, dropNotified(have))
    return combine(merged, selectEnriching(have, merged.claims))
  }
  if (teller === 'argo') {
    const isSameRun = !contradictsIdentity(have.claims, got.claims)
    return combine(got, isSameRun ? omit(have, outcome) : selectEnriching(have, got.claims))
  }
  // The end of an earlier try must not fill the gaps of a later one.
  const merged = combine(have, have.claims.phase === null ? got : omit(got, outcome))
  if (isConfirmedByArgo(have.provenance) || !hasFinishedLater(have.claims, got.claims))
    return merged
  const { claims, provenance } = combine(
    select(got, outcome),
    isNewTry(have.claims, got.claims) ? omit(merged, ['phaseMessage', 'shutdown']) : merged,
  )
  const artifacts = mergeArtifacts(got.claims.artifacts, have.claims.artifacts)
  return { claims: { ...claims, stage: got.claims.stage, artifacts }, provenance }
}

const hasFinishedLater = (have: RunClaims, got: RunClaims): boolean =>
  have.finishedAt === null || have.phase === null || (got.finishedAt ?? 0) >= have.finishedAt

/** A retried workflow has neither the message nor the shutdown of its earlier try. */
const isNewTry = (have: RunClaims, got: RunClaims): boolean =>
  differs(have.phase, got.phase) || differs(have.finishedAt, got.finishedAt)

/** Whether a message tells another end of the workflow than is known; what it omits is no end. */
export const tellsOtherOutcome = (have: RunClaims, got: RunClaims): boolean =>
  differs(have.phase, got.phase) ||
  differs(have.startedAt, got.startedAt) ||
  differs(have.finishedAt, got.finishedAt)

/**
 * Whether a message names another run than this one, although both name one workflow uid. One uid
 * is one run: such a message changes nothing of it.
 */
export const contradictsIdentity = (have: RunClaims, got: RunClaims): boolean =>
  differs(have.repository?.toLowerCase(), got.repository?.toLowerCase()) ||
  differs(have.issueNumber, got.issueNumber) ||
  differs(have.workflowName, got.workflowName) ||
  differs(have.workflowNamespace, got.workflowNamespace)

const differs = <T>(have: T | null | undefined, got: T | null | undefined): boolean =>
  have !== null && have !== undefined && got !== null && got !== undefined && have !== got

const ARGO_PLACE = 'Argo: '
/** The same claims, marked as the word of Argo itself. */
export const markAsArgos = (provenance: Provenance): Provenance =>
  Object.fromEntries(
    Object.entries(provenance).map(([field, place]) => [field, `${ARGO_PLACE}${place}`]),
  )
export const isConfirmedByArgo = ({ phase }: Provenance): boolean =>
  phase?.startsWith(ARGO_PLACE) ?? false

/** Every claim of the first that it makes, otherwise that of the second. */
function combine(first: SourcedClaims, second: SourcedClaims): SourcedClaims {
  const claims: RunClaims = {
    ...second.claims,
    ...dropAbsent(first.claims),
    artifacts: mergeArtifacts(first.claims.artifacts, second.claims.artifacts),
  }
  const added = Object.entries(second.provenance).filter(
    ([field]) => valueIn(first.claims, field) === null,
  )
  return { claims, provenance: { ...Object.fromEntries(added), ...first.provenance } }
}

/** What others than agents' pods have said. */
const dropNotified = (sourced: SourcedClaims): SourcedClaims =>
  filterClaims(
    sourced,
    (field) => field === 'artifacts' || !isNotified(valueIn(sourced.provenance, field)),
  )

const NOTIFY_PLACE: ClaimPlace = 'notify'
/** A claim without a known source counts as an agent's. */
const isNotified = (place: unknown): boolean => place === NOTIFY_PLACE || place === null

/**
 * Of what a notify says, that which enriches a run with these claims. The pull request is among it
 * only if the branch is known, with which GitHub then compares it.
 */
function selectEnriching(sourced: SourcedClaims, { branch }: RunClaims): SourcedClaims {
  return select(sourced, branch === null ? enriching : [...enriching, 'reportedPrNumber'])
}

const select = (sourced: SourcedClaims, fields: readonly (keyof RunClaims)[]): SourcedClaims => {
  const kept = new Set<string>(fields)
  return filterClaims(sourced, (field) => kept.has(field))
}

const omit = (sourced: SourcedClaims, fields: readonly (keyof RunClaims)[]): SourcedClaims => {
  const dropped = new Set<string>(fields)
  return filterClaims(sourced, (field) => !dropped.has(field))
}

/** Every run has a stage; all other claims that are not kept become unknown. */
function filterClaims(
  { claims, provenance }: SourcedClaims,
  keeps: (field: string) => boolean,
): SourcedClaims {
  const unknown = Object.keys(claims).filter((field) => field !== 'stage' && !keeps(field))
  return {
    claims: {
      ...claims,
      ...Object.fromEntries(unknown.map((field) => [field, null])),
      artifacts: keeps('artifacts') ? claims.artifacts : [],
    },
    provenance: Object.fromEntries(Object.entries(provenance).filter(([field]) => keeps(field))),
  }
}

/** For each name, the first list's entry wins: it is the later or the more trusted one. */
function mergeArtifacts(
  first: readonly ArtifactRef[],
  second: readonly ArtifactRef[],
): readonly ArtifactRef[] {
  const names = new Set(first.map(({ name }) => name))
  return [...first, ...second.filter(({ name }) => !names.has(name))]
}

function dropAbsent(claims: RunClaims): Partial<RunClaims> {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null))
}

const valueIn = (object: RunClaims | Provenance, field: string): unknown =>
  new Map<string, unknown>(Object.entries(object)).get(field) ?? null

/** A later notify replaces the texts it contains; the others stay. */
export function mergeEnrichment(
  have: Enrichment | null,
  got: Enrichment | null,
): Enrichment | null {
  if (have === null || got === null) return have ?? got
  return {
    issuedAt: got.issuedAt ?? have.issuedAt,
    lastMessage: got.lastMessage ?? have.lastMessage,
    judgeOutput: got.judgeOutput ?? have.judgeOutput,
    usage: got.usage ?? have.usage,
    excerpts: { ...have.excerpts, ...got.excerpts },
    outputPaths: { ...have.outputPaths, ...got.outputPaths },
  }
}
