import type { RefusedThing } from './failure.ts'
import type { Instant, Millis } from './instant.ts'
import { pluralize } from './text.ts'

/*
 * What is known of an external system from the calls it has answered. Nothing here sends a request:
 * every call is noted, and the state follows from the notes.
 */

/** What a call is about. A later call of the same kind can show that a refusal is over. */
export interface CallSubject {
  /** The part with access rules of its own: an owner, a model, a channel; null: the whole system. */
  readonly scope: string | null
  /** What is accessed there, such as a repository; null: the whole scope. */
  readonly object: string | null
  readonly operation: string
  /** Whether it changes something. A refused write leaves the rest of the service intact. */
  readonly writes: boolean
  /** Whose credentials it uses, for a system that has several. */
  readonly account: string
}

export interface SystemRefusal extends CallSubject {
  readonly refused: RefusedThing
  readonly answer: string
  readonly remedy: string | null
  readonly since: Instant
  readonly lastAt: Instant
}

export interface SystemOutage {
  readonly scope: string | null
  readonly because: string
  readonly since: Instant
}

export interface SystemKnowledge {
  readonly lastAnswerAt: Instant | null
  /** The state that follows from the rest, and when it began; null: the system was never asked. */
  readonly since: Instant | null
  readonly refusals: readonly SystemRefusal[]
  readonly outages: readonly SystemOutage[]
}

export const unknownSystem: SystemKnowledge = {
  lastAnswerAt: null,
  since: null,
  refusals: [],
  outages: [],
}

/**
 * A refusal that was not repeated for so long does not describe the access any more, once another
 * call of its scope has succeeded: what was refused may never be asked again.
 */
export const REFUSAL_MAX_AGE_MS: Millis = 60 * 60_000
/** More refusals than a person can read; the oldest is forgotten first. */
const MAX_REFUSALS = 100

const covers = (scope: string | null, other: string | null): boolean =>
  scope === null || scope === other

const isSameCall = (a: CallSubject, b: CallSubject): boolean =>
  a.account === b.account &&
  a.scope === b.scope &&
  a.object === b.object &&
  a.operation === b.operation

/** Notes that a call succeeded: the credentials are valid, and what it did is permitted. */
export function noteAnswer(
  before: SystemKnowledge,
  subject: CallSubject,
  at: Instant,
): SystemKnowledge {
  const isOver = (refusal: SystemRefusal): boolean =>
    refusal.account === subject.account &&
    covers(refusal.scope, subject.scope) &&
    (refusal.refused === 'credentials' ||
      isSameCall({ ...refusal, scope: subject.scope }, subject) ||
      at - refusal.lastAt >= REFUSAL_MAX_AGE_MS)
  return settle(before, at, {
    lastAnswerAt: at,
    refusals: before.refusals.some(isOver)
      ? before.refusals.filter((refusal) => !isOver(refusal))
      : before.refusals,
    outages: dropOutages(before.outages, subject.scope),
  })
}

/**
 * Notes that the system refused a call. `scope` is how much of it the refusal is about. Refused
 * credentials are one refusal, whatever was to be done with them.
 */
export function noteRefusal(
  before: SystemKnowledge,
  subject: CallSubject,
  refusal: Pick<SystemRefusal, 'scope' | 'refused' | 'answer' | 'remedy'>,
  at: Instant,
): SystemKnowledge {
  const what =
    refusal.refused === 'credentials'
      ? { ...subject, object: null, operation: 'any', writes: false }
      : subject
  const call = { ...what, ...refusal }
  const known = before.refusals.find((one) => isSameCall(one, call))
  const noted = { ...call, since: known?.since ?? at, lastAt: at }
  const others = before.refusals.filter((one) => one !== known)
  return settle(before, at, {
    lastAnswerAt: at,
    refusals: [...others, noted].slice(-MAX_REFUSALS),
    outages: dropOutages(before.outages, subject.scope),
  })
}

/** Notes that a call got no usable answer. */
export function noteOutage(
  before: SystemKnowledge,
  { scope, because }: Pick<SystemOutage, 'scope' | 'because'>,
  at: Instant,
): SystemKnowledge {
  const known = before.outages.find((one) => one.scope === scope)
  const others = before.outages.filter((one) => one !== known)
  return settle(before, at, {
    lastAnswerAt: before.lastAnswerAt,
    refusals: before.refusals,
    outages: [...others, { scope, because, since: known?.since ?? at }],
  })
}

/** An answer ends the outages of its scope, and those of the whole system. */
const dropOutages = (
  outages: readonly SystemOutage[],
  scope: string | null,
): readonly SystemOutage[] =>
  outages.some((outage) => covers(outage.scope, scope))
    ? outages.filter((outage) => !covers(outage.scope, scope))
    : outages

/** The knowledge after a note: `since` moves when the state does. */
function settle(
  before: SystemKnowledge,
  at: Instant,
  noted: Omit<SystemKnowledge, 'since'>,
): SystemKnowledge {
  const isSame = getStateName({ ...noted, since: null }) === getStateName(before)
  return { ...noted, since: isSame && before.since !== null ? before.since : at }
}

export type SystemStateName = 'untested' | 'on' | 'refused' | 'away'

/** Refused credentials or reads stop the work of a scope, a refused write only one feature. */
const getSeverity = ({ refused, writes }: SystemRefusal): number =>
  refused === 'credentials' || !writes ? 2 : 1

const findWorst = (refusals: readonly SystemRefusal[]): SystemRefusal | undefined =>
  refusals.toSorted((a, b) => getSeverity(b) - getSeverity(a))[0]

function getStateName({ lastAnswerAt, refusals, outages }: SystemKnowledge): SystemStateName {
  const worst = findWorst(refusals)
  if (worst !== undefined && getSeverity(worst) > 1) return 'refused'
  if (outages.length > 0) return 'away'
  if (worst !== undefined) return 'refused'
  return lastAnswerAt === null ? 'untested' : 'on'
}

export interface SystemReport {
  readonly state: SystemStateName
  /** Why it is refused or away, and what to do; null in the other states. */
  readonly because: string | null
}

/** The state in one line: the worst refusal, else the outage. */
export function describeSystem(knowledge: SystemKnowledge): SystemReport {
  const state = getStateName(knowledge)
  if (state === 'refused') {
    const worst = findWorst(knowledge.refusals)
    const more = knowledge.refusals.length - 1
    const rest = more > 0 ? ` (and ${pluralize(more, 'other refusal')})` : ''
    return { state, because: worst === undefined ? null : `${formatRefusal(worst)}${rest}` }
  }
  const [outage] = knowledge.outages
  return {
    state,
    because: state === 'away' && outage ? `${formatScope(outage.scope)}${outage.because}` : null,
  }
}

const formatScope = (scope: string | null): string => (scope === null ? '' : `${scope}: `)

export const formatRefusal = ({ scope, answer, remedy }: SystemRefusal): string =>
  `${formatScope(scope)}${answer}${remedy === null ? '' : `; ${remedy}`}`

/** `on`, `untested`, `refused: …` or `away: …`. */
export const formatSystemReport = ({ state, because }: SystemReport): string =>
  because === null ? state : `${state}: ${because}`

/** What is reported to people about a system, once for each scope. */
export type SystemChange =
  | { readonly kind: 'refused'; readonly refusal: SystemRefusal }
  | { readonly kind: 'accepted'; readonly scope: string | null }
  | { readonly kind: 'away'; readonly outage: SystemOutage }
  | { readonly kind: 'back'; readonly scope: string | null }

/**
 * What changed for each scope. A further refusal of a scope is no change, unless it is worse: that
 * of the credentials after that of a single write.
 */
export function listSystemChanges(
  before: SystemKnowledge,
  after: SystemKnowledge,
): readonly SystemChange[] {
  if (before.refusals === after.refusals && before.outages === after.outages) return []
  const changes: SystemChange[] = []
  for (const scope of collectScopes(before.refusals, after.refusals)) {
    const was = findWorst(before.refusals.filter((refusal) => refusal.scope === scope))
    const is = findWorst(after.refusals.filter((refusal) => refusal.scope === scope))
    if (is === undefined) changes.push({ kind: 'accepted', scope })
    else if (was === undefined || getSeverity(is) > getSeverity(was))
      changes.push({ kind: 'refused', refusal: is })
  }
  for (const scope of collectScopes(before.outages, after.outages)) {
    const was = before.outages.find((outage) => outage.scope === scope)
    const is = after.outages.find((outage) => outage.scope === scope)
    if (is === undefined) changes.push({ kind: 'back', scope })
    else if (was === undefined) changes.push({ kind: 'away', outage: is })
  }
  return changes
}

const collectScopes = (
  ...lists: readonly (readonly { readonly scope: string | null }[])[]
): ReadonlySet<string | null> => new Set(lists.flat().map(({ scope }) => scope))
