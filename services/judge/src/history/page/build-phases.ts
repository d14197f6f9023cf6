import { pluralize } from '../../lib/text.ts'
import type { CheckView, PhaseView } from '../http/run-page-schemas.ts'
import type { ArtifactView, RunView, TransitionView, VerdictView } from '../http/run-schemas.ts'
import type { UsualSeconds } from '../runs/usual-times.ts'

export interface PhaseInput {
  readonly run: Pick<
    RunView,
    'startedAt' | 'finishedAt' | 'status' | 'phase' | 'reviewStatus' | 'wait' | 'decidedAt'
  >
  /** Oldest first. */
  readonly transitions: readonly Pick<TransitionView, 'to' | 'at'>[]
  readonly artifacts: readonly Pick<ArtifactView, 'state'>[]
  readonly checks: readonly Pick<CheckView, 'name' | 'conclusion'>[]
  readonly verdicts: readonly Pick<VerdictView, 'model' | 'valid'>[]
  /** When the dispatch of the next attempt was accepted; null: it was not. */
  readonly dispatchedAt: string | null
  readonly usual: UsualSeconds
  readonly now: Date
}

const phaseNames = ['agent', 'evidence', 'ci', 'review', 'judge', 'pause'] as const
type PhaseName = (typeof phaseNames)[number]

const phaseByStatus: Readonly<Record<string, PhaseName>> = {
  run_complete: 'evidence',
  waiting_for_ci: 'ci',
  waiting_for_review: 'review',
  judging: 'judge',
}

interface Span {
  readonly from: number
  /** Null: it goes on. */
  readonly to: number | null
}

/** How long each part of a run took, in the order of the parts; those not reached have no time. */
export function buildPhases(input: PhaseInput): readonly PhaseView[] {
  const spans = collectSpans(input)
  return phaseNames.map((name) => {
    const own = spans.get(name) ?? []
    const running = own.some(({ to }) => to === null)
    const end = own.at(-1)?.to ?? null
    const millis = own.reduce(
      (sum, { from, to }) => sum + Math.max(0, (to ?? input.now.getTime()) - from),
      0,
    )
    return {
      name,
      seconds: own.length === 0 ? null : Math.round(millis / 100) / 10,
      startedAt: own[0] === undefined ? null : new Date(own[0].from).toISOString(),
      endedAt: running || end === null ? null : new Date(end).toISOString(),
      fact: own.length === 0 ? notReached[name] : describePhase(name, input),
      running,
      usualSeconds: name === 'pause' ? null : (input.usual[name] ?? null),
    }
  })
}

function collectSpans(input: PhaseInput): ReadonlyMap<PhaseName, readonly Span[]> {
  const spans = new Map<PhaseName, Span[]>()
  const add = (name: PhaseName, from: string, to: string | null) =>
    spans.set(name, [
      ...(spans.get(name) ?? []),
      { from: Date.parse(from), to: to === null ? null : Date.parse(to) },
    ])
  const { run, transitions } = input
  if (run.startedAt !== null && (run.finishedAt !== null || run.status === 'notified'))
    add('agent', run.startedAt, run.finishedAt)
  transitions.forEach(({ to, at }, index) => {
    const name = phaseByStatus[to ?? '']
    if (name !== undefined) add(name, at, transitions[index + 1]?.at ?? null)
  })
  const paused = transitions.findLast(({ to }) => to === 'needs_iteration' || to === 'needs_human')
  if (paused !== undefined) {
    const next = transitions[transitions.indexOf(paused) + 1]?.at ?? null
    const isOver = run.wait === null
    add('pause', paused.at, next ?? input.dispatchedAt ?? (isOver ? paused.at : null))
  }
  return spans
}

const notReached: Readonly<Record<PhaseName, string>> = {
  agent: 'not reported',
  evidence: 'not gathered yet',
  ci: 'not waited for',
  review: 'not waited for',
  judge: 'not asked',
  pause: 'none',
}

function describePhase(name: PhaseName, input: PhaseInput): string {
  const { run, artifacts, checks, verdicts } = input
  switch (name) {
    case 'agent':
      return run.phase ?? 'at work'
    case 'evidence':
      return pluralize(artifacts.filter(({ state }) => state === 'found').length, 'artifact')
    case 'ci': {
      const failed = checks.filter(
        ({ conclusion }) => conclusion !== null && !passed.has(conclusion),
      )
      const open = checks.filter(({ conclusion }) => conclusion === null)
      if (failed.length > 0)
        return `${failed
          .map((check) => check.name)
          .slice(0, 3)
          .join(', ')} failed`
      return open.length > 0
        ? `${open
            .map((check) => check.name)
            .slice(0, 3)
            .join(', ')} still to end`
        : `${pluralize(checks.length, 'check')} passed`
    }
    case 'review':
      return run.reviewStatus?.replaceAll('_', ' ') ?? 'no review'
    case 'judge':
      return verdicts.length === 0
        ? 'asked, no answer yet'
        : `${pluralize(verdicts.length, 'answer')} of ${[...new Set(verdicts.map(({ model }) => model))].slice(0, 3).join(', ')}`
    case 'pause':
      return run.wait?.for === 'person' ? 'a person is asked' : 'before the next attempt'
    default:
      return name satisfies never
  }
}

const passed: ReadonlySet<string> = new Set(['success', 'neutral', 'skipped'])
