import type { Diff } from '../diff/diff.ts'
import { sha256 } from '../lib/ids.ts'
import { clip, collapseSpace, pluralize, toSentence } from '../lib/text.ts'
import { describeWaiver, findWaiver } from '../run/waiver.ts'
import type { TestFinding } from '../test-changes/finding.ts'
import { type EvidenceItem, type Gate, type GateFacts, pass, refuse } from './gate.ts'
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
    const { diff, testChanges } = facts
    const about = { what: 'github', facts, policy, now, wouldChange: ['head'] } as const
    if (diff.kind !== 'known') return waitForFact(diff, about)
    if (diff.value.tooLarge !== null) return pass('the change is too large to be compared')
    const edits = listProtectedEdits(diff.value, policy.tests.protected_paths)
    const isOff = policy.tests.weakened === 'off'
    if (!isOff && testChanges.kind !== 'known') return waitForFact(testChanges, about)
    const { findings, unread } =
      isOff || testChanges.kind !== 'known' ? { findings: [], unread: [] } : testChanges.value
    const losses = findings
      .filter(({ answer }) => answer === 'weakened')
      .toSorted((a, b) => ranks[a.severity] - ranks[b.severity])
      .map(toItem)
    const { open, accepted } = separateAccepted([...edits, ...losses], facts)
    const notes = [
      ...accepted,
      ...findings.filter(({ answer }) => answer !== 'weakened').map(toNote),
      ...unread.map(
        ({ path, because }): EvidenceItem => ({
          kind: 'settled',
          text: `only its changed lines were compared: ${because}`,
          path,
        }),
      ),
    ]
    const shown = limit(notes, MAX_NOTES)
    const [first] = open
    if (first !== undefined)
      return refuse('tests_weakened', summarize(first, open.length), [
        ...limit(open, MAX_FINDINGS),
        ...shown,
      ])
    return pass(isOff ? 'policy does not compare tests' : describePass(notes.length), shown)
  },
}

/** The most findings and notes that are stored and shown; the rest is counted. */
const MAX_FINDINGS = 300
const MAX_NOTES = 50
const MAX_BEFORE_CHARS = 200

const ranks = { high: 0, medium: 1, low: 2 } as const

const describePass = (notes: number): string =>
  notes === 0 ? 'no test or check is weakened' : 'no test or check is weakened without a reason'

function summarize({ text, path = '', line }: EvidenceItem, count: number): string {
  const place = line ? `${path}:${line}` : path
  const more = count === 1 ? '' : ` (${count} findings in all)`
  return toSentence(`At ${place} ${clip(text.replace(/\.$/, ''), 300)}${more}`)
}

/** Every file that policy protects and the change adds, edits, deletes or moves. */
const listProtectedEdits = (
  { files }: Diff,
  protectedPaths: readonly string[],
): readonly EvidenceItem[] =>
  findMatchingPaths(files, protectedPaths).map((path) => ({
    kind: 'finding',
    text: 'a file was changed that policy protects; restore it',
    path,
    findingId: `protected-${sha256(path).slice(0, 16)}`,
  }))

/** A line of 0 means the file itself. */
const toPlace = ({ path, line }: TestFinding): Pick<EvidenceItem, 'path' | 'line'> =>
  line > 0 ? { path, line } : { path }

const describeEdit = ({ kind, test, before }: TestFinding): string => {
  const name = kind.replaceAll('_', ' ')
  const where = test === null ? '' : ` in "${clip(collapseSpace(test), MAX_BEFORE_CHARS)}"`
  const was = clip(collapseSpace(before), MAX_BEFORE_CHARS)
  return `${name}${where}${was === '' ? '' : `: before, it was ${JSON.stringify(was)}`}`
}

const toItem = (finding: TestFinding): EvidenceItem => ({
  kind: 'finding',
  text: `${describeEdit(finding)}. ${toSentence(finding.because)}`,
  ...toPlace(finding),
  findingId: finding.id,
})

const answers = {
  justified: 'justified',
  retuned: 'follows the change',
  question: 'a question to the judge',
  weakened: 'weakened',
} as const

const toNote = (finding: TestFinding): EvidenceItem => ({
  ...toItem(finding),
  kind: 'settled',
  text: `${answers[finding.answer]}: ${toItem(finding).text}`,
})

/** The findings that refuse, and those that a person has accepted, with by whom. */
function separateAccepted(
  items: readonly EvidenceItem[],
  { waivers }: GateFacts,
): { readonly open: readonly EvidenceItem[]; readonly accepted: readonly EvidenceItem[] } {
  const open: EvidenceItem[] = []
  const accepted: EvidenceItem[] = []
  for (const item of items) {
    const waiver = findWaiver(waivers, item.findingId ?? '')
    if (waiver === null) open.push(item)
    else
      accepted.push({ ...item, kind: 'settled', text: `${describeWaiver(waiver)}: ${item.text}` })
  }
  return { open, accepted }
}

function limit(items: readonly EvidenceItem[], max: number): readonly EvidenceItem[] {
  const rest = items.length - max
  if (rest <= 0) return items
  return [
    ...items.slice(0, max),
    { kind: 'settled', text: `and ${pluralize(rest, 'more finding')}` },
  ]
}
