import type { Comparison } from './comparison.ts'
import type { MarkFact, TestFact } from './fact.ts'
import type { LossSeverity, TestChange, TestChangeKind } from './finding.ts'
import { findFileRole } from './is-test-file.ts'
import { quote } from './quote.ts'
import { normalizeCode } from './rate-assertion.ts'
import { type PlacedFact, quoteLines, selectFacts, type TestCase } from './test-file.ts'

/** What was added to keep tests from running, or their failures from counting. */
export function compareMarks(comparison: Comparison): readonly TestChange[] {
  return comparison.files.flatMap((file) => [
    ...findAdded('mark', file, comparison).flatMap((mark) => describeMark(mark, comparison)),
    ...findAdded('retry', file, comparison).flatMap((retry) => describeRetry(retry, comparison)),
    ...findAdded('exit', file, comparison).flatMap((exit) => describeExit(exit, comparison)),
    ...findAdded('swallow', file, comparison).flatMap((error) =>
      describeSwallow(error, comparison),
    ),
    ...findAdded('mock', file, comparison).flatMap(describeMock),
    ...findAdded('commented', file, comparison).flatMap((code) =>
      describeComment(code, comparison),
    ),
    ...findDroppedPlans(file, comparison),
  ])
}

type Placed<K extends TestFact['kind']> = PlacedFact<Extract<TestFact, { kind: K }>>
type File = Comparison['files'][number]

/** The facts of a kind on changed lines of the new side that the same test did not have before. */
function findAdded<K extends TestFact['kind'] & string>(
  kind: K,
  file: File,
  { cases }: Comparison,
): readonly Placed<K>[] {
  const had = Map.groupBy(selectFacts(file.old, kind), (placed) => textKey(placed))
  return selectFacts(file.new, kind).filter((placed) => {
    if (!placed.changed && !(kind === 'mark' && isKeptTest(placed, file))) return false
    const before = placed.test === null ? null : (cases.before.get(placed.test) ?? null)
    const same = had.get(textKey(placed)) ?? []
    // A fact outside of known tests is the same if the same hunk had it.
    const index = same.findIndex(({ test, fragment }) =>
      test === null || before === null ? fragment === placed.fragment : test === before,
    )
    if (index === -1) return true
    same.splice(index, 1)
    return false
  })
}

/** A test on a line that stays may still get a mark from what is put around it. */
const isKeptTest = ({ test, anchor, changed }: PlacedFact, { old }: File): boolean =>
  test?.changed === false &&
  !changed &&
  test.anchor === anchor &&
  old.cases.some((before) => !before.changed && before.anchor === anchor)

/** A mark is the same under another runner: only what it does and when counts. */
function textKey({ fact }: PlacedFact): string {
  if (fact.kind === 'mark') return `${fact.mark}:${normalizeCode(fact.condition ?? '')}`
  return 'text' in fact ? normalizeCode(fact.text) : ''
}

const isNewTest = (test: TestCase | null, { cases }: Comparison): boolean => {
  for (let at = test; at !== null; at = at.parent)
    if (at.changed && !cases.before.has(at)) return true
  return false
}

function create(
  placed: PlacedFact,
  kind: TestChangeKind,
  severity: LossSeverity,
  because: string,
  answer: TestChange['answer'] = 'weakened',
): TestChange {
  const { fact, side, test } = placed
  const name = test?.fact.name ?? null
  const before = quote(name ?? ('text' in fact ? fact.text : side.text.path))
  return {
    answer,
    kind,
    severity,
    path: side.text.path,
    side: side.text.side,
    line: fact.line,
    test: name,
    before,
    because,
  }
}

const markKinds: Readonly<Record<MarkFact['mark'], TestChangeKind>> = {
  skip: 'skip_added',
  focus: 'focus_added',
  expected_failure: 'expected_failure',
  build_tag: 'build_tag',
  deselected: 'deselected',
}

const markTexts: Readonly<Record<MarkFact['mark'], string>> = {
  skip: 'does not run any more',
  focus: 'is the only one that runs: the others of its file do not',
  expected_failure: 'is expected to fail',
  build_tag: 'is left out of ordinary builds',
  deselected: 'is not selected any more',
}

function describeMark(mark: Placed<'mark'>, comparison: Comparison): readonly TestChange[] {
  const { fact, test } = mark
  const kind = markKinds[fact.mark]
  if (fact.mark === 'focus') return [create(mark, kind, 'high', `The test ${markTexts.focus}.`)]
  if (
    fact.aboutHost ||
    isNewTest(test, comparison) ||
    (mark.side.text.whole && test === null && isNewFile(mark))
  )
    return []
  const severity = fact.condition === null ? 'high' : 'medium'
  const text = test === null ? fact.text : quoteLines(test.side, test.fact.line, test.fact.endLine)
  const reason = comparison.reasons.explainGone(text)
  if (reason !== null) return [create(mark, kind, severity, reason, 'justified')]
  if (fact.condition !== null && hadOtherCondition(mark, comparison)) {
    const because = `The test runs under another condition than before: \`${quote(fact.condition)}\`.`
    return [create(mark, kind, 'low', because, 'question')]
  }
  const when = fact.condition === null ? '' : ` if ${quote(fact.condition)}`
  return [create(mark, kind, severity, `The test ${markTexts[fact.mark]}${when}.`)]
}

/** Whether the change removes a mark of the same kind, with a condition, from the same place. */
function hadOtherCondition(mark: Placed<'mark'>, { files, cases }: Comparison): boolean {
  const file = files.find((candidate) => candidate.new === mark.side)
  const before = mark.test === null ? null : (cases.before.get(mark.test) ?? null)
  return (file === undefined ? [] : selectFacts(file.old, 'mark')).some(
    ({ fact, changed, test, fragment }) =>
      changed &&
      fact.mark === mark.fact.mark &&
      fact.condition !== null &&
      (before === null ? fragment === mark.fragment : test === before),
  )
}

const isNewFile = ({ side }: PlacedFact): boolean =>
  side.text.fragments.every((lines) => lines.every(({ changed }) => changed))

function describeRetry(retry: Placed<'retry'>, comparison: Comparison): readonly TestChange[] {
  if (isNewTest(retry.test, comparison) || isNewFile(retry) || retry.fact.count === 0) return []
  const before = comparison.files
    .filter((file) => file.new === retry.side)
    .flatMap((file) => selectFacts(file.old, 'retry'))
    .filter(({ changed, fragment }) => changed && fragment === retry.fragment)
  if (before.some(({ fact }) => fact.count >= retry.fact.count)) return []
  return [
    create(
      retry,
      'retry_added',
      'low',
      `A failure counts only after \`${quote(retry.fact.text)}\` has tried again.`,
    ),
  ]
}

function describeExit(exit: Placed<'exit'>, comparison: Comparison): readonly TestChange[] {
  const { fact, test, side, fragment } = exit
  if (fact.aboutHost) return []
  if (fact.exit === 'process')
    return [
      create(
        exit,
        'exit_code_ignored',
        'high',
        `\`${quote(fact.text)}\` ends the tests as passed.`,
      ),
    ]
  if (isNewTest(test, comparison) || isNewFile(exit) || findFileRole(side.text.path) !== 'test')
    return []
  const skipped = selectFacts(side, 'assertion').filter(
    (assertion) =>
      assertion.test === test && assertion.fragment === fragment && assertion.fact.line > fact.line,
  )
  const [first] = skipped
  if (first === undefined) {
    // The rest of the test is in no hunk, so it may well check something.
    const because = `\`${quote(fact.text)}\` now ends the test early.`
    return test === null || side.text.whole
      ? []
      : [create(exit, 'assertion_conditional', 'medium', because, 'question')]
  }
  const because = `\`${quote(fact.text)}\` now skips \`${quote(first.fact.text)}\`.`
  const answer = hadOtherExit(exit, comparison) ? 'question' : 'weakened'
  return [create(exit, 'assertion_conditional', 'medium', because, answer)]
}

/** Whether the test ended early before, too, under another condition. */
function hadOtherExit(exit: Placed<'exit'>, { files, cases }: Comparison): boolean {
  const file = files.find((candidate) => candidate.new === exit.side)
  const before = exit.test === null ? null : (cases.before.get(exit.test) ?? null)
  return (file === undefined ? [] : selectFacts(file.old, 'exit')).some(
    ({ fact, changed, test, fragment }) =>
      changed &&
      fact.exit === 'early_return' &&
      (before === null ? fragment === exit.fragment : test === before),
  )
}

function describeSwallow(error: Placed<'swallow'>, comparison: Comparison): readonly TestChange[] {
  if (isNewTest(error.test, comparison) || isNewFile(error)) return []
  return [
    create(
      error,
      'error_swallowed',
      'low',
      `\`${quote(error.fact.text)}\` drops an error that failed the test before.`,
      'question',
    ),
  ]
}

/** The stem of `a/price.test.ts`, `test_price.py` and `PriceTest.java` is `price`. */
const stem = (path: string): string =>
  path
    .slice(path.lastIndexOf('/') + 1)
    .replace(/\.(?:[cm]?[jt]sx?|py|go|java|kts?|rs|rb|php|cs|swift|vue|svelte)$/, '')
    .replace(/[._-]?(?:test|spec|e2e|tests)$|^test_/i, '')
    .toLowerCase()

function describeMock(mock: Placed<'mock'>): readonly TestChange[] {
  if (isNewFile(mock) || !replacesSubject(mock)) return []
  const because = `\`${quote(mock.fact.text)}\` replaces what the tests check.`
  return [create(mock, 'subject_mocked', 'high', because)]
}

/** What tests call for its effect on themselves: the clock, chance, output and the network. */
const surroundings = /^(?:now|random|sleep|log|error|warn|print|input|open|fetch|time|today)$/i

/**
 * Whether the replaced module is the one that the test file is named after, or the replaced
 * function is called by the test itself.
 */
function replacesSubject({ fact, side, test }: Placed<'mock'>): boolean {
  const own = stem(side.text.path)
  if (/\/|^\./.test(fact.target)) return own.length >= 3 && stem(fact.target) === own
  const name = fact.target.split(/[.:#]+/).at(-1) ?? ''
  if (own.length >= 3 && name.toLowerCase() === own) return true
  if (!/^[A-Za-z_]\w{2,}$/.test(name) || surroundings.test(name)) return false
  const called = new RegExp(`\\b${name}\\s*\\(`)
  const isCalled = (line: number, text: string): boolean =>
    (line < fact.line || line > fact.endLine) &&
    (test === null || (line >= test.fact.line && line <= test.fact.endLine)) &&
    called.test(text)
  return [...side.lines].some(([line, text]) => isCalled(line, text))
}

function describeComment(
  code: Placed<'commented'>,
  { files, cases }: Comparison,
): readonly TestChange[] {
  const file = files.find((candidate) => candidate.new === code.side)
  if (file === undefined) return []
  const text = normalizeCode(code.fact.text).slice(0, 60)
  const asserted = selectFacts(file.old, 'assertion').some(
    ({ fact, changed }) => changed && normalizeCode(fact.text).startsWith(text),
  )
  const tested = file.old.cases.some(
    (test) => test.changed && !cases.after.has(test) && code.fact.text.includes(test.fact.name),
  )
  if (!asserted && !tested) return []
  const because = `${asserted ? 'The assertion' : 'The test'} is a comment now.`
  return [{ ...create(code, 'commented_out', 'medium', because), before: quote(code.fact.text) }]
}

const isSometimes = ({ fact }: Placed<'assertion'>): boolean =>
  fact.condition !== null || fact.swallowed

/** A declared number of assertions guards those that run only sometimes, such as in a callback. */
function findDroppedPlans(file: File, comparison: Comparison): readonly TestChange[] {
  return selectFacts(file.old, 'plan').flatMap((plan): readonly TestChange[] => {
    if (!plan.changed || plan.test === null) return []
    const after = comparison.cases.after.get(plan.test)
    if (after === undefined) return []
    const kept = selectFacts(after.side, 'plan').find(({ test }) => test === after)
    if (kept !== undefined && (kept.fact.count ?? 0) >= (plan.fact.count ?? 0)) return []
    const checks = selectFacts(after.side, 'assertion').filter(({ test }) => test === after)
    const { line, endLine } = after.fact
    const catches = /\bcatch\b/.test(quoteLines(after.side, line, endLine))
    // Where hunks do not show the assertions, a catch is where they may be.
    const sometimes =
      checks.length === 0 && !after.side.text.whole ? catches : checks.some(isSometimes)
    if (!sometimes) return []
    const because =
      'The number of assertions is not demanded any more, and some of them run only sometimes.'
    return [create(plan, 'assertion_removed', 'medium', because)]
  })
}
