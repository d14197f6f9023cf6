import type { TestChange } from './finding.ts'
import { isHarmlessCondition } from './harmless-condition.ts'
import { locate } from './locate.ts'
import type { PlacedAssertion } from './match-assertions.ts'
import type { OwnHelpers } from './own-helpers.ts'
import { quote } from './quote.ts'
import { findContextLoss } from './rate-assertion.ts'
import { selectFacts, type TestCase, type TestFile } from './test-file.ts'
import { wasOff } from './was-off.ts'

/** Lines that stay, but that something put around them takes out: a comment, a condition, a catch. */
export const describeKeptLines = (file: TestFile, helpers: OwnHelpers): readonly TestChange[] => [
  ...describeKeptAssertions(file, helpers),
  ...describeKeptTests(file),
]

function describeKeptAssertions(
  { old, new: head }: TestFile,
  helpers: OwnHelpers,
): readonly TestChange[] {
  const after = new Map(
    selectFacts(head, 'assertion')
      .filter(({ changed }) => !changed)
      .map((assertion) => [assertion.anchor, assertion]),
  )
  const comments = listComments(head)
  return selectFacts(old, 'assertion').flatMap((assertion): readonly TestChange[] => {
    if (assertion.changed) return []
    const kept = after.get(assertion.anchor)
    if (kept !== undefined)
      return [...describeUncalled(assertion, kept, helpers), ...describeContext(assertion, kept)]
    if (!comments.has(assertion.anchor)) return []
    return [
      {
        ...locate(assertion),
        answer: 'weakened',
        kind: 'commented_out',
        severity: 'medium',
        before: quote(assertion.fact.text),
        because: 'The assertion stands within a comment now.',
      },
    ]
  })
}

/** A check that stands in a function now that nothing calls. */
export function describeUncalled(
  old: PlacedAssertion,
  head: PlacedAssertion,
  helpers: OwnHelpers,
): readonly TestChange[] {
  const name = helpers.findUncalled(head)
  if (name === null || (old.test !== null && wasOff(old.test))) return []
  return [
    {
      ...locate(head),
      answer: 'weakened',
      kind: 'assertion_removed',
      severity: 'high',
      before: quote(old.fact.text),
      because: `The assertion stands in \`${name}\` now, which nothing calls.`,
    },
  ]
}

function describeContext(old: PlacedAssertion, kept: PlacedAssertion): readonly TestChange[] {
  const loss = findContextLoss(old.fact, kept.fact)
  if (loss === null) return []
  if (loss.kind === 'assertion_conditional' && isHarmlessCondition(kept)) return []
  const { kind, severity, how } = loss
  const change = { ...locate(kept), before: quote(old.fact.text), kind, severity }
  return [{ ...change, answer: 'weakened', because: `Now ${how}.` }]
}

function describeKeptTests({ old, new: head }: TestFile): readonly TestChange[] {
  const comments = listComments(head)
  const tests = new Set(head.cases.map(({ anchor }) => anchor))
  const isOut = ({ changed, anchor }: TestCase): boolean =>
    !changed && !tests.has(anchor) && comments.has(anchor)
  return old.cases.filter(isOut).map(({ fact, line }) => ({
    answer: 'weakened',
    kind: 'commented_out',
    severity: 'high',
    path: old.text.path,
    side: 'old',
    line,
    test: fact.name,
    before: quote(fact.name),
    because: 'The test stands within a comment now.',
  }))
}

/** The places of kept lines on which a comment holds a check or a test. */
const listComments = (side: TestFile['new']): ReadonlySet<number> =>
  new Set(
    selectFacts(side, 'commented')
      .filter(({ changed }) => !changed)
      .map(({ anchor }) => anchor),
  )
