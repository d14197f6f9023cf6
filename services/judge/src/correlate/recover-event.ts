import type { Enrichment, Event } from '../run/event.ts'
import type { ArtifactRef, RunClaims } from '../run/run.ts'
import { type ClaimLayer, IMPLEMENTATION_STAGE, recoverClaims } from './recover-claims.ts'

/** What a parser found in a message about a run. */
export interface RunReport {
  readonly layers: readonly ClaimLayer[]
  readonly artifacts: readonly ArtifactRef[]
  readonly enrichment: Enrichment | null
  /** `workflow`: Argo's own object. `report`: a report about it. `notify`: the agent's wrapper. */
  readonly from: 'workflow' | 'report' | 'notify'
  /** One of the three finished phases was reported. */
  readonly finished: boolean
  /** It has a mark of Codex: a `codex.*` label or annotation, a decodable event body, … */
  readonly marked: boolean
}

export const emptyEnrichment: Enrichment = {
  issuedAt: null,
  lastMessage: null,
  judgeOutput: null,
  usage: null,
  excerpts: {},
  outputPaths: {},
}

/**
 * Decides which event a message is, or why it is ignored. An unfinished workflow is ignored;
 * another stage than the implementation is no attempt; an unfinished report only enriches; and only
 * a finished phase completes a run, with or without times.
 */
export function recoverEvent(
  report: RunReport,
  mayJudge: (repository: string) => boolean,
): { readonly event: Event | null; readonly because: string } {
  const { claims, provenance } = recoverClaims(report.layers, report.artifacts)
  const { enrichment } = report
  if (!report.marked && claims.repository === null)
    return { event: null, because: 'The message has no mark of Codex.' }
  if (report.from === 'workflow' && !report.finished)
    return { event: null, because: `${formatWorkflow(claims)} has not finished.` }
  if (claims.repository !== null && !mayJudge(claims.repository)) {
    return {
      event: null,
      because: explainForeignRepository(claims.repository),
    }
  }
  if (claims.stage !== IMPLEMENTATION_STAGE) {
    return {
      event: { kind: 'stage.reported', claims, provenance, enrichment },
      because: `Stage ${claims.stage} of ${formatWorkflow(claims)} reported.`,
    }
  }
  if (report.finished) {
    return {
      event: { kind: 'workflow.finished', claims, provenance, enrichment },
      because: `${formatWorkflow(claims)} finished: ${claims.phase}.`,
    }
  }
  return {
    event: { kind: 'run.enriched', claims, provenance, enrichment: enrichment ?? emptyEnrichment },
    because: `${formatWorkflow(claims)} reported details.`,
  }
}

export const explainForeignRepository = (repository: string): string =>
  `${repository} is not among the repositories this service may judge.`

const formatWorkflow = ({ workflowName, workflowUid }: RunClaims): string =>
  `Workflow ${workflowName ?? workflowUid ?? 'without a name'}`
