import type { Evidence } from '../artifacts/evidence.ts'
import type { CiOutcome } from '../ci/outcome.ts'
import { noChange, subjectOf } from '../decide/ask.ts'
import type { Facts } from '../decide/facts.ts'
import type { Diff } from '../diff/diff.ts'
import type { Change, GateFacts, RepositoryPolicyReading } from '../gates/gate.ts'
import type { Issue, Snapshot } from '../github/snapshot.ts'
import type { Surroundings } from '../github/port.ts'
import { checkVerdicts } from '../judge/check-answer.ts'
import { extractRequirements } from '../judge/requirements.ts'
import type { Verdict } from '../judge/verdict.ts'
import { Failure } from '../lib/failure.ts'
import { type Known, known, notYet, valueOf } from '../lib/known.ts'
import type { Policy } from '../policy/policy.ts'
import { isOpen } from '../run/lifecycle.ts'
import { maskStrings } from '../adapters/mask-strings.ts'
import type { Kept } from './kept.ts'
import type { Loaded } from './load.ts'
import { ciOf, reviewOf, staleSince } from './observe-head.ts'
import { type IssueReading, readIssueText } from './observe-issue.ts'
import { readCheckLogs, readDiffOf, readFiles, readRelation } from './observe-commit.ts'
import { type Outside, type Reader, reader } from './outside.ts'

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

interface Looking {
  readonly loaded: Loaded
  readonly outside: Outside
  readonly kept: Kept
  readonly reads: Reader
  readonly signal: AbortSignal
}

/**
 * Reads what the run's state needs, and only that. It never fails: what could not be read is a fact too, with the moment since
 * when, and time alone decides what follows from it.
 */
export async function observe(loaded: Loaded, ports: { outside: Outside; kept: Kept }, signal: AbortSignal): Promise<Observation> {
  const looking: Looking = { loaded, ...ports, reads: reader(loaded.unreadableSince, loaded.now), signal }
  const { repository, issueNumber } = loaded.run.claims
  const judged = isOpen(loaded.run.status) && loaded.run.status !== 'notified'
  if (!judged || repository === null || issueNumber === null) return unlooked(loaded, ports.outside)
  return look(looking, { repository, issueNumber })
}

async function look(looking: Looking, of: { repository: string; issueNumber: number }): Promise<Observation> {
  const { loaded, outside, reads, kept, signal } = looking
  const { run, now } = loaded
  const around = reads.read('github', () => outside.github.surroundings({ repository: of.repository, issueNumber: of.issueNumber, branch: run.claims.branch }, signal))
  const [evidence, surroundings, found] = await Promise.all([readEvidence(looking), around, readPullRequest(looking, of.repository)])
  const { policy, reading } = readPolicy(looking, surroundings)
  const change = await readChange(looking, { found, surroundings, evidence, policy })

  const snapshot = valueOf(found)
  const pull = valueOf(change)
  const head = pull?.kind === 'pull_request' && pull.staleSince === null ? pull.head : null
  const view = snapshot !== null && head !== null ? { run, snapshot, head, heads: loaded.heads, effects: loaded.effects, now, policy } : null
  const aboutHead = <T>(value: (seen: NonNullable<typeof view>) => T): Known<T> =>
    view !== null ? known(value(view), now) : change.kind === 'known' ? notYet('there is no head to ask about', now) : change
  const ci = aboutHead(ciOf)
  const review = aboutHead((seen) => reviewOf(seen, outside.reviewers))
  const diff: Known<Diff> =
    view === null
      ? change.kind === 'known' ? notYet('there is no pull request', now) : change
      : await reads.read('diff', () => readDiffOf({ github: outside.github, mask: outside.mask, kept, repository: of.repository, base: view.snapshot.pullRequest.baseSha, head: view.head, policy }, signal))

  const issueReading = readIssueText({ loaded, surroundings, change, kept: await kept.find('issue_text', { run: run.id }), now })
  const issue = issueReading.text
  const checkLogs = await readCheckLogs({ github: outside.github, mask: outside.mask, kept, repository: of.repository, ci: valueOf(ci), effects: loaded.effects, policy }, signal)
  const gateFacts = {
    run: { ...run, commitSha: head ?? run.commitSha, prNumber: snapshot?.pullRequest.number ?? run.prNumber },
    repositoryPolicy: reading,
    evidence,
    issue,
    issueState: surroundings.kind === 'known' ? known<Issue | null>(surroundings.value.issue, now) : surroundings,
    change,
    ci,
    review,
    diff,
    checkLogs,
  }
  const facts: Facts = { ...gateFacts, ...ownFacts(loaded, outside, ciUrlOf(snapshot, valueOf(ci))) }
  const verdicts = await readVerdicts(looking, facts, of.repository)
  return {
    facts: { ...facts, ...verdicts },
    policy,
    snapshot,
    evidence: valueOf(evidence),
    issueReading,
    unreadableSince: Object.fromEntries(reads.since),
  }
}

/** A run that is not judged now (announced, ended, or of nobody's issue) needs nothing of the world. */
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
    looks: row.looks,
    stretch: stretchOf(outside),
    completion: null,
    escalation: loaded.escalation,
  }
}

/** An hour's waiting takes about a dozen points a run; where GitHub's budget cannot carry that for all who wait, all look less often. */
function stretchOf({ github, waiting }: Outside): number {
  const budget = github.budget()
  return budget === null ? 1 : Math.max(1, (waiting() * 12) / Math.max(1, budget.remaining * 0.8))
}

async function readEvidence({ loaded, outside, reads, signal }: Looking): Promise<Known<Evidence>> {
  if (loaded.evidence !== null) return known(loaded.evidence, loaded.now)
  return reads.read('artifacts', async () => {
    const evidence = await outside.gather({ claims: loaded.run.claims, now: loaded.now }, signal)
    const away = evidence.readings.filter(({ state }) => state === 'unavailable')
    // A store that is away for one artifact has told nothing about it: "unavailable" is not "missing".
    if (away[0]) throw new Failure('unavailable', `the artifact store is away: ${away[0].because}`)
    return maskStrings(evidence, outside.mask)
  })
}

function readPolicy({ loaded, outside }: Looking, surroundings: Known<Surroundings>): { policy: Policy; reading: Known<RepositoryPolicyReading> } {
  const { repository } = loaded.run.claims
  const { policy, reading } = outside.policyFor(repository, valueOf(surroundings)?.policyText ?? null)
  return { policy, reading: surroundings.kind === 'known' ? known(reading, loaded.now) : surroundings }
}

/** The run's pull request as it is now; "not yet" where there is none. One that was found stays, unless it is no longer open. */
async function readPullRequest({ loaded, outside, reads, signal }: Looking, repository: string): Promise<Known<Snapshot>> {
  const { run, now } = loaded
  const { branch, reportedPrNumber, startedAt } = run.claims
  const find = () => outside.github.findPullRequest({ repository, branch, prNumber: reportedPrNumber, startedAt: startedAt ?? run.createdAt }, signal)
  const read = await reads.read('github', async () => {
    if (run.prNumber !== null) {
      const snapshot = await outside.github.snapshot({ repository, number: run.prNumber }, signal)
      if (snapshot.pullRequest.state === 'open') return snapshot
    }
    const number = await find()
    return number === null ? null : outside.github.snapshot({ repository, number }, signal)
  })
  if (read.kind !== 'known') return read
  return read.value === null ? notYet('there is no pull request of the branch', now) : known(read.value, now)
}

async function readChange(
  { loaded, outside, reads, kept, signal }: Looking,
  seen: { found: Known<Snapshot>; surroundings: Known<Surroundings>; evidence: Known<Evidence>; policy: Policy },
): Promise<Known<Change>> {
  const { run, now, heads } = loaded
  const { found, surroundings } = seen
  const repository = run.claims.repository ?? ''
  if (found.kind === 'unreadable') return found
  if (found.kind === 'not_yet') {
    if (surroundings.kind !== 'known') return surroundings
    const { base } = run.claims
    return reads.read('github', async (): Promise<Change> => {
      // Only a run that may have changed nothing asks where its base stands.
      const needed = seen.policy.diff.allow_empty && base !== null && surroundings.value.branchHead !== null
      const other = needed ? await outside.github.surroundings({ repository, issueNumber: null, branch: base }, signal) : null
      return { kind: 'none', branchHead: surroundings.value.branchHead, baseHead: other?.branchHead ?? null, since: now }
    })
  }
  const { pullRequest } = found.value
  const { head } = pullRequest
  const reported = run.claims.reportedCommit ?? valueOf(seen.evidence)?.manifest?.commit ?? null
  return reads.read('github', async (): Promise<Change> => ({
    kind: 'pull_request',
    pullRequest,
    head,
    reported: reported === null || head === null ? null : { commit: reported, relation: await readRelation({ github: outside.github, kept, repository, commit: reported, head }, signal) },
    staleSince: head === null ? null : staleSince(head, heads, valueOf(surroundings)?.branchHead ?? null),
  }))
}

/** The verdicts that count, with every citation looked up: a file that cannot be read leaves its verdict open, not invalid. */
async function readVerdicts({ loaded, outside, reads, kept, signal }: Looking, facts: Facts, repository: string): Promise<Pick<Facts, 'verdicts' | 'verdictsUnread'>> {
  const subject = subjectOf(facts)
  const issue = valueOf(facts.issue)
  const verdicts = [...loaded.verdicts, ...gaveUp(loaded)]
  if (subject === null || issue === null) return { verdicts, verdictsUnread: null }
  const about = verdicts.filter(({ subject: other }) => other.commit === subject.commit && other.diffDigest === subject.diffDigest && other.issueDigest === subject.issueDigest)
  const against = { requirements: extractRequirements(issue.title, issue.body), diff: valueOf(facts.diff) ?? noChange }
  const first = checkVerdicts(about, { ...against, files: new Map() })
  if (first.paths.length === 0) return { verdicts: first.verdicts, verdictsUnread: null }
  const files = await reads.read('files', () => readFiles({ github: outside.github, mask: outside.mask, kept, repository, commit: subject.commit, paths: first.paths }, signal))
  if (files.kind !== 'known') return { verdicts: first.verdicts, verdictsUnread: `files the judge cites cannot be read: ${files.because}` }
  const second = checkVerdicts(about, { ...against, files: files.value })
  return { verdicts: second.verdicts, verdictsUnread: second.paths.length > 0 ? 'files the judge cites are still to be read' : null }
}

/** An asking that was given up is a model that could not be had; it says nothing about the change. */
function gaveUp({ effects, now }: Loaded): readonly Verdict[] {
  return effects.flatMap(({ id, effect, state, because, settledAt }): Verdict[] =>
    effect.kind === 'ask' && state === 'failed'
      ? [{ id, model: effect.model, subject: effect.subject, at: settledAt ?? now, result: { kind: 'unavailable', because: `${effect.model}: ${because ?? 'no answer'}` } }]
      : [],
  )
}

function ciUrlOf(snapshot: Snapshot | null, ci: CiOutcome | null): string | null {
  if (snapshot === null) return null
  const failed = ci !== null && 'failed' in ci ? ci.failed[0]?.url : null
  return failed ?? `${snapshot.pullRequest.url}/checks`
}

