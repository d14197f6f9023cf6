import { pluralize } from '../lib/text.ts'
import { callsProgram } from './calls-program.ts'
import type { Comparison } from './comparison.ts'
import type { TestChange } from './finding.ts'
import { isCollectedByName } from './is-test-file.ts'
import { listLiterals } from './literals.ts'
import { quote } from './quote.ts'
import { compareAssertions, normalizeCode } from './rate-assertion.ts'
import { quoteLines, selectFacts, type TestCase, type TestFile } from './test-file.ts'
import { wasOff } from './was-off.ts'

/** A deleted test counts as merged into others if this part of its assertions is elsewhere. */
const MERGED_SHARE = 0.7

/** Tests, and rows of parametrised tests, that are not there any more. */
export const compareCases = (comparison: Comparison): readonly TestChange[] =>
  comparison.files.flatMap((file) => {
    const lost = file.old.cases.filter((test) => isOutermostLoss(test, comparison))
    const changes = [
      ...lost.flatMap((test) => describeLoss(test, file, comparison)),
      ...file.old.cases.flatMap((test) => describeOtherRow(test, comparison)),
      ...file.old.cases.flatMap((test) => describeUncollected(test, comparison)),
    ]
    return describeLostFile(file, changes)
  })

const isLost = (test: TestCase, { cases }: Comparison): boolean =>
  test.changed && test.fact.level !== 'suite' && !cases.after.has(test)

const isOutermostLoss = (test: TestCase, comparison: Comparison): boolean =>
  isLost(test, comparison) &&
  !(test.parent !== null && isLost(test.parent, comparison)) &&
  !isGoneLoop(test, comparison)

/** A loop over values on its own line that is gone as a whole: its assertions are compared alone. */
function isGoneLoop(row: TestCase, comparison: Comparison): boolean {
  if (row.fact.level !== 'parameter' || row.parent?.line === row.line) return false
  const others = row.side.cases.filter(
    ({ line, fact }) => line === row.line && fact.level === 'parameter',
  )
  return others.length > 1 && others.every((other) => isLost(other, comparison))
}

/** Of a deleted file, one finding more speaks of all tests that are lost with it. */
function describeLostFile(file: TestFile, changes: readonly TestChange[]): readonly TestChange[] {
  const lost = changes.filter(({ answer }) => answer === 'weakened')
  const [first] = lost
  const [top] = file.old.cases
  if (file.file.change !== 'deleted' || first === undefined || top === undefined) return changes
  const names = lost.map(({ before }) => before)
  return [
    {
      ...first,
      kind: 'file_deleted',
      line: top.line,
      severity: 'high',
      test: null,
      before: quote(`${pluralize(names.length, 'test')}: ${names.join(', ')}`),
      because:
        'The file is deleted, but what its tests check is still there, and no equal tests are elsewhere in this change.',
    },
    ...changes,
  ]
}

/** A test that is still there, but that no runner collects any more. */
function describeUncollected(test: TestCase, { cases }: Comparison): readonly TestChange[] {
  const after = cases.after.get(test)
  if (!test.fact.collected || after === undefined || after.fact.collected || wasOff(test)) return []
  const { text } = test.side
  const removed = text.fragments[test.fragment]?.find(
    ({ number, changed }) => changed && number >= test.fact.line && number <= test.line,
  )
  return [
    {
      answer: 'weakened',
      kind: 'collection_lost',
      severity: 'high',
      path: text.path,
      side: 'old',
      line: removed?.number ?? test.line,
      test: test.fact.name,
      before: quote(test.fact.name),
      because: `Its name or its marks do not make \`${quote(after.fact.name)}\` a test any more.`,
    },
  ]
}

/** A row of a parametrised test with other values. */
function describeOtherRow(row: TestCase, { cases, reasons }: Comparison): readonly TestChange[] {
  const after = cases.after.get(row)
  if (row.fact.level !== 'parameter' || after === undefined) return []
  const before = row.fact.name
  if (normalizeCode(leaveName(before)) === normalizeCode(leaveName(after.fact.name))) return []
  const follows = reasons.follows(before, after.fact.name)
  return [
    {
      answer: follows ? 'retuned' : 'question',
      kind: 'expectation_changed',
      severity: 'low',
      path: after.side.text.path,
      side: 'new',
      line: after.line,
      test: after.parent?.fact.name ?? null,
      before: quote(before),
      because: follows
        ? 'The new value follows a change of the source.'
        : `\`${quote(after.fact.name)}\` has other values, and no change of the source shows why.`,
    },
  ]
}

/** A row without the name that it has for people. */
const leaveName = (row: string): string =>
  row.replace(/\b(?:name|desc|description|title|label|id)\s*[:=]\s*(["'`])[^"'`]*\1,?/i, '')

/** Tables of helpers and fixtures are data: only those of tests are cases. */
const isRowOfTest = ({ side, parent }: TestCase): boolean =>
  parent !== null ||
  isCollectedByName(side.text.path) ||
  side.cases.some(({ fact }) => fact.level !== 'parameter')

/** A row goes with what its whole test checks. */
const explainRow = ({ fact, parent, side }: TestCase, { reasons }: Comparison): string | null =>
  fact.level === 'parameter' && parent?.fact.level === 'test'
    ? reasons.explainGone(quoteLines(side, parent.fact.line, parent.fact.endLine))
    : null

function describeLoss(
  test: TestCase,
  file: TestFile,
  comparison: Comparison,
): readonly TestChange[] {
  const { fact } = test
  if (wasOff(test) || (fact.level === 'parameter' && !isRowOfTest(test))) return []
  const change = {
    kind: fact.level === 'parameter' ? 'case_deleted' : 'test_deleted',
    severity: fact.level === 'parameter' ? 'medium' : 'high',
    path: file.old.text.path,
    side: 'old',
    line: test.line,
    test: fact.level === 'parameter' ? (test.parent?.fact.name ?? null) : fact.name,
    before: quote(fact.name),
  } as const
  const code = quoteLines(file.old, fact.line, fact.endLine)
  const reason = isMerged(test, file, comparison)
    ? 'Its checks are in another test of this change.'
    : fact.level === 'test' && isNowRow(code, comparison)
      ? 'Its values are a row of a parametrised test in this change.'
      : fact.level === 'test' && hasTwin(test, file)
        ? 'A test with the same body stays.'
        : fact.level === 'test' && !callsProgram(code, fact.name)
          ? 'It called nothing of the program.'
          : (comparison.reasons.explain(code) ??
            comparison.reasons.explainName(fact.name) ??
            explainRow(test, comparison))
  if (reason !== null) return [{ ...change, answer: 'justified', because: reason }]
  const because = `The ${fact.level === 'parameter' ? 'case' : 'test'} is deleted, but what it checks is still there, and no equal check is elsewhere in this change.`
  return [{ ...change, answer: 'weakened', because }]
}

/** Two values of a test that stand in one added row show that it became the row. */
const ROW_VALUES = 2

/** Whether a test became a row of a parametrised test, by the values that both have. */
function isNowRow(code: string, { files, cases }: Comparison): boolean {
  const texts = code.match(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g) ?? []
  const values = new Set([...listLiterals(code), ...texts])
  return files
    .flatMap((file) => file.new.cases)
    .filter((row) => row.fact.level === 'parameter' && row.changed && !cases.before.has(row))
    .some(
      ({ fact }) => [...values].filter((value) => fact.name.includes(value)).length >= ROW_VALUES,
    )
}

/** Whether another test of the file has the same body under another name. */
function hasTwin(test: TestCase, file: TestFile): boolean {
  const own = readBody(test)
  return own !== '' && file.new.cases.some((other) => readBody(other) === own)
}

const readBody = ({ side, line, fact }: TestCase): string =>
  normalizeCode(quoteLines(side, line + 1, fact.endLine))

const isLive = (test: TestCase): boolean => test.fact.level === 'test' && !wasOff(test)

/** Whether most assertions of a test are found again in others, maybe in the lines that they had. */
function isMerged(test: TestCase, file: TestFile, { checks, helpers }: Comparison): boolean {
  const own = selectFacts(test.side, 'assertion').filter((assertion) => assertion.test === test)
  const kept = new Set(
    selectFacts(file.new, 'assertion')
      .filter(({ changed, side, test: host }) =>
        host === null ? !changed && !side.text.whole : !changed && isLive(host),
      )
      .map(({ anchor }) => anchor),
  )
  const moved = own.filter((assertion) =>
    assertion.changed
      ? checks.moved.some(
          ({ old, head }) =>
            old === assertion &&
            helpers.findUncalled(head) === null &&
            compareAssertions(old.fact, head.fact).kind !== 'less',
        )
      : kept.has(assertion.anchor),
  )
  return own.length > 0 && moved.length >= own.length * MERGED_SHARE
}
