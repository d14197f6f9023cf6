import type { JudgeFinding } from '../../judge/judge-finding.ts'
import { getKnownValue } from '../../lib/known.ts'
import { toSentence } from '../../lib/text.ts'
import { describeWaiver, findWaiver } from '../../run/waiver.ts'
import type { TestFinding } from '../../test-changes/finding.ts'
import type { Facts } from '../facts.ts'

/** A model reads no more of them; those that a person had to accept come first. */
const MAX_FINDINGS = 60

const answers = {
  weakened: 'The edit checks less than before.',
  justified: 'Our rules take the edit for justified.',
  retuned: 'Our rules take the edit for one that follows the change.',
} as const

/**
 * What the rules found about edits of tests, except for what the model is asked about. Of what
 * weakens tests, only what a person has accepted is left once every gate has passed.
 */
export function collectTestFindings({ testChanges, waivers }: Facts): readonly JudgeFinding[] {
  const findings = getKnownValue(testChanges)?.findings ?? []
  return (['weakened', 'justified', 'retuned'] as const)
    .flatMap((answer) =>
      findings
        .filter((finding) => finding.answer === answer)
        .map((finding): JudgeFinding => {
          const { id, because, path, line } = finding
          const waiver = findWaiver(waivers, id)
          const accepted = waiver === null ? [] : [toSentence(`It was ${describeWaiver(waiver)}`)]
          const text = [answers[answer], describeBefore(finding), toSentence(because), ...accepted]
          return {
            topic: 'tests',
            text: text.filter((part) => part !== '').join(' '),
            path,
            line: line > 0 ? line : null,
          }
        }),
    )
    .slice(0, MAX_FINDINGS)
}

const describeBefore = ({ kind, before }: TestFinding): string =>
  `(${kind.replaceAll('_', ' ')}${before === '' ? '' : `; before: ${JSON.stringify(before)}`})`
