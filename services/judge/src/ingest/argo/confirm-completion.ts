import type { ArgoAnswer, admitCompletion } from '../../correlate/admit-completion.ts'
import { IMPLEMENTATION_STAGE, recoverClaims } from '../../correlate/recover-claims.ts'
import { type Failure, isFailure } from '../../lib/failure.ts'
import { isObject, parseJson } from '../../lib/json.ts'
import type { Run, RunClaims } from '../../run/run.ts'
import type { ParseContext } from '../parse/parse-message.ts'
import { readWorkflow } from '../parse/workflow.ts'
import { findNewestWorkflow } from './ask-completion.ts'
import type { ArgoWorkflows } from './port.ts'

interface ConfirmCompletionDeps {
  /** Null: Argo is not configured any more. */
  readonly argo: ArgoWorkflows | null
  readonly confirm: (answer: ArgoAnswer) => Promise<void>
  readonly context: Pick<ParseContext, 'mayJudge'>
  readonly admit: (of: Parameters<typeof admitCompletion>[1]) => Promise<void>
  /** The run of a workflow uid; null: there is none. */
  readonly findRunOfWorkflow: (uid: string) => Promise<string | null>
}

/**
 * Asks Argo about the workflow whose completion a message has reported, and lets Argo's answer
 * count: `finished` means that the run is now what Argo says of it. A workflow that Argo does not
 * know is believed as well, unless `mustKnow`; then it is `unknown`. `contradicted`: Argo knows it
 * as other work than a run of ours. Rejects with `Failure` while Argo is unavailable.
 */
export type ConfirmCompletion = (
  run: Run,
  options: { readonly mustKnow: boolean },
  signal: AbortSignal,
) => Promise<'running' | 'finished' | 'unknown' | 'contradicted'>

export function createConfirmCompletion(deps: ConfirmCompletionDeps): ConfirmCompletion {
  const { argo, confirm, context, admit, findRunOfWorkflow } = deps
  return async (run, { mustKnow }, signal) => {
    if (argo === null) {
      await admit({ runId: run.id, because: 'not configured' })
      return 'finished'
    }
    const body = await fetchReported(argo, run.claims, signal)
    if (body === null) {
      if (mustKnow) return 'unknown'
      await admit({ runId: run.id, because: 'unknown' })
      return 'finished'
    }
    const answer = readAnswer(body, context)
    if (answer.kind !== 'finished') return answer.kind
    const { claims, provenance } = answer
    const { workflowUid } = claims
    const owner = workflowUid === null ? null : await findRunOfWorkflow(workflowUid)
    if (owner !== null && owner !== run.id) return 'contradicted'
    await confirm({ runId: run.id, claims, provenance })
    return 'finished'
  }
}

/**
 * Argo's object of the workflow, or null. The uid decides, because a message may name another
 * workflow or namespace: one that is not found under its name is searched for in the archive and
 * among all. Where our account may not look counts only if the workflow is not found elsewhere.
 */
async function fetchReported(
  argo: ArgoWorkflows,
  claims: RunClaims,
  signal: AbortSignal,
): Promise<Uint8Array | null> {
  const { workflowName: name, workflowNamespace: namespace, workflowUid: uid } = claims
  if (uid === null) {
    const named = await findNewestWorkflow(argo, claims, signal)
    return named === null ? null : argo.fetchWorkflow(named, signal)
  }
  const refusals: Failure[] = []
  const tryTo = async <T>(look: () => Promise<T>): Promise<T | null> => {
    try {
      return await look()
    } catch (error) {
      if (!isFailure(error) || error.kind !== 'forbidden') throw error
      refusals.push(error)
      return null
    }
  }
  const named = await tryTo(() => argo.fetchWorkflow({ namespace, name, uid }, signal))
  if (named !== null) return named
  if (refusals.length > 0) {
    const archived = await argo.fetchWorkflow({ namespace: null, name: null, uid }, signal)
    if (archived !== null) return archived
  }
  // An account for one namespace may not list all of them.
  const [refusedBefore] = refusals
  const listed =
    (await tryTo(() => argo.findByUid({ uid, namespace: null }, signal))) ??
    (refusals.length === 0 || namespace === null
      ? null
      : await argo.findByUid({ uid, namespace }, signal))
  if (listed !== null) return argo.fetchWorkflow(listed, signal)
  if (refusedBefore !== undefined) throw refusedBefore
  return null
}

type Answer =
  | { readonly kind: 'running' | 'contradicted' }
  | ({ readonly kind: 'finished' } & ReturnType<typeof recoverClaims>)

/** What Argo's object says, also of a workflow that has no mark of Codex. */
function readAnswer(body: Uint8Array, { mayJudge }: ConfirmCompletionDeps['context']): Answer {
  const workflow = parseJson(new TextDecoder().decode(body))
  if (!isObject(workflow)) return { kind: 'running' }
  const report = readWorkflow(workflow)
  const recovered = recoverClaims(report.layers, report.artifacts)
  const { repository, stage } = recovered.claims
  if (stage !== IMPLEMENTATION_STAGE) return { kind: 'contradicted' }
  if (repository !== null && !mayJudge(repository)) return { kind: 'contradicted' }
  return report.finished ? { kind: 'finished', ...recovered } : { kind: 'running' }
}
