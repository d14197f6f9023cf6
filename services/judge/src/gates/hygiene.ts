import { findHygieneIssues } from '../hygiene/find-hygiene.ts'
import { getKnownValue } from '../lib/known.ts'
import { clip, pluralize } from '../lib/text.ts'
import { type Gate, pass } from './gate.ts'
import { hasNoPullRequest } from './wait-for-fact.ts'

const MAX_EXAMPLE_CHARS = 150

/**
 * What the judge and people should look at in the change: comments or generated files alone, a
 * lockfile without its manifest, work that looks unfinished. It never refuses and never waits.
 */
export const hygiene: Gate = {
  name: 'hygiene',
  dependsOn: ['head'],
  needs: ['diff'],
  evaluate(facts) {
    if (hasNoPullRequest(facts)) return pass('there is no pull request')
    const diff = getKnownValue(facts.diff)
    if (diff === null) return pass('the change is not known yet')
    const found = findHygieneIssues(diff)
    if (found.length === 0) return pass('nothing in the change looks unfinished')
    const [first] = found
    const example =
      first === undefined ? '' : `, first of all: ${clip(first.text, MAX_EXAMPLE_CHARS)}`
    return pass(
      `${pluralize(found.length, 'thing')} to look at${example}`,
      found.map(({ path, line, text }) => ({ kind: 'settled', text, path, line })),
    )
  },
}
