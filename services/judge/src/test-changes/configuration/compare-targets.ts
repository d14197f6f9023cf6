import type { CheckRun } from './check-runs.ts'
import { type Loss, loosening } from './compare-flags.ts'
import type { Word } from './split-commands.ts'

/** Targets that stand for everything a project has of a kind. */
const wholePattern =
  /^(?:\.\/?|\.\/\.\.\.|\.\.\.|all|\*\*?|\/\/\.\.\.|(?:\.\/)?(?:src|lib|app|tests?|specs?|packages))\/?$/
const targetPattern = /[/*.:]|^(?:src|lib|app|tests?|specs?|packages)$/

const isWithin = (inner: string, outer: string): boolean =>
  wholePattern.test(outer) || inner.startsWith(`${outer.replace(/(?:\.\.\.|\/|\*+)$/, '')}/`)

const list = (texts: readonly string[]): string => {
  const shown = texts.slice(0, 3).map((text) => `\`${text}\``)
  return `${shown.join(', ')}${texts.length > shown.length ? ' and others' : ''}`
}

/** Compares what a command is applied to: a part of it, instead of all of it, is a loss. */
export function compareTargets(before: CheckRun, after: CheckRun): readonly Loss[] {
  if (before.check.tool.startsWith('flags')) return []
  const known = before.arguments.targets.map((word) => word.text)
  // A variable of flags is no target; any other one may stand for anything.
  const old = known.filter((text) => !/^["']?\$.*(?:ARGS|FLAGS|OPT|PARAM)/i.test(text))
  const now = after.arguments.targets.map((word) => word.text)
  const lost = old.filter((text) => !now.includes(text) && !/^["']?\$/.test(text))
  const gained = after.arguments.targets.filter(({ text }) => !known.includes(text))
  return compareExclusions(before, gained) ?? compareLists(before, old, now, lost, gained)
}

const describeBase = ({ check }: CheckRun) => {
  const isTest = check.category === 'test' || check.category === 'check'
  return {
    kind: loosening[check.category],
    severity: isTest ? 'medium' : 'low',
    answer: 'weakened',
    floor: null,
  } as const
}

/** A command that lists the targets, such as `$(go list ./... | grep -v /api)`. */
function compareExclusions(before: CheckRun, gained: readonly Word[]): readonly Loss[] | null {
  const word = gained.find(({ text }) => /^["']?[$`]/.test(text))
  if (word === undefined) return null
  const [, excluded = ''] =
    /grep\s+(?:-\w+\s+)*-\w*v\w*\s+(?:-\w+\s+)*(\S+?)[)\s|]/.exec(word.text) ?? []
  if (
    excluded === '' ||
    /vendor|node_modules|mocks?\b|generated|\/gen\b|third_party|testdata/.test(excluded)
  )
    return []
  const what = `leaves out what \`${excluded}\` matches`
  return [{ ...describeBase(before), side: 'new', line: word.line, what }]
}

function compareLists(
  before: CheckRun,
  old: readonly string[],
  now: readonly string[],
  lost: readonly string[],
  gained: readonly Word[],
): readonly Loss[] {
  const base = describeBase(before)
  const specific = gained.filter(({ text }) => targetPattern.test(text) && !wholePattern.test(text))
  const [first] = specific
  const wasWhole = lost.some((text) => wholePattern.test(text)) || old.length === 0
  const isPart =
    first !== undefined &&
    specific.length === gained.length &&
    (wasWhole || lost.some((text) => isWithin(first.text, text)))
  if (isPart) {
    const covered = list(specific.map(({ text }) => text))
    const what = `only covers ${covered} instead of ${lost.length === 0 ? 'everything' : list(lost)}`
    const severity = base.severity === 'medium' ? 'high' : 'low'
    return [{ ...base, severity, side: 'new', line: first.line, what }]
  }
  const dropped = lost.filter(
    (text) => targetPattern.test(text) && !now.some((other) => isWithin(text, other)),
  )
  if (dropped.length === 0 || gained.length >= lost.length) return []
  const word = before.arguments.targets.find(({ text }) => dropped.includes(text))
  const what = `no longer covers ${list(dropped)}`
  return [{ ...base, side: 'old', line: word?.line ?? before.line, what }]
}
