import { getReasonKind } from '../../run/reason-kinds.ts'
import { isReason } from '../../run/reasons.ts'
import type { InsightView } from '../http/insight-schemas.ts'
import { buildFilter, type FilterScope } from './build-filter.ts'
import { buildSentences } from './build-sentences.ts'
import { computeFigures } from './compute-figures.ts'
import { findMarks } from './find-marks.ts'
import type {
  DayCost,
  DecidedRun,
  FlakyCheck,
  HangingRun,
  LabelledVerdict,
  Period,
  TimedPhase,
} from './read-insights.ts'

/** Fewer decisions tell no rate. */
const ENOUGH_DECISIONS = 20
const DAY_MS = 86_400_000

/** What the insights are computed from; of each list the newest part, as it was read. */
export interface InsightData {
  readonly period: Period
  readonly previous: Period
  /** As asked for. */
  readonly repository: string | null
  readonly truncated: boolean
  readonly decided: readonly DecidedRun[]
  readonly decidedBefore: readonly DecidedRun[]
  readonly costs: readonly DayCost[]
  readonly phases: readonly TimedPhase[]
  readonly hanging: readonly HangingRun[]
  /** The usual seconds of a wait, by repository key and phase. */
  readonly usual: ReadonlyMap<string, Readonly<Record<string, number | undefined>>>
  readonly answers: readonly number[]
  readonly answersBefore: readonly number[]
  readonly labels: readonly LabelledVerdict[]
  readonly flaky: readonly FlakyCheck[]
}

/** What recent runs show together. Pure, and total: nothing is divided by what may be nothing. */
export function computeInsights(data: InsightData): InsightView {
  const { period, previous, decided } = data
  const scope: FilterScope = { repository: data.repository, ...period }
  const view = {
    since: period.since.toISOString(),
    until: period.until.toISOString(),
    previous: { since: previous.since.toISOString(), until: previous.until.toISOString() },
    truncated: data.truncated,
    decisions: decided.length,
    enough: decided.length >= ENOUGH_DECISIONS,
    figures: computeFigures(data, scope),
    days: computeDays(data, scope),
    hanging: computeHanging(data, scope),
    reasons: computeReasons(data, scope),
    phases: computePhases(data.phases),
    calibration: computeCalibration(data.labels),
    flaky: data.flaky.map(({ repository, name, flips, runs, saved }) => ({
      ...{ repository, name, flips, runs, attemptsSaved: saved },
      filter: buildFilter({ ...scope, repository }, { reason: 'ci_failed' }),
    })),
    marks: findMarks(decided),
  }
  return { ...view, sentences: buildSentences(view) }
}

const formatDay = (at: Date): string => at.toISOString().slice(0, 10)

const countKeys: Readonly<Record<string, 'completed' | 'needsIteration' | 'needsHuman'>> = {
  completed: 'completed',
  needs_iteration: 'needsIteration',
  needs_human: 'needsHuman',
}

function computeDays(
  { period, decided, costs }: InsightData,
  scope: FilterScope,
): InsightView['days'] {
  const days = new Map<string, InsightView['days'][number]>()
  for (let at = Date.parse(formatDay(period.since)); at < period.until.getTime(); at += DAY_MS) {
    const day = formatDay(new Date(at))
    const bounds = {
      since: new Date(Math.max(at, period.since.getTime())),
      until: new Date(Math.min(at + DAY_MS, period.until.getTime())),
    }
    days.set(day, {
      ...{ day, completed: 0, needsIteration: 0, needsHuman: 0, ended: 0, infrastructure: 0 },
      costByModel: {},
      filter: buildFilter({ ...scope, ...bounds }, {}),
    })
  }
  for (const { status, reason, decided_at } of decided) {
    const day = days.get(formatDay(decided_at))
    if (day === undefined) continue
    if (reason !== null && isReason(reason) && getReasonKind(reason) === 'infrastructure')
      day.infrastructure += 1
    else day[countKeys[status] ?? 'ended'] += 1
  }
  for (const { day, model, usd } of costs) {
    const found = days.get(day)
    if (found !== undefined) found.costByModel[model] = Number(usd.toFixed(4))
  }
  return [...days.values()]
}

const phaseByStatus: Readonly<Record<string, InsightView['hanging'][number]['phase']>> = {
  notified: 'agent',
  run_complete: 'evidence',
  waiting_for_ci: 'ci',
  waiting_for_review: 'review',
  judging: 'judge',
  needs_human: 'person',
}

function computeHanging(
  { hanging, usual }: InsightData,
  { repository }: FilterScope,
): InsightView['hanging'] {
  const byStatus = Map.groupBy(hanging, ({ status }) => status)
  return Object.entries(phaseByStatus).flatMap(([status, phase]) => {
    const runs = byStatus.get(status) ?? []
    if (runs.length === 0) return []
    return [
      {
        phase,
        filter: buildFilter({ repository, since: null, until: null }, { status }),
        runs: runs.map((run) => ({
          id: run.id,
          title: run.issue_title ?? `${run.repository ?? 'unknown'}#${run.issue_number ?? '?'}`,
          waitSeconds: Math.round(run.seconds),
          usualSeconds: usual.get(run.repository_key ?? '')?.[phase] ?? null,
        })),
      },
    ]
  })
}

function computeReasons(
  { decided, decidedBefore }: InsightData,
  scope: FilterScope,
): InsightView['reasons'] {
  const count = (runs: readonly DecidedRun[]): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>()
    for (const { status, reason } of runs)
      if (reason !== null && status !== 'completed')
        counts.set(reason, (counts.get(reason) ?? 0) + 1)
    return counts
  }
  const before = count(decidedBefore)
  return [...count(decided)]
    .sort(([one, n], [other, m]) => m - n || (one < other ? -1 : 1))
    .map(([reason, n]) => ({
      ...{ reason, count: n, before: before.get(reason) ?? 0 },
      filter: buildFilter(scope, { reason }),
    }))
}

const timedPhases = ['agent', 'evidence', 'ci', 'review', 'judge', 'pause'] as const

function computePhases(phases: readonly TimedPhase[]): InsightView['phases'] {
  const asked = new Set(
    phases
      .filter(({ phase, reason }) => phase === 'needs_human' || reason === 'decided_by_person')
      .map(({ id }) => id),
  )
  const groups = Map.groupBy(phases, ({ id, attempt }) =>
    asked.has(id) ? ('person' as const) : attempt > 1 ? ('later' as const) : ('first' as const),
  )
  return (['first', 'later', 'person'] as const).flatMap((group) => {
    const own = groups.get(group) ?? []
    const runs = new Set(own.map(({ id }) => id)).size
    if (runs === 0) return []
    const average = (wanted: string): number =>
      Math.round(
        own
          .filter(({ phase }) => (phaseByStatus[phase] ?? phase) === wanted)
          .reduce((sum, each) => sum + each.seconds, 0) / runs,
      )
    const [agent = 0, evidence = 0, ci = 0, review = 0, judge = 0, pause = 0] =
      timedPhases.map(average)
    return [{ group, runs, seconds: { agent, evidence, ci, review, judge, pause } }]
  })
}

/** The last bin holds full confidence, too. */
const bins = [
  [0, 0.5],
  [0.5, 0.6],
  [0.6, 0.7],
  [0.7, 0.8],
  [0.8, 0.9],
  [0.9, 1],
] as const

const computeCalibration = (labels: readonly LabelledVerdict[]): InsightView['calibration'] =>
  bins.flatMap(([from, to]) => {
    const own = labels.filter(
      ({ confidence }) => confidence >= from && (confidence < to || (to === 1 && confidence <= 1)),
    )
    const right = own.filter(({ agrees }) => agrees).length
    return own.length === 0 ? [] : [{ from, to, count: own.length, right }]
  })
