import type { Evidence } from '../artifacts/evidence.ts'
import type { CiOutcome } from '../ci/outcome.ts'
import type { Diff } from '../diff/diff.ts'
import type { CommitRelation } from '../github/port.ts'
import type { Issue, PullRequest } from '../github/snapshot.ts'
import type { Instant } from '../lib/instant.ts'
import type { Known } from '../lib/known.ts'
import type { Policy } from '../policy/policy.ts'
import type { ReviewOutcome } from '../review/outcome.ts'
import type { Reason } from '../run/reasons.ts'
import type { CommitSha, Run, Signal } from '../run/run.ts'

/**
 * What a gate may look at. Every part is a value, "not yet", or "could not read, because". Parts
 * that carry a commit are about the head of `change` or they are not here: a look
 * (`engine/observe/observe.ts`) hands on nothing that belongs to another commit.
 */
export interface GateFacts {
  readonly run: Run
  readonly repositoryPolicy: Known<RepositoryPolicyReading>
  readonly evidence: Known<Evidence>
  readonly issue: Known<IssueText>
  /** State of the issue on GitHub, where it was read; null where the run knows no issue. */
  readonly issueState: Known<Issue | null>
  readonly change: Known<Change>
  readonly ci: Known<CiOutcome>
  readonly review: Known<ReviewOutcome>
  readonly diff: Known<Diff>
  /** The end of the logs of failed checks, by check id, where GitHub had them. */
  readonly checkLogs: ReadonlyMap<number, string>
}

/**
 * The pull request under judgement; `null` inside `Known` would hide whether we looked, so absence
 * has its own member.
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
      /** How the commit the run reported stands to the head; null where it reported none. */
      readonly reported: { readonly commit: string; readonly relation: CommitRelation } | null
      /**
       * Since when readings name a head that we saw replaced, which nothing confirms; null: it is
       * the head.
       */
      readonly staleSince: Instant | null
    }

export type RepositoryPolicyReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'applied'; readonly ignored: readonly string[] }
  | { readonly kind: 'invalid'; readonly faults: readonly string[] }

/** The issue as the judge sees it: frozen at the issue's first attempt. */
export interface IssueText {
  readonly title: string
  readonly body: string
  readonly url: string | null
  readonly digest: string
  /**
   * A later edit that counts only from the next attempt on (or not at all: the pull request's
   * author made it).
   */
  readonly editedSince: string | null
}

/**
 * One thing that can be pointed at: what a person clicks, and what the next prompt is built from.
 */
export interface EvidenceItem {
  readonly kind:
    | 'check'
    | 'thread'
    | 'review'
    | 'file'
    | 'commit'
    | 'log'
    | 'requirement'
    | 'note'
    | 'pull_request'
  readonly text: string
  readonly url?: string | null
  readonly path?: string
  readonly line?: number | null
  readonly author?: string
  /** The full text behind it: a log window, a comment's body. */
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
    }
  | {
      readonly result: 'wait'
      readonly because: string
      readonly evidence: readonly EvidenceItem[]
      readonly waits: Wait
    }

/**
 * What a waiting gate waits for, and until when. `late` is the reason where the gate still waits
 * when its deadline has passed: `infrastructure` where no reading succeeded, and that of the
 * absence where one shows nothing.
 */
export interface Wait {
  readonly what:
    | 'pull_request'
    | 'commit'
    | 'mergeability'
    | 'ci'
    | 'review'
    | 'github'
    | 'artifacts'
    | 'policy'
  readonly deadline: Instant
  readonly late: Reason
  readonly wouldChange: readonly Signal[]
}

export interface Gate {
  readonly name: string
  readonly dependsOn: readonly Signal[]
  /**
   * What must exist for the gate to mean anything: a working tree without GitHub has only a diff.
   */
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
): GateResult => ({
  result: 'refuse',
  reason,
  because,
  evidence,
})
