import type { CheckRun, Mark } from './check-runs.ts'
import { compareFlags, type Loss } from './compare-flags.ts'

/** What one file runs, before and after; empty on a side on which the file does not exist. */
export interface FileRuns {
  readonly path: string
  readonly oldPath: string
  readonly deleted: boolean
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
  const come = [...after]
  const take = (at: number): CheckRun | null => (at === -1 ? null : (come.splice(at, 1)[0] ?? null))
  const differing = before.filter(
    (run) => take(come.findIndex((other) => describe(other) === describe(run))) === null,
  )
  const pairs: RunPair[] = []
  const gone: CheckRun[] = []
  for (const run of differing) {
    const found = take(findSimilar(run, come))
    if (found === null) gone.push(run)
    else pairs.push({ before: run, after: found })
  }
  return { pairs, gone, come }
}

/** The most similar run of the same tool, by the words that both have; -1 if there is none. */
export function findSimilar(run: CheckRun, others: readonly CheckRun[]): number {
  const words = new Set(run.text.split(/\s+/))
  let best = -1
  let most = -1
  for (const [index, other] of others.entries()) {
    if (other.check.tool !== run.check.tool) continue
    const shared = other.text.split(/\s+/).filter((word) => words.has(word)).length
    if (shared > most) {
      best = index
      most = shared
    }
  }
  return best
}

/** How the command of a pair checks less than before. */
export function compareRuns({ before, after }: RunPair): readonly Loss[] {
  return [
    ...compareIgnoring(before, after),
    ...compareConditions(before, after),
    ...compareFlags(before, after),
    ...compareTargets(before, after),
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
  const narrowed = after.conditions.filter(({ text }) =>
    splitCondition(text).some((part) => !known.includes(part)),
  )
  const lost = known.filter(
    (part) => !after.conditions.some(({ text }) => splitCondition(text).includes(part)),
  )
  return narrowed.map((mark): Loss => toConditionLoss(mark, lost.length > 0, before))
}

function toConditionLoss(mark: Mark, isOther: boolean, before: CheckRun): Loss {
  const never = /\bfalse\b|:\s*(?:never|manual)\b/.test(mark.text)
  const isTest = before.check.category === 'test'
  return {
    kind: never ? 'check_removed' : 'deselected',
    severity: never && isTest ? 'high' : 'medium',
    answer: never || !isOther ? 'weakened' : 'question',
    side: 'new',
    line: mark.line,
    what: never
      ? `never runs, by \`${mark.text}\``
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

/** Targets that stand for everything a project has of a kind. */
const wholePattern =
  /^(?:\.\/?|\.\/\.\.\.|\.\.\.|all|\*\*?|\/\/\.\.\.|src|lib|app|tests?|specs?|packages|\.\/src|\.\/tests?)\/?$/

function compareTargets(before: CheckRun, after: CheckRun): readonly Loss[] {
  const old = before.arguments.targets.map((word) => word.text)
  const now = after.arguments.targets.map((word) => word.text)
  const lost = old.filter((text) => !now.includes(text))
  const gained = after.arguments.targets.filter(({ text }) => !old.includes(text))
  if (before.check.tool === 'flags') return []
  const isTarget = (text: string) => /[/*.:]|^(?:src|lib|app|tests?|specs?|packages)$/.test(text)
  const kind =
    before.check.category === 'lint'
      ? 'lint_loosened'
      : before.check.category === 'types'
        ? 'types_loosened'
        : 'deselected'
  const isTest = kind === 'deselected'
  const base = {
    kind,
    severity: isTest ? 'medium' : 'low',
    answer: 'weakened',
    floor: null,
  } as const
  const specific = gained.filter(({ text }) => isTarget(text) && !wholePattern.test(text))
  const [first] = specific
  const wasWhole =
    lost.some((text) => wholePattern.test(text)) || (lost.length === 0 && old.length === 0)
  const isWithin = (inner: string, outer: string) =>
    wholePattern.test(outer) || inner.startsWith(`${outer.replace(/\/$/, '')}/`)
  if (
    first !== undefined &&
    specific.length === gained.length &&
    (wasWhole || lost.some((text) => isWithin(first.text, text)))
  ) {
    const what = `only covers ${specific
      .slice(0, 3)
      .map(({ text }) => `\`${text}\``)
      .join(
        ', ',
      )}${specific.length > 3 ? ' and others' : ''} instead of ${lost.length === 0 ? 'everything' : lost.map((text) => `\`${text}\``).join(', ')}`
    return [{ ...base, severity: isTest ? 'high' : 'low', side: 'new', line: first.line, what }]
  }
  const dropped = lost.filter(
    (text) => isTarget(text) && !now.some((other) => isWithin(text, other)),
  )
  if (dropped.length === 0 || gained.length >= lost.length) return []
  const [word] = before.arguments.targets.filter(({ text }) => dropped.includes(text))
  const what = `no longer covers ${dropped.map((text) => `\`${text}\``).join(', ')}`
  return [{ ...base, side: 'old', line: word?.line ?? before.line, what }]
}
