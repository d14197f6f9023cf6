import { addMillis } from '../lib/instant.ts'
import { shortenSha } from '../lib/text.ts'
import { getWaitingSince } from '../run/run.ts'
import { type Gate, githubLate, pass, refuse, waitUntil } from './gate.ts'
import { getJudgingStart, waitForFact } from './wait-for-fact.ts'

/**
 * The pull request has a head, and the commit that the run reported is part of it. Work that was
 * never pushed is not in the pull request, however green that is.
 */
export const commit: Gate = {
  name: 'commit',
  dependsOn: ['head'],
  needs: ['pull_request'],
  evaluate(facts, policy, now) {
    const { change } = facts
    if (change.kind !== 'known')
      return waitForFact(change, { what: 'github', facts, policy, now, wouldChange: ['head'] })
    if (change.value.kind === 'none') return pass('there is no pull request')
    const { head, reported, staleSince } = change.value
    const since = getWaitingSince(facts.run, 'commit', now)
    if (staleSince !== null) {
      const named = head === null ? 'no head' : shortenSha(head)
      return waitUntil(
        `GitHub names ${named}, which was seen replaced; the newer head is not readable yet`,
        {
          what: 'commit',
          since,
          // Counted from when the old head was read again, possibly long after its replacement.
          deadline: addMillis(since, policy.patience.github),
          wouldChange: ['head'],
          items: [],
        },
        githubLate,
      )
    }
    if (head === null)
      return refuse('missing_commit', 'GitHub names no head commit for the pull request.')
    if (reported === null || reported.relation === 'same' || reported.relation === 'ancestor')
      return pass(shortenSha(head), [{ kind: 'commit', text: head }])
    const problem =
      reported.relation === 'unknown'
        ? 'which GitHub does not know'
        : `which is not part of ${shortenSha(head)}`
    const because = `The run reported ${shortenSha(reported.commit)}, ${problem}.`
    const deadline = addMillis(getJudgingStart(facts), policy.ci.no_checks_grace)
    if (now >= deadline)
      return refuse('commit_not_pushed', because, [{ kind: 'commit', text: reported.commit }])
    return waitUntil(
      because,
      {
        what: 'commit',
        since,
        deadline,
        wouldChange: ['head'],
        items: [{ text: `commit ${shortenSha(reported.commit)}`, url: null }],
      },
      { reasonIfLate: 'commit_not_pushed' },
    )
  },
}
