import type { Evidence } from '../artifacts/evidence.ts'
import type { CiOutcome } from '../ci/ci-outcome.ts'
import type { BaseComparison } from '../ci/compare-with-base.ts'
import type { KnownFlake } from '../ci/find-flakes.ts'
import type { CheckLog } from '../ci/logs/check-log.ts'
import type { AddedSecret } from '../diff/added-secret.ts'
import type { Diff } from '../diff/diff.ts'
import type { CommitRelation } from '../github/port.ts'
import type { Issue, PullRequest } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { Known, UnreadableSource } from '../lib/known.ts'
import type { Policy, RepositoryPolicyReading } from '../policy/policy.ts'
import type { ReviewOutcome } from '../review/review-outcome.ts'
import type { Enrichment } from '../run/event.ts'
import type { Reason } from '../run/reasons.ts'
import type { CommitSha, Run, Signal, Wait, WaitTerms } from '../run/run.ts'
import type { Waiver } from '../run/waiver.ts'
import type { TestFinding } from '../test-changes/finding.ts'

/**
 * What gates are evaluated on. Each fact is known, not there yet, or unreadable. Facts that carry a
 * commit are about the head of `change`; an observation leaves out facts about other commits.
 */
export interface GateFacts {
  readonly run: Run
  readonly repositoryPolicy: Known<RepositoryPolicyReading>
  readonly evidence: Known<Evidence>
  /** What a notify reported besides; null: there was none. */
  readonly enrichment: Enrichment | null
  readonly issue: Known<IssueText>
  /** The issue as GitHub has it now; null where the run names no issue. */
  readonly issueState: Known<Issue | null>
  readonly change: Known<Change>
  readonly ci: Known<CiOutcome>
  readonly review: Known<ReviewOutcome>
  readonly diff: Known<Diff>
  /** The secrets that the change adds, without their values. */
  readonly addedSecrets: Known<readonly AddedSecret[]>
  readonly testChanges: Known<TestChanges>
  /** The findings that people have accepted for the issue. */
  readonly waivers: readonly Waiver[]
  /** What the logs of failed checks say, by check id, where GitHub had one. */
  readonly checkLogs: ReadonlyMap<number, CheckLog>
  /** Whether the base fails like the head; not known before CI of the head has finally failed. */
  readonly base: Known<BaseComparison>
  /** The checks of the repository that are known to fail by chance. */
  readonly knownFlakes: readonly KnownFlake[]
}

/** The edits of tests and checks that a change makes. */
export interface TestChanges {
  readonly findings: readonly TestFinding[]
  /** The changed test files of which only the hunks are known, and why. */
  readonly unread: readonly { readonly path: string; readonly because: string }[]
}

/**
 * The pull request under judgement, or its absence. Absence is a member of its own, because null
 * could also mean that it was not read yet.
 */
export type Change =
  | {
      readonly kind: 'none'
      readonly branchHead: CommitSha | null
      readonly baseHead: CommitSha | null
      readonly since: Instant
    }
  | {
      readonly kind: 'pull_request'
      readonly pullRequest: PullRequest
      readonly head: CommitSha | null
      /** How the commit that the run reported relates to the head; null if it reported none. */
      readonly reported: { readonly commit: string; readonly relation: CommitRelation } | null
      /**
       * Since when GitHub's readings name a head that was already seen replaced, without
       * confirmation that it is the head again; null if the reading is current.
       */
      readonly staleSince: Instant | null
    }

/** The issue's text as the judge sees it, frozen at the issue's first attempt. */
export interface IssueText {
  readonly title: string
  readonly body: string
  readonly url: string | null
  readonly digest: string
  /**
   * A note about a later edit, which counts only from the next attempt on, or never if the author
   * of the pull request made it.
   */
  readonly editedSince: string | null
  /** A note that the event which started the attempt tells another text; null: it does not. */
  readonly difference: string | null
}

/** One piece of evidence: people follow its link, and the next prompt quotes it. */
export interface EvidenceItem {
  readonly kind:
    | 'check'
    | 'thread'
    | 'closed_thread'
    | 'review'
    | 'comment'
    | 'file'
    | 'commit'
    | 'log'
    | 'requirement'
    | 'note'
    | 'pull_request'
    /** What a rule found in the change. */
    | 'finding'
    /** What a rule found and does not hold against the change. */
    | 'settled'
  readonly text: string
  readonly url?: string | null
  readonly path?: string
  readonly line?: number | null
  readonly author?: string
  /** The same for the same finding in a later attempt; a person can accept it. */
  readonly findingId?: string
  /** The full text: the end of a log, the body of a comment. */
  readonly detail?: string
}

export type GateResult =
  | {
      readonly result: 'pass'
      readonly because: string
      readonly evidence: readonly EvidenceItem[]
    }
  | {
      readonly result: 'refuse'
      readonly reason: Reason
      readonly because: string
      readonly evidence: readonly EvidenceItem[]
      /** The system whose outage is the reason. */
      readonly away?: UnreadableSource
    }
  | {
      readonly result: 'wait'
      readonly because: string
      readonly evidence: readonly EvidenceItem[]
      readonly wait: Wait
      /** Why the run ends if the gate still waits after the deadline. */
      readonly reasonIfLate: Reason
      /** The system whose outage that would be. */
      readonly away?: UnreadableSource
    }

/** A rule that must hold before a model is asked. */
export interface Gate {
  readonly name: string
  /** Signals that can change its result. */
  readonly dependsOn: readonly Signal[]
  /** What must exist for the gate to make sense; a working tree without GitHub has only a diff. */
  readonly needs: readonly ('pull_request' | 'ci' | 'review' | 'diff' | 'checks' | 'evidence')[]
  /** Pure and total: every combination of facts gives a result. */
  evaluate(facts: GateFacts, policy: Policy, now: Instant): GateResult
}

export const pass = (because: string, evidence: readonly EvidenceItem[] = []): GateResult => ({
  result: 'pass',
  because,
  evidence,
})

export const refuse = (
  reason: Reason,
  because: string,
  evidence: readonly EvidenceItem[] = [],
): GateResult => ({ result: 'refuse', reason, because, evidence })

interface WaitDetails {
  readonly reasonIfLate: Reason
  readonly away?: UnreadableSource
  /** What is known so far, such as the checks that have failed already. */
  readonly evidence?: readonly EvidenceItem[]
}

export const waitUntil = (
  because: string,
  wait: WaitTerms,
  { evidence = [], ...details }: WaitDetails,
): GateResult => ({
  result: 'wait',
  because,
  evidence,
  wait: { ...wait, because },
  ...details,
})

/**
 * What follows if GitHub answers, but never with what is needed, such as whether a pull request
 * merges. Other repositories are not concerned.
 */
export const githubLate = {
  reasonIfLate: 'outage',
  away: { system: 'github', scope: 'repository' },
} as const satisfies WaitDetails
