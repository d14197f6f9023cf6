import { pluralize } from '../lib/text.ts'
import { type Fate, formatFate, type RecordedRun, type Replayed } from './replay-run.ts'

/** Examples of one change; its count says how many there are. */
const MAX_EXAMPLES = 5

export interface Example {
  readonly id: string
  /** The address of the run's page. */
  readonly url: string
  readonly issue: string
  readonly attempt: number
  readonly because: string
}

/** Runs whose decision changes in the same way, by the same gate. */
export interface DecisionChange {
  readonly from: string
  readonly to: string
  readonly gate: string | null
  readonly count: number
  readonly examples: readonly Example[]
}

/** How often the service and people disagree. */
export interface Mistakes {
  /** Completed, and rejected by people. */
  readonly wrongPasses: number
  /** Sent back or paused, and taken by people. */
  readonly wrongRefusals: number
}

export interface Summary {
  readonly runs: number
  readonly unchanged: number
  /** The most frequent first. */
  readonly changes: readonly DecisionChange[]
  readonly notReplayable: readonly { readonly because: string; readonly count: number }[]
  readonly labels: {
    /** Replayed runs that people decided on. */
    readonly labelled: number
    readonly before: Mistakes
    readonly after: Mistakes
    /** Labelled runs of which it is not known how they would end: a model would be asked first. */
    readonly open: number
  }
}

/** Adds up the results of a backtest one by one, so that none of them is kept. */
export function createSummary(getRunUrl: (id: string) => string): {
  readonly add: (run: RecordedRun, replayed: Replayed) => void
  readonly finish: () => Summary
} {
  const changes = new Map<string, DecisionChange>()
  const notReplayable = new Map<string, number>()
  const count = { runs: 0, unchanged: 0, labelled: 0, open: 0 }
  const before = { wrongPasses: 0, wrongRefusals: 0 }
  const after = { wrongPasses: 0, wrongRefusals: 0 }
  const addChange = (run: RecordedRun, { from, to, gate, because }: Decided) => {
    const texts = { from: formatFate(from), to: formatFate(to), gate }
    const key = JSON.stringify(texts)
    const known = changes.get(key) ?? { ...texts, count: 0, examples: [] }
    const { id, issue, attempt } = run
    changes.set(key, {
      ...known,
      count: known.count + 1,
      examples:
        known.examples.length < MAX_EXAMPLES
          ? [...known.examples, { id, url: getRunUrl(id), issue, attempt, because }]
          : known.examples,
    })
  }
  const addLabel = ({ from, to, label }: Decided) => {
    if (label === null) return
    count.labelled += 1
    if (to.kind !== 'ends') count.open += 1
    for (const [fate, mistakes] of [
      [from, before],
      [to, after],
    ] as const) {
      if (isPass(fate) && label === 'rejected') mistakes.wrongPasses += 1
      if (isRefusal(fate) && label === 'taken') mistakes.wrongRefusals += 1
    }
  }
  return {
    add: (run, replayed) => {
      count.runs += 1
      if (replayed.kind === 'not_replayable') {
        const { because } = replayed
        notReplayable.set(because, (notReplayable.get(because) ?? 0) + 1)
        return
      }
      addLabel(replayed)
      if (formatFate(replayed.from) === formatFate(replayed.to)) count.unchanged += 1
      else addChange(run, replayed)
    },
    finish: () => ({
      runs: count.runs,
      unchanged: count.unchanged,
      changes: [...changes.values()].toSorted((a, b) => b.count - a.count),
      notReplayable: [...notReplayable]
        .map(([because, times]) => ({ because, count: times }))
        .toSorted((a, b) => b.count - a.count),
      labels: { labelled: count.labelled, before, after, open: count.open },
    }),
  }
}

type Decided = Extract<Replayed, { kind: 'replayed' }>

const isPass = (fate: Fate): boolean => fate.kind === 'ends' && fate.status === 'completed'
const isRefusal = (fate: Fate): boolean =>
  fate.kind === 'ends' && (fate.status === 'needs_iteration' || fate.status === 'needs_human')

/** The summary as lines for a person. */
export function formatSummary({
  runs,
  unchanged,
  changes,
  notReplayable,
  labels,
}: Summary): readonly string[] {
  const changed = changes.reduce((sum, change) => sum + change.count, 0)
  const left = notReplayable.reduce((sum, one) => sum + one.count, 0)
  const { labelled, before, after, open } = labels
  return [
    `${pluralize(runs, 'decided run')}: ${unchanged} unchanged, ${changed} changed, ${left} not replayable`,
    ...changes.flatMap(formatChange),
    ...notReplayable.map((one) => `not replayable: ${one.count}: ${one.because}`),
    labelled === 0
      ? 'People decided on none of the replayed runs.'
      : `People decided on ${labelled} of the replayed runs: ` +
        `wrong passes ${before.wrongPasses} → ${after.wrongPasses}, ` +
        `wrong refusals ${before.wrongRefusals} → ${after.wrongRefusals}` +
        `${open === 0 ? '' : `; of ${open} the end is not known`}.`,
  ]
}

const formatChange = ({ from, to, gate, count, examples }: DecisionChange): readonly string[] => [
  `${count}: ${from} → ${to}${gate === null ? '' : `, by the gate ${gate}`}`,
  ...examples.map(
    ({ url, issue, attempt, because }) => `    ${issue} attempt ${attempt}, ${url}: ${because}`,
  ),
]
