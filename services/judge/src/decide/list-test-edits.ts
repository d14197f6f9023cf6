import type { TestEditQuestion } from '../judge/test-edits.ts'
import { getKnownValue } from '../lib/known.ts'
import { formatList, toSentence } from '../lib/text.ts'
import type { TestFinding } from '../test-changes/finding.ts'
import type { Facts } from './facts.ts'

/** A model answers more questions badly; the last one asks about all other edits together. */
const MAX_QUESTIONS = 40
const MAX_PLACES = 20

/** The edits of tests that no rule can settle, numbered: the model is asked about each. */
export function listTestEdits({ testChanges }: Facts): readonly TestEditQuestion[] {
  const open = (getKnownValue(testChanges)?.findings ?? []).filter(
    ({ answer }) => answer === 'question',
  )
  const isTooMany = open.length > MAX_QUESTIONS
  const single = isTooMany ? open.slice(0, MAX_QUESTIONS - 1) : open
  const rest = open.slice(single.length)
  const questions = single.map((finding, index) => ({
    number: index + 1,
    place: formatEditPlace(finding),
    text: `${formatBefore(finding)}${toSentence(finding.because)}`,
  }))
  return rest.length === 0
    ? questions
    : [
        ...questions,
        {
          number: MAX_QUESTIONS,
          place: formatEditPlace(rest[0] ?? { path: '', line: 0, side: 'new' }),
          text: `${rest.length} more edits of this kind: ${formatList(rest.map(formatEditPlace), MAX_PLACES)}.`,
        },
      ]
}

const formatBefore = ({ before }: TestFinding): string =>
  before === '' ? '' : `Before, it was ${JSON.stringify(before)}. `

const formatEditPlace = ({
  path,
  line,
  side,
}: Pick<TestFinding, 'path' | 'line' | 'side'>): string => {
  const place = line > 0 ? `${path}:${line}` : path
  return side === 'old' && line > 0 ? `${place} (before the change)` : place
}
