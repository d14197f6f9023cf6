import { after } from '../lib/instant.ts'
import { shortSha } from '../lib/text.ts'
import { type Gate, pass, refuse } from './gate.ts'
import { begun, waitFor, waitingSince, withoutPullRequest } from './unknown.ts'

/**
 * Everything is judged about one commit, the pull request's head. What the run says it made must be
 * part of it: work that was never pushed is not in the pull request, however green that is.
 */
export const commit: Gate = {
  name: 'commit',
  dependsOn: ['head'],
  needs: ['pull_request'],
  evaluate(facts, policy, now) {
    if (withoutPullRequest(facts)) return pass('there is no pull request')
    const { change } = facts
    if (change.kind !== 'known' || change.value.kind !== 'pull_request') {
      return change.kind === 'known'
        ? pass('there is no pull request')
        : waitFor(change, { what: 'github', facts, policy, wouldChange: ['head'] })
    }
    const { head, reported, staleSince } = change.value
    if (staleSince !== null) {
      return {
        result: 'wait',
        because: `GitHub names ${head === null ? 'no head' : shortSha(head)}, which was seen replaced; the newer head is not readable yet`,
        evidence: [],
        waits: {
          what: 'commit',
          // From when the old head was read again, which may be long after it was replaced.
          deadline: after(waitingSince(facts, 'commit', now), policy.patience.github),
          late: 'infrastructure',
          wouldChange: ['head'],
        },
      }
    }
    if (head === null)
      return refuse('missing_commit', 'The pull request has no head commit that can be named.')
    if (reported === null || reported.relation === 'same' || reported.relation === 'ancestor') {
      return pass(shortSha(head), [{ kind: 'commit', text: head }])
    }
    const because =
      reported.relation === 'unknown'
        ? `The run reported ${shortSha(reported.commit)}, which GitHub does not know.`
        : `The run reported ${shortSha(reported.commit)}, which is not part of ${shortSha(head)}.`
    const deadline = after(begun(facts), policy.ci.no_checks_grace)
    if (now >= deadline)
      return refuse('commit_not_pushed', because, [{ kind: 'commit', text: reported.commit }])
    return {
      result: 'wait',
      because,
      evidence: [],
      waits: { what: 'commit', deadline, late: 'commit_not_pushed', wouldChange: ['head'] },
    }
  },
}
