import { isObject, type Json, type JsonObject } from '../../lib/json.ts'
import { compareText } from '../../lib/text.ts'

/** A step of a workflow, from Argo's status. */
export interface WorkflowNode {
  readonly id: string
  readonly phase: string
  readonly message: string
  readonly finishedAt: string
  readonly exitCode: string
  /** The step that this node is a try of, if the step is retried; else null. */
  readonly tryOf: string | null
  readonly artifacts: readonly JsonObject[]
}

const toTextOrEmpty = (value: Json | undefined): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

/**
 * Reads the nodes of a workflow in the order in which they finished, so that a later one's output
 * replaces an earlier one's. Among nodes that finished at the same time, tries come in the order of
 * their number, and the retried step after them: Argo copies the output of the final try to it.
 */
export function readWorkflowNodes(status: JsonObject | null): readonly WorkflowNode[] {
  if (!isObject(status?.nodes)) return []
  return Object.entries(status.nodes)
    .flatMap(([id, node]) => (isObject(node) ? [readWorkflowNode(id, node)] : []))
    .map((node, index) => ({ ...node, index }))
    .sort(
      (a, b) => compareText(a.finishedAt, b.finishedAt) || a.order - b.order || a.index - b.index,
    )
}

function readWorkflowNode(id: string, node: JsonObject): WorkflowNode & { readonly order: number } {
  const outputs = isObject(node.outputs) ? node.outputs : {}
  const retried = isObject(node.nodeFlag) && node.nodeFlag.retried === true
  const numbered = /^(.*)\((\d+)\)$/s.exec(
    toTextOrEmpty(node.name) || toTextOrEmpty(node.displayName),
  )
  return {
    id,
    phase: toTextOrEmpty(node.phase),
    message: toTextOrEmpty(node.message),
    finishedAt: toTextOrEmpty(node.finishedAt),
    exitCode: toTextOrEmpty(outputs.exitCode),
    tryOf: retried && numbered ? (numbered[1] ?? null) : null,
    artifacts: Array.isArray(outputs.artifacts) ? outputs.artifacts.filter(isObject) : [],
    order: retried && numbered ? Number(numbered[2]) : Number.MAX_SAFE_INTEGER,
  }
}

/** The ids of tries that Argo repeated; a later try of the same step counts instead. */
function findRepeatedTries(nodes: readonly WorkflowNode[]): ReadonlySet<string> {
  const last = new Map(
    nodes.flatMap((node) => (node.tryOf === null ? [] : [[node.tryOf, node.id] as const])),
  )
  return new Set(
    nodes.filter(({ tryOf, id }) => tryOf !== null && last.get(tryOf) !== id).map(({ id }) => id),
  )
}

const MAX_PHASE_MESSAGE_CHARS = 4000

/**
 * Why a workflow failed, in Argo's words: its message, then the messages and exit codes of its
 * failed steps. They distinguish an eviction, a killed pod or a lost node from failed work.
 * Repeated tries are left out, and so are the steps of a workflow that succeeded.
 */
export function buildPhaseMessage(
  phase: string,
  message: string | null,
  nodes: readonly WorkflowNode[],
): string | null {
  const repeated = findRepeatedTries(nodes)
  const failed =
    phase === 'Succeeded'
      ? []
      : nodes.filter(
          ({ id, phase: nodePhase }) =>
            (nodePhase === 'Failed' || nodePhase === 'Error') && !repeated.has(id),
        )
  const causes = failed.flatMap((node) => {
    const code = node.exitCode === '' || node.exitCode === '0' ? '' : `exit code ${node.exitCode}`
    return [node.message, node.message.includes(code) ? '' : code]
  })
  const parts = [
    ...new Set([message ?? '', ...causes].map((part) => part.trim()).filter((part) => part !== '')),
  ]
  return parts.length === 0
    ? null
    : parts.join('; ').slice(0, MAX_PHASE_MESSAGE_CHARS).toWellFormed()
}
