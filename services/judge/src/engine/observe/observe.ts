import type { Evidence } from '../../artifacts/evidence.ts'
import type { CiOutcome } from '../../ci/ci-outcome.ts'
import type { CheckName } from '../../ci/find-flakes.ts'
import type { Facts } from '../../decide/facts.ts'
import { findQuestion } from '../../decide/find-question.ts'
import { getJudgedCommit } from '../../decide/situation.ts'
import type { GateFacts } from '../../gates/gate.ts'
import type { Issue, Snapshot } from '../../github/snapshot.ts'
import { noMoney } from '../../judge/budget.ts'
import { getKnownValue, known, notYet } from '../../lib/known.ts'
import type { Trace } from '../../lib/trace.ts'
import type { Policy, PolicyOrigins } from '../../policy/policy.ts'
import type { Readings } from '../../receipt/decision-record.ts'
import { isOpen } from '../../run/lifecycle.ts'
import { selectBlockingChecks } from '../../text/blockers.ts'
import type { FactCache } from './fact-cache.ts'
import type { LoadedRun } from './load-run.ts'
import { createPartReader, type ObserveContext, type ObserveDeps } from './observe-deps.ts'
import { observeHead } from './observe-head.ts'
import { mustObserveWork, observeWork } from './observe-work.ts'
import { readChange, readEvidence, readGithub, readOwnBase, readPolicy } from './read-change.ts'
import { readCodeContext } from './read-code-context.ts'
import { readCompletion } from './read-completion.ts'
import { type IssueReading, readIssueText } from './read-issue-text.ts'
import { type MoneyReading, readMoney } from './read-money.ts'
import { readVerdicts } from './read-verdicts.ts'

/** What one reconciliation observed: the input of `decide`, and what the commit stores. */
export interface Observation {
  readonly facts: Facts
  readonly policy: Policy
  readonly origins: PolicyOrigins
  /** What GitHub answered, for the receipt; null: it was not asked. */
  readonly readings: Readings | null
  readonly snapshot: Snapshot | null
  readonly evidence: Evidence | null
  readonly issueReading: IssueReading | null
  /** The checks that were found to have failed by chance on the judged commit. */
  readonly flakes: readonly CheckName[]
  /** Null: the money of the issue was not read. */
  readonly money: MoneyReading | null
  /** Part → since when it cannot be read. Parts that could be read are not listed. */
  readonly unreadableSince: Readonly<Record<string, number>>
}

/**
 * Reads from external systems what the run's status needs to know, and only that. Never rejects: a
 * part that could not be read is a fact, too, with since when, and its patience decides what
 * follows.
 */
export async function observe(
  loaded: LoadedRun,
  { deps, cache, trace }: { deps: ObserveDeps; cache: FactCache; trace: Trace },
  signal: AbortSignal,
): Promise<Observation> {
  const context: ObserveContext = {
    loaded,
    deps,
    cache,
    trace,
    reader: createPartReader(loaded.unreadableSince, loaded.now, trace),
    signal,
  }
  const { repository, issueNumber } = loaded.run.claims
  if (!isJudged(loaded) || repository === null || issueNumber === null) {
    const own = withoutObservation(loaded, deps)
    const completion = await readCompletion(context)
    const work =
      mustObserveWork(loaded) && repository !== null && issueNumber !== null
        ? await observeWork(context, { repository, issueNumber })
        : {}
    return {
      ...own,
      facts: { ...own.facts, ...work, completion },
      unreadableSince: Object.fromEntries(context.reader.unreadableSince),
    }
  }
  return observeIssue(context, { repository, issueNumber })
}

/**
 * A run that tries again for all that share its cause is observed as if it were open. One whose
 * completion is unconfirmed is not judged: only Argo is asked.
 */
function isJudged({ run, escalation }: LoadedRun): boolean {
  if (run.unconfirmed) return false
  if (isOpen(run.status)) return run.status !== 'notified'
  const shared = escalation?.shared ?? null
  const isProbe = shared !== null && shared.probedAt !== null
  return isProbe && run.completedAt !== null && shared.cause.kind !== 'dispatcher'
}

async function observeIssue(
  context: ObserveContext,
  issue: { readonly repository: string; readonly issueNumber: number },
): Promise<Observation> {
  const { loaded, deps, reader, cache } = context
  const { run, now } = loaded
  const [evidence, { found, repositoryContext }] = await Promise.all([
    readEvidence(context),
    readGithub(context, issue),
  ])
  const { policy, origins, reading } = readPolicy(context, repositoryContext)
  const { change, base } = await readOwnBase(
    context,
    await readChange(context, { found, repositoryContext, evidence, policy }),
  )

  const snapshot = getKnownValue(found)
  const { head, flakes, read, ...headFacts } = await observeHead(context, {
    repository: issue.repository,
    snapshot,
    change,
    policy,
  })
  const issueReading = readIssueText({
    loaded,
    repositoryContext,
    change,
    ownCopy: (await cache.find('issue_text', { run: run.id }))?.value ?? null,
    now,
  })
  const issueState =
    repositoryContext.kind === 'known'
      ? known<Issue | null>(repositoryContext.value.issue, now)
      : repositoryContext
  const money = await readMoney(context, { issue: issueState, evidence, policy })
  const gateFacts = {
    run: {
      ...run,
      claims: { ...run.claims, base },
      commitSha: head ?? run.commitSha,
      prNumber: snapshot?.pullRequest.number ?? run.prNumber,
    },
    repositoryPolicy: reading,
    evidence,
    enrichment: loaded.enrichment,
    issue: issueReading.text,
    // Which of its labels count is a part of the issue's state.
    issueState: money.kind === 'known' ? issueState : money,
    change,
    waivers: await deps.listWaivers(issue),
    ...headFacts,
  }
  const facts: Facts = {
    ...gateFacts,
    ...collectOwnFacts(loaded, deps, selectCiUrl(snapshot, getKnownValue(headFacts.ci))),
    ...(money.kind === 'known' ? { money: money.value.money } : {}),
  }
  const verdicts = await readVerdicts(context, facts, issue.repository)
  const codeContext = await readContext(context, { ...facts, ...verdicts }, policy)
  return {
    facts: { ...facts, ...verdicts, codeContext },
    policy,
    origins,
    readings: {
      policyText: getKnownValue(repositoryContext)?.policyText ?? null,
      reviewers: deps.reviewers,
      head: read,
    },
    snapshot,
    evidence: getKnownValue(evidence),
    issueReading,
    flakes,
    money: getKnownValue(money),
    unreadableSince: Object.fromEntries(reader.unreadableSince),
  }
}

/** The code around the change, if a question is to be asked about it now. */
async function readContext(
  { loaded, deps, reader, cache, signal }: ObserveContext,
  facts: Facts,
  policy: Policy,
): Promise<Facts['codeContext']> {
  const diff = getKnownValue(facts.diff)
  const issue = getKnownValue(facts.issue)
  const commit = getJudgedCommit(facts)
  const { repository } = facts.run.claims
  if (diff === null || issue === null || commit === null || repository === null) return null
  if (findQuestion(facts, policy, loaded.now) === null) return null
  const { github, mask } = deps
  return reader.read('code', () =>
    readCodeContext({ github, mask, cache, repository, commit, diff, issue }, signal),
  )
}

/**
 * The observation of a run that is not judged now: announced, ended, or without an issue. It reads
 * no external system.
 */
export function withoutObservation(loaded: LoadedRun, deps: ObserveDeps): Observation {
  const { now, run } = loaded
  const nothing = notYet('not observed', now)
  const { policy, origins } = deps.policyFor(run.claims.repository, null)
  const stored = loaded.evidence
  return {
    facts: {
      run,
      repositoryPolicy: nothing,
      evidence: stored === null ? nothing : known(stored, now),
      enrichment: loaded.enrichment,
      issue: nothing,
      issueState: nothing,
      change: nothing,
      ci: nothing,
      review: nothing,
      diff: nothing,
      addedSecrets: nothing,
      testChanges: nothing,
      waivers: [],
      checkLogs: new Map(),
      base: nothing,
      knownFlakes: [],
      ...collectOwnFacts(loaded, deps, loaded.row.ci_url),
      verdicts: loaded.verdicts,
      unreadCitations: null,
      codeContext: null,
    },
    policy,
    origins,
    readings: null,
    snapshot: null,
    evidence: null,
    issueReading: null,
    flakes: [],
    money: null,
    unreadableSince: {},
  }
}

type OwnFacts = Omit<Facts, keyof GateFacts>

function collectOwnFacts(loaded: LoadedRun, deps: ObserveDeps, ciUrl: string | null): OwnFacts {
  const { run, row, issue } = loaded
  const { policy } = deps.policyFor(run.claims.repository, null)
  return {
    siblings: loaded.siblings,
    grantedAttempts: issue?.grantedAttempts ?? 0,
    money: issue?.money ?? noMoney,
    nextOrdinal: (issue?.lastOrdinal ?? run.attempt) + 1,
    verdicts: [],
    unreadCitations: null,
    codeContext: null,
    effects: loaded.effects,
    runUrl: deps.getRunUrl(run.id),
    ciUrl,
    lastSeen: { prUrl: row.pr_url, ciStatus: row.ci_status },
    pollCount: row.looks,
    pollStretch: computePollStretch(deps),
    completion: null,
    dispatchOff: policy.mode === 'observe' ? null : deps.dispatchOff,
    escalation: loaded.escalation,
    release: loaded.release,
    reconsiderAt: loaded.reconsiderAt,
    hasNewerRun: loaded.hasNewerRun,
  }
}

/** What an hour of waiting costs a run, in points of GitHub's hourly budget. */
const POINTS_PER_WAITING_RUN = 12
/** The part of the budget that polling may use. */
const POLLING_SHARE = 0.8

/** How much less often each run polls, so that all waiting runs together stay within the budget. */
function computePollStretch({ github, countWaitingRuns }: ObserveDeps): number {
  const budget = github.getBudget()
  if (budget === null) return 1
  const needed = countWaitingRuns() * POINTS_PER_WAITING_RUN
  return Math.max(1, needed / Math.max(1, budget.remaining * POLLING_SHARE))
}

/** Where a person sees what blocks CI or waits for approval; otherwise the list of checks. */
function selectCiUrl(snapshot: Snapshot | null, ci: CiOutcome | null): string | null {
  if (snapshot === null) return null
  return selectBlockingChecks(ci)[0]?.url ?? `${snapshot.pullRequest.url}/checks`
}
