import { isoOrNull } from '../lib/instant.ts'
import type { RunClaims } from '../run/run.ts'

/** The columns of `runs` that hold what a run claims about itself. */
export function claimColumns(claims: RunClaims) {
  return {
    repository: claims.repository,
    issue_number: claims.issueNumber,
    branch: claims.branch,
    base: claims.base,
    stage: claims.stage,
    workflow_name: claims.workflowName,
    workflow_namespace: claims.workflowNamespace,
    workflow_uid: claims.workflowUid,
    phase: claims.phase,
    phase_message: claims.phaseMessage,
    prompt: claims.prompt,
    issue_title: claims.issueTitle,
    issue_body: claims.issueBody,
    issue_url: claims.issueUrl,
    sender: claims.sender,
    reported_commit: claims.reportedCommit,
    reported_pr_number: claims.reportedPrNumber,
    thread_id: claims.threadId,
    turn_id: claims.turnId,
    session_id: claims.sessionId,
    delivery_id: claims.deliveryId,
    iterations: claims.iterations === null ? null : JSON.stringify(claims.iterations),
    iteration_cycle: claims.iterationCycle,
    autonomous: claims.autonomous,
    started_at: isoOrNull(claims.startedAt),
    finished_at: isoOrNull(claims.finishedAt),
    artifact_refs: JSON.stringify(claims.artifacts),
  }
}
