import { hasContentChange } from '../diff/has-content-change.ts'
import { pluralize } from '../lib/text.ts'
import { type Gate, pass, refuse } from './gate.ts'
import { hasNoPullRequest, waitForFact } from './wait-for-fact.ts'

/** The pull request changes something, unless policy accepts that nothing had to change. */
export const emptyDiff: Gate = {
  name: 'empty-diff',
  dependsOn: ['head'],
  needs: ['diff'],
  evaluate(facts, policy, now) {
    if (hasNoPullRequest(facts)) return pass('there is no pull request')
    const { diff } = facts
    if (diff.kind !== 'known')
      return waitForFact(diff, { what: 'github', facts, policy, now, wouldChange: ['head'] })
    const { files, added, removed, tooLarge } = diff.value
    if (tooLarge !== null) return pass('the change is too large to be empty')
    const changed = files.filter(hasContentChange)
    if (changed.length > 0)
      return pass(`${pluralize(changed.length, 'file')} changed, +${added} −${removed}`)
    if (policy.diff.allow_empty) return pass('nothing changes, which policy allows')
    return refuse(
      'empty_diff',
      files.length === 0
        ? 'The pull request changes no content.'
        : 'The pull request changes no content, only white space that means nothing.',
      files.map(({ path }) => ({ kind: 'file', text: path, path })),
    )
  },
}
