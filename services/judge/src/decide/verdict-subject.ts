import { computeChangeDigests } from '../diff/change-digests.ts'
import type { Diff } from '../diff/diff.ts'
import type { VerdictSubject } from '../judge/verdict.ts'
import { sha256 } from '../lib/ids.ts'
import { getKnownValue } from '../lib/known.ts'
import { parseCommitSha } from '../run/run.ts'
import type { Facts } from './facts.ts'
import { getJudgedCommit, getPullRequest } from './situation.ts'

/** The diff of a run that changed nothing; policy may allow the judge to see one. */
export const noChange: Diff = {
  files: [],
  digest: sha256(''),
  ...computeChangeDigests([]),
  added: 0,
  removed: 0,
  tooLarge: null,
}

/** Stands in for the commit of a run that changed nothing and whose branch and base are unknown. */
const NO_COMMIT = parseCommitSha('0'.repeat(40))

/**
 * What a verdict must be about to count now: the commit, the diff and the issue's text. Null while
 * the diff or the text is not known.
 */
export function getVerdictSubject(facts: Facts): VerdictSubject | null {
  const diff = getPullRequest(facts) === null ? noChange : getKnownValue(facts.diff)
  const issue = getKnownValue(facts.issue)
  const commit = getJudgedCommit(facts) ?? NO_COMMIT
  return diff === null || issue === null || commit === null
    ? null
    : { commit, diffDigest: diff.digest, issueDigest: issue.digest }
}
