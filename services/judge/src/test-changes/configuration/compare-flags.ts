import type { TestChangeKind } from '../finding.ts'
import type { CheckRun } from './check-runs.ts'
import type { Flag } from './flags.ts'
import type { CheckCategory } from './recognize-checks.ts'

/** How a command checks less than before. */
export interface Loss {
  readonly kind: TestChangeKind
  readonly severity: 'high' | 'medium' | 'low'
  readonly answer: 'weakened' | 'question'
  readonly side: 'old' | 'new'
  readonly line: number
  /** A clause that goes on after "The command". */
  readonly what: string
  /** A floor that may have moved into a file of settings. */
  readonly floor: number | null
}

/** What it is called if a check of a category covers less. */
export const loosening: Readonly<Record<CheckCategory, TestChangeKind>> = {
  test: 'deselected',
  check: 'deselected',
  lint: 'lint_loosened',
  types: 'types_loosened',
  coverage: 'coverage_loosened',
}

const toNumber = (text: string | null): number | null => {
  const [digits] = /\d+(?:\.\d+)?/.exec(text ?? '') ?? []
  return digits === undefined ? null : Number(digits)
}

/** Compares the flags of a command before and after. */
export function compareFlags(before: CheckRun, after: CheckRun): readonly Loss[] {
  const old = before.arguments.flags
  const now = after.arguments.flags
  const isSame = (a: Flag, b: Flag) => a.name === b.name && a.value === b.value
  const gone = old.filter((flag) => !now.some((other) => isSame(flag, other)))
  const added = now.filter((flag) => !old.some((other) => isSame(flag, other)))
  const category = before.check.category
  const losses = added.map((flag) => {
    const earlier = gone.find(({ name }) => name === flag.name) ?? null
    return judgeAdded(flag, earlier, category)
  })
  const removed = gone
    .filter((flag) => !added.some(({ name }) => name === flag.name))
    .map((flag) => judgeRemoved(flag, category))
  return [...losses, ...removed].filter((loss) => loss !== null)
}

const show = ({ name, value }: Flag): string => `\`${value === null ? name : `${name}=${value}`}\``

function judgeAdded(flag: Flag, earlier: Flag | null, category: CheckCategory): Loss | null {
  const at = { side: 'new', line: flag.word.line, answer: 'weakened', floor: null } as const
  const now = toNumber(flag.value)
  const was = toNumber(earlier?.value ?? null)
  switch (flag.meaning) {
    case 'deselects': {
      const kind = loosening[category]
      const severity = category === 'test' || category === 'check' ? 'medium' : 'low'
      const what = `now leaves out a part by ${show(flag)}`
      if (earlier === null) return { ...at, kind, severity, what }
      const scope = compareScopes(flag.name, earlier.value ?? '', flag.value ?? '')
      if (scope === 'wider') return null
      const answer = scope === 'narrower' ? 'weakened' : 'question'
      return {
        ...at,
        kind,
        severity,
        answer,
        what: `selects by ${show(flag)} instead of ${show(earlier)}`,
      }
    }
    case 'tolerates':
      return {
        ...at,
        kind: 'exit_code_ignored',
        severity: /no-?tests/i.test(flag.name) ? 'low' : 'medium',
        what: `now passes in more cases because of ${show(flag)}`,
      }
    case 'retries':
      if (earlier !== null && (was ?? 0) >= (now ?? 1)) return null
      return {
        ...at,
        kind: 'retry_added',
        severity: 'low',
        what: `is repeated after a failure by ${show(flag)}`,
      }
    case 'updates':
      return {
        ...at,
        kind: 'snapshot_rewritten',
        severity: 'medium',
        what: `records its results as the expected ones by ${show(flag)}`,
      }
    case 'silences':
      return {
        ...at,
        kind: 'warnings_ignored',
        severity: 'low',
        what: `ignores warnings by ${show(flag)}`,
      }
    case 'allows':
      if (was === null || now === null || now <= was) return null
      return {
        ...at,
        kind: 'lint_loosened',
        severity: 'low',
        what: `allows more findings by ${show(flag)}`,
      }
    case 'demands':
      if (was === null || now === null || now >= was) return null
      return {
        ...at,
        kind: 'coverage_loosened',
        severity: 'medium',
        what: `demands ${show(flag)} instead of ${show(earlier ?? flag)}`,
        floor: was,
      }
    default:
      return flag.meaning satisfies never
  }
}

function judgeRemoved(flag: Flag, category: CheckCategory): Loss | null {
  const at = { side: 'old', line: flag.word.line, answer: 'weakened', floor: null } as const
  if (flag.meaning === 'allows')
    return { ...at, kind: 'lint_loosened', severity: 'low', what: `lost its limit ${show(flag)}` }
  if (flag.meaning !== 'demands') return null
  const what = `lost ${show(flag)}, which demanded more`
  if (/under|cov|threshold|lines|branches|functions|statements/.test(flag.name))
    return {
      ...at,
      kind: 'coverage_loosened',
      severity: 'medium',
      what,
      floor: toNumber(flag.value),
    }
  if (/race|sanitize|asan|memcheck/.test(flag.name))
    return { ...at, kind: 'check_removed', severity: 'medium', what }
  if (/warn|Werror|^-[DW]$/.test(flag.name))
    return { ...at, kind: 'warnings_ignored', severity: 'low', what }
  if (/locked|frozen|^--ci$|diff|show-fixes|required/.test(flag.name)) return null
  return { ...at, kind: loosening[category], severity: 'low', what }
}

/** Whether an expression that selects tests selects fewer than before. */
function compareScopes(name: string, was: string, now: string): 'narrower' | 'wider' | 'unknown' {
  const excludes = /ignore|exclude|skip|deselect|disable|Ignore|^-x$|^-E$|-LE/.test(name)
  const split = (text: string) =>
    text
      .split(/\s+(?:and|or)\s+|[|,]|\s+/)
      .map((part) => part.replace(/[()^$'"]/g, ''))
      .filter((part) => part !== '')
  const old = new Set(split(was.replace(/\bnot\s+/g, '!')))
  const next = new Set(split(now.replace(/\bnot\s+/g, '!')))
  const gained = [...next].filter((part) => !old.has(part))
  const lost = [...old].filter((part) => !next.has(part))
  const isOut = (part: string) => excludes || part.startsWith('!') || /^not /.test(part)
  const narrows = gained.some(isOut) || lost.some((part) => !isOut(part))
  const widens = lost.some(isOut) || gained.some((part) => !isOut(part))
  if (narrows === widens) return 'unknown'
  return narrows ? 'narrower' : 'wider'
}
