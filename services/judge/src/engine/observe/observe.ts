import type { Evidence } from '../../artifacts/evidence.ts'
import type { CiOutcome } from '../../ci/outcome.ts'
import type { Facts } from '../../decide/facts.ts'
import type { GateFacts } from '../../gates/gate.ts'
import type { Issue, Snapshot } from '../../github/snapshot.ts'
import { known, knownValue, notYet } from '../../lib/known.ts'
import type { Trace } from '../../lib/trace.ts'
import type { Policy } from '../../policy/policy.ts'
import { isOpen } from '../../run/lifecycle.ts'
import type { CommitSha } from '../../run/run.ts'
import type { Kept } from './fact-cache.ts'
import { ciOf, reviewOf } from './head-view.ts'
import type { Loaded } from './load.ts'
import { type Looking, type Outside, reader } from './observe-deps.ts'
import { readChange, readEvidence, readGithub, readPolicy } from './read-change.ts'
import { readCheckLogs, readDiffOf } from './read-commit.ts'
import { readCompletion } from './read-completion.ts'
import { type IssueReading, readIssueText } from './read-issue-text.ts'
import { readVerdicts } from './read-verdicts.ts'

/** One look at the world: what `decide` is handed, and what the commit keeps of it. */
export interface Observation {
  readonly facts: Facts
  readonly policy: Policy
  readonly snapshot: Snapshot | null
  readonly evidence: Evidence | null
  readonly issueReading: IssueReading | null
  /** Part of the world → since when it cannot be read. Parts that could be read are not in it. */
  readonly unreadableSince: Readonly<Record<string, number>>
}

/**
 * Reads what the run's state needs, and only that. It never fails: what could not be read is a fact
 * too, with the moment since when, and time alone decides what follows from it.
 */
export async function observe(
  loaded: Loaded,
  { outside, kept, trace }: { outside: Outside; kept: Kept; trace: Trace },
  signal: AbortSignal,
): Promise<Observation> {
  const looking: Looking = {
    loaded,
    outside,
    kept,
    trace,
    reads: reader(loaded.unreadableSince, loaded.now, trace),
    signal,
  }
  const { repository, issueNumber } = loaded.run.claims
  const judged = isOpen(loaded.run.status) && loaded.run.status !== 'notified'
  if (!judged || repository === null || issueNumber === null) {
    const nothing = unlooked(loaded, outside)
    const completion = await readCompletion(loaded, { outside, reads: looking.reads }, signal)
    return {
      ...nothing,
      facts: { ...nothing.facts, completion },
      unreadableSince: Object.fromEntries(looking.reads.since),
    }
  }
  return look(looking, { repository, issueNumber })
}

async function look(
  looking: Looking,
  of: { repository: string; issueNumber: number },
): Promise<Observation> {
  const { loaded, outside, reads, kept } = looking
  const { run, now } = loaded
  const [evidence, { found, surroundings }] = await Promise.all([
    readEvidence(looking),
    readGithub(looking, of),
  ])
  const { policy, reading } = readPolicy(looking, surroundings)
  const change = await readChange(looking, { found, surroundings, evidence, policy })

  const snapshot = knownValue(found)
  const seen = await lookAtHead(looking, { repository: of.repository, snapshot, change, policy })
  const issueReading = readIssueText({
    loaded,
    surroundings,
    change,
    kept: (await kept.find('issue_text', { run: run.id }))?.value ?? null,
    now,
  })
  const { head, ...aboutHead } = seen
  const gateFacts = {
    run: {
      ...run,
      commitSha: head ?? run.commitSha,
      prNumber: snapshot?.pullRequest.number ?? run.prNumber,
    },
    repositoryPolicy: reading,
    evidence,
    issue: issueReading.text,
    issueState:
      surroundings.kind === 'known'
        ? known<Issue | null>(surroundings.value.issue, now)
        : surroundings,
    change,
    ...aboutHead,
  }
  const facts: Facts = {
    ...gateFacts,
    ...ownFacts(loaded, outside, ciUrlOf(snapshot, knownValue(seen.ci))),
  }
  const verdicts = await readVerdicts(looking, facts, of.repository)
  return {
    facts: { ...facts, ...verdicts },
    policy,
    snapshot,
    evidence: knownValue(evidence),
    issueReading,
    unreadableSince: Object.fromEntries(reads.since),
  }
}

interface Found {
  readonly repository: string
  readonly snapshot: Snapshot | null
  readonly change: Facts['change']
  readonly policy: Policy
}

type AboutHead = Pick<Facts, 'ci' | 'review' | 'diff' | 'checkLogs'> & {
  readonly head: CommitSha | null
}

/**
 * What there is to know of the one commit under judgement. Where there is none, all of it is
 * unknown for the same reason.
 */
async function lookAtHead(
  looking: Looking,
  { repository, snapshot, change, policy }: Found,
): Promise<AboutHead> {
  const { loaded, outside, reads, kept, trace, signal } = looking
  const { run, now, heads, effects } = loaded
  const pull = knownValue(change)
  const head = pull?.kind === 'pull_request' && pull.staleSince === null ? pull.head : null
  const nothing = (because: string) => (change.kind === 'known' ? notYet(because, now) : change)
  const reading = { github: outside.github, mask: outside.mask, kept, repository, policy }
  const logsOf = (ci: CiOutcome | null) =>
    trace.part('logs', () => readCheckLogs({ ...reading, ci, effects }, signal))

  if (snapshot === null || head === null)
    return {
      head,
      ci: nothing('there is no head to ask about'),
      review: nothing('there is no head to ask about'),
      diff: nothing('there is no pull request'),
      checkLogs: await logsOf(null),
    }
  const view = { run, snapshot, head, heads, effects, now, policy }
  const ci = ciOf(view)
  const base = snapshot.pullRequest.baseSha
  const diff = await reads.read('diff', () => readDiffOf({ ...reading, base, head }, signal))
  return {
    head,
    ci: known(ci, now),
    review: known(reviewOf(view, outside.reviewers), now),
    diff,
    checkLogs: await logsOf(ci),
  }
}

/**
 * A run that is not judged now (announced, ended, or of nobody's issue) needs nothing of the world.
 */
export function unlooked(loaded: Loaded, outside: Outside): Observation {
  const { now, run } = loaded
  const nothing = notYet('not looked at', now)
  const { policy } = outside.policyFor(run.claims.repository, null)
  const stored = loaded.evidence
  return {
    facts: {
      run,
      repositoryPolicy: nothing,
      evidence: stored === null ? nothing : known(stored, now),
      issue: nothing,
      issueState: nothing,
      change: nothing,
      ci: nothing,
      review: nothing,
      diff: nothing,
      checkLogs: new Map(),
      ...ownFacts(loaded, outside, loaded.row.ci_url),
      verdicts: loaded.verdicts,
      verdictsUnread: null,
    },
    policy,
    snapshot: null,
    evidence: null,
    issueReading: null,
    unreadableSince: {},
  }
}

type OwnFacts = Omit<Facts, keyof GateFacts>

function ownFacts(loaded: Loaded, outside: Outside, ciUrl: string | null): OwnFacts {
  const { run, row, issue } = loaded
  return {
    siblings: loaded.siblings,
    grantedAttempts: issue?.grantedAttempts ?? 0,
    nextOrdinal: (issue?.lastOrdinal ?? run.attempt) + 1,
    verdicts: [],
    verdictsUnread: null,
    effects: loaded.effects,
    enrichment: loaded.enrichment,
    runUrl: outside.runUrl(run.id),
    ciUrl,
    seen: { prUrl: row.pr_url, ciStatus: row.ci_status },
    looks: row.looks,
    stretch: stretchOf(outside),
    completion: null,
    escalation: loaded.escalation,
  }
}

/**
 * An hour's waiting takes about a dozen points a run; where GitHub's budget cannot carry that for
 * all who wait, all look less often.
 */
function stretchOf({ github, waiting }: Outside): number {
  const budget = github.budget()
  return budget === null ? 1 : Math.max(1, (waiting() * 12) / Math.max(1, budget.remaining * 0.8))
}

function ciUrlOf(snapshot: Snapshot | null, ci: CiOutcome | null): string | null {
  if (snapshot === null) return null
  const failed = ci !== null && 'failed' in ci ? ci.failed[0]?.url : null
  return failed ?? `${snapshot.pullRequest.url}/checks`
}
