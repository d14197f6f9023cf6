import type { CheckRun, Mark } from './check-runs.ts'
import { compareFlags, type Loss } from './compare-flags.ts'
import { compareTargets } from './compare-targets.ts'

/** What one file runs, before and after; empty on a side on which the file does not exist. */
export interface FileRuns {
  readonly path: string
  readonly oldPath: string
  readonly deleted: boolean
  /** In a pipeline, each run is an environment of its own; elsewhere one command may cover another. */
  readonly isPipeline: boolean
  /** The keys of the file after the change, such as the names of scripts. */
  readonly keptKeys: ReadonlySet<string>
  /** The keys that the change removes from it. */
  readonly removedKeys: ReadonlySet<string>
  readonly before: readonly CheckRun[]
  readonly after: readonly CheckRun[]
}

export interface RunPair {
  readonly before: CheckRun
  readonly after: CheckRun
}

/** The runs of a file that changed, those that went, and those that came. */
export interface RunMatches {
  readonly pairs: readonly RunPair[]
  readonly gone: readonly CheckRun[]
  readonly come: readonly CheckRun[]
}

const describe = ({ text, ignored, conditions, retried }: CheckRun): string =>
  JSON.stringify([
    text.replace(/\s+/g, ' '),
    ignored?.text,
    conditions.map((mark) => mark.text),
    retried,
  ])

/** Pairs what a file ran before with what it runs now: equal ones first, then those of one tool. */
export function matchRuns({ before, after }: Pick<FileRuns, 'before' | 'after'>): RunMatches {
  const left = new Set(after)
  const equal = Map.groupBy(after, describe)
  const take = (run: CheckRun, mayBe: (other: CheckRun) => boolean): boolean => {
    const found = equal.get(describe(run))?.find((other) => left.has(other) && mayBe(other))
    return found !== undefined && left.delete(found)
  }
  // A line that stays is itself, even if another one with the same command goes.
  const edited = before.filter((run) => run.changed || !take(run, ({ changed }) => !changed))
  const differing = edited.filter((run) => !take(run, () => true))
  const pairs: RunPair[] = []
  const gone: CheckRun[] = []
  for (const run of differing) {
    const found = takeSimilar(run, left)
    if (found === null) gone.push(run)
    else pairs.push({ before: run, after: found })
  }
  return { pairs, gone, come: [...left] }
}

/** More candidates than these are not compared word by word. */
const MAX_CANDIDATES = 40

/** Takes out the most similar run of the same tool, by the words that both have; or null. */
export function takeSimilar(run: CheckRun, others: Set<CheckRun>): CheckRun | null {
  const words = new Set(run.text.split(/\s+/))
  const count = ({ text }: CheckRun) => text.split(/\s+/).filter((word) => words.has(word)).length
  const candidates = others
    .values()
    .filter((other) => other.check.tool === run.check.tool)
    .take(MAX_CANDIDATES)
  let best: CheckRun | null = null
  let most = -1
  for (const other of candidates) {
    const shared = count(other)
    if (shared > most) {
      best = other
      most = shared
    }
  }
  if (best !== null) others.delete(best)
  return best
}

/** How the command of a pair checks less than before. */
export function compareRuns({ before, after }: RunPair): readonly Loss[] {
  return [
    ...compareIgnoring(before, after),
    ...compareConditions(before, after),
    ...[...compareFlags(before, after), ...compareTargets(before, after)].map(
      (loss): Loss =>
        // What is gone is shown where the command stands now, if that line changed.
        loss.side === 'old' && after.changed ? { ...loss, side: 'new', line: after.line } : loss,
    ),
  ]
}

function compareIgnoring(before: CheckRun, after: CheckRun): readonly Loss[] {
  const isTest = before.check.category === 'test'
  const base = { side: 'new', answer: 'weakened', floor: null } as const
  const ignored: readonly Loss[] =
    before.ignored !== null || after.ignored === null
      ? []
      : [
          {
            ...base,
            // An expression may hold for some environments alone.
            answer: after.ignored.text.includes('${{') ? 'question' : 'weakened',
            kind:
              after.ignored.text.startsWith('|') || /^[;-]/.test(after.ignored.text)
                ? 'exit_code_ignored'
                : 'check_nonblocking',
            severity: isTest ? 'high' : 'medium',
            line: after.ignored.line,
            what: `can no longer fail what runs it, because of \`${after.ignored.text}\``,
          },
        ]
  const retried: readonly Loss[] =
    before.retried || !after.retried
      ? []
      : [
          {
            ...base,
            kind: 'retry_added',
            severity: 'low',
            line: after.line,
            what: 'is now repeated after a failure',
          },
        ]
  return [...ignored, ...retried]
}

function compareConditions(before: CheckRun, after: CheckRun): readonly Loss[] {
  const known = before.conditions.flatMap(({ text }) => splitCondition(text))
  const isNew = ({ text }: Mark) => splitCondition(text).some((part) => !known.includes(part))
  const kept = new Set(after.conditions.flatMap(({ text }) => splitCondition(text)))
  const isOther = known.some((part) => !kept.has(part))
  return after.conditions
    .filter((mark) => isNew(mark) && !hostConditions.test(mark.text))
    .map((mark) => toConditionLoss(mark, isOther || openConditions.test(mark.text), before))
}

/** True wherever the project itself runs, and false in a fork. */
const hostConditions = /^\w+:\s*(?:\$\{\{\s*)?github\.repository(?:_owner)?\s*==\s*'[^']*'/
/** Whether these leave a check out where it matters, the condition does not say. */
const openConditions =
  /\b(?:needs|steps|jobs)\.[\w-]+\.(?:outputs|result|outcome)|draft|dependabot|renovate|changed|^rules\b|\bactor\b/

function toConditionLoss(mark: Mark, isOpen: boolean, before: CheckRun): Loss {
  const never = /\bfalse\b|:\s*(?:never|manual)\b/.test(mark.text) && !/==|!=/.test(mark.text)
  const isTest = before.check.category === 'test'
  return {
    kind: never ? 'check_removed' : 'deselected',
    severity: never && isTest ? 'high' : 'medium',
    answer: never || !isOpen ? 'weakened' : 'question',
    side: 'new',
    line: mark.line,
    what: never
      ? `never runs by itself, because of \`${mark.text}\``
      : `only runs under the condition \`${mark.text}\``,
    floor: null,
  }
}

const splitCondition = (text: string): readonly string[] =>
  text
    .replace(/^\w+:\s*/, '')
    .replace(/^\$\{\{\s*|\s*\}\}$/g, '')
    .split('&&')
    .map((part) => part.replace(/\s+/g, ''))
