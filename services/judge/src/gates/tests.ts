import type { Diff } from '../diff/diff.ts'
import { sha256 } from '../lib/ids.ts'
import { clip, collapseSpace, formatList, pluralize, toSentence } from '../lib/text.ts'
import { describeWaiver, findWaiver } from '../run/waiver.ts'
import type { TestFinding } from '../test-changes/finding.ts'
import { type EvidenceItem, type Gate, pass, refuse } from './gate.ts'
import { findMatchingPaths } from './path-rules.ts'
import { hasNoPullRequest, waitForFact } from './wait-for-fact.ts'

/**
 * The change weakens no test and no check without a reason in the change itself, and edits nothing
 * that policy protects. What a person has accepted refuses no more.
 */
export const tests: Gate = {
  name: 'tests',
  dependsOn: ['head'],
  needs: ['diff'],
  evaluate(facts, policy, now) {
    if (hasNoPullRequest(facts)) return pass('there is no pull request')
    const { diff, testChanges, waivers } = facts
    const about = { what: 'github', facts, policy, now, wouldChange: ['head'] } as const
    if (diff.kind !== 'known') return waitForFact(diff, about)
    if (diff.value.tooLarge !== null) return pass('the change is too large to be compared')
    const isOff = policy.tests.weakened === 'off'
    if (!isOff && testChanges.kind !== 'known') return waitForFact(testChanges, about)
    const { findings, unread } =
      isOff || testChanges.kind !== 'known' ? { findings: [], unread: [] } : testChanges.value

    const losses = [
      ...listProtectedEdits(diff.value, policy.tests.protected_paths),
      ...findings
        .filter(({ answer }) => answer === 'weakened')
        .toSorted((a, b) => ranks[a.severity] - ranks[b.severity])
        .map(toLoss),
    ].map((loss) => ({ ...loss, waiver: findWaiver(waivers, loss.id) }))
    const open = losses.filter(({ waiver }) => waiver === null)
    const notes = limit(
      [
        ...losses.flatMap(({ waiver, text, ...place }) =>
          waiver === null ? [] : [toNote(`${describeWaiver(waiver)}: ${text}`, place)],
        ),
        ...findings.flatMap((finding) =>
          finding.answer === 'weakened'
            ? []
            : [toNote(`${answers[finding.answer]}: ${describeFinding(finding)}`, finding)],
        ),
        ...unread.map(({ path, because }) =>
          toNote(`only its changed lines were compared: ${because}`, { path, line: 0 }),
        ),
      ],
      MAX_NOTES,
    )
    if (open.length > 0)
      return refuse('tests_weakened', summarize(open), [
        ...limit(open.map(toItem), MAX_FINDINGS),
        ...notes,
      ])
    if (isOff) return pass('policy does not compare tests', notes)
    const known = notes.length === 0 ? '' : ' without a reason'
    return pass(`no test or check is weakened${known}`, notes)
  },
}

/** The most findings and notes that are stored and shown; the rest is counted. */
const MAX_FINDINGS = 300
const MAX_NOTES = 50
/** The most findings that one sentence names. */
const MAX_NAMED = 3
const MAX_QUOTE_CHARS = 200

const ranks = { high: 0, medium: 1, low: 2 } as const

const answers = {
  justified: 'justified',
  retuned: 'follows the change',
  question: 'a question to the judge',
} as const

/** Something that is checked less than before. A line of 0 means the file itself. */
interface Loss {
  readonly id: string
  /** What was done, in two or three words. */
  readonly name: string
  readonly text: string
  readonly path: string
  readonly line: number
}

/** Every file that policy protects and the change adds, edits, deletes or moves. */
const listProtectedEdits = ({ files }: Diff, protectedPaths: readonly string[]): readonly Loss[] =>
  findMatchingPaths(files, protectedPaths).map((path) => ({
    id: `protected-${sha256(path).slice(0, 16)}`,
    name: 'protected file changed',
    text: 'a file was changed that policy protects; restore it',
    path,
    line: 0,
  }))

const toLoss = (finding: TestFinding): Loss => ({
  id: finding.id,
  name: nameKind(finding),
  text: describeFinding(finding),
  path: finding.path,
  line: finding.line,
})

const nameKind = ({ kind }: TestFinding): string => kind.replaceAll('_', ' ')

/** What was done in which test, what it was before, and why it is, or is not, justified. */
function describeFinding(finding: TestFinding): string {
  const test = finding.test === null ? null : quote(finding.test)
  const before = finding.before === '' ? null : quote(finding.before)
  const where = test === null ? '' : ` in ${test}`
  const was = before === null || before === test ? '' : `: before, it was ${before}`
  return `${nameKind(finding)}${where}${was}. ${toSentence(finding.because)}`
}

const quote = (text: string): string => `"${clip(collapseSpace(text), MAX_QUOTE_CHARS)}"`

const summarize = (losses: readonly Loss[]): string =>
  `The change checks less than before: ${formatList(
    losses.map(({ name, path, line }) => `${name} at ${line > 0 ? `${path}:${line}` : path}`),
    MAX_NAMED,
  )}.`

const toItem = ({ id, text, path, line }: Loss): EvidenceItem => ({
  ...{ kind: 'finding', text, path, findingId: id },
  ...(line > 0 ? { line } : {}),
})

const toNote = (
  text: string,
  { id, path, line }: Pick<Loss, 'path' | 'line'> & { readonly id?: string },
): EvidenceItem => ({
  ...{ kind: 'settled', text, path },
  ...(line > 0 ? { line } : {}),
  ...(id === undefined ? {} : { findingId: id }),
})

function limit(items: readonly EvidenceItem[], max: number): readonly EvidenceItem[] {
  const rest = items.length - max
  if (rest <= 0) return items
  return [
    ...items.slice(0, max),
    { kind: 'settled', text: `and ${pluralize(rest, 'more finding')}` },
  ]
}
