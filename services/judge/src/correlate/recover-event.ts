import type { Enrichment, Event } from '../run/event.ts'
import type { ArtifactRef, RunClaims } from '../run/run.ts'
import { implementation, type Layer, recover } from './recover.ts'

/** A message about a run, read but not yet understood. */
export interface RunReport {
  readonly layers: readonly Layer[]
  readonly artifacts: readonly ArtifactRef[]
  readonly enrichment: Enrichment | null
  /**
   * `workflow`: Argo's own object. `report`: somebody tells about the run. `notify`: the agent's
   * wrapper tells.
   */
  readonly from: 'workflow' | 'report' | 'notify'
  /** One of the three finished phases was reported. */
  readonly finished: boolean
  /**
   * It carries a sign of Codex of its own: a `codex.*` label or annotation, a decodable event body,
   * …
   */
  readonly marked: boolean
}

export const emptyEnrichment: Enrichment = {
  issuedAt: null,
  lastMessage: null,
  judgeOutput: null,
  excerpts: {},
  outputPaths: {},
}

/**
 * Which event a message is, or why it is none of ours. A workflow that is not finished says nothing
 * yet; a stage beside the implementation is no attempt; anything unfinished can only enrich; and
 * only a finished phase completes, with or without times.
 */
export function recoverEvent(
  report: RunReport,
  mayJudge: (repository: string) => boolean,
): { readonly event: Event | null; readonly because: string } {
  const { claims, provenance } = recover(report.layers, report.artifacts)
  const { enrichment } = report
  if (!report.marked && claims.repository === null)
    return { event: null, because: 'It carries no mark of Codex.' }
  if (report.from === 'workflow' && !report.finished)
    return { event: null, because: `${workflow(claims)} has not finished.` }
  if (claims.repository !== null && !mayJudge(claims.repository)) {
    return {
      event: null,
      because: `${claims.repository} is not among the repositories this service may judge.`,
    }
  }
  if (claims.stage !== implementation) {
    return {
      event: { kind: 'stage.reported', claims, provenance, enrichment },
      because: `Stage ${claims.stage} of ${workflow(claims)} reported.`,
    }
  }
  if (report.finished) {
    return {
      event: { kind: 'workflow.finished', claims, provenance, enrichment },
      because: `${workflow(claims)} finished: ${claims.phase}.`,
    }
  }
  return {
    event: { kind: 'run.enriched', claims, provenance, enrichment: enrichment ?? emptyEnrichment },
    because: `More is known about ${workflow(claims)}.`,
  }
}

const workflow = ({ workflowName, workflowUid }: RunClaims): string =>
  `Workflow ${workflowName ?? workflowUid ?? 'without a name'}`
