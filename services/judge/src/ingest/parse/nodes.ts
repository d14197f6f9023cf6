import { isObject, type Json, type JsonObject } from './json.ts'

/** One step of a workflow, as Argo's status shows it. */
export interface WorkflowNode {
  readonly id: string
  readonly phase: string
  readonly message: string
  readonly finishedAt: string
  readonly exitCode: string
  /** For a try of a retried step: the step it belongs to; else null. */
  readonly tryOf: string | null
  readonly artifacts: readonly JsonObject[]
}

const string = (value: Json | undefined): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''

/**
 * The nodes of a workflow in the order in which they finished, so that whatever a later one brings
 * replaces what an earlier one brought. Among those that finished at once, a retried step comes
 * after its own tries, and those in order of their number: Argo copies to the step what the try
 * that counts has left.
 */
export function nodesOf(status: JsonObject | null): readonly WorkflowNode[] {
  if (!isObject(status?.nodes)) return []
  return Object.entries(status.nodes)
    .flatMap(([id, node]) => (isObject(node) ? [read(id, node)] : []))
    .map((node, index) => ({ ...node, index }))
    .sort((a, b) => compare(a.finishedAt, b.finishedAt) || a.order - b.order || a.index - b.index)
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function read(id: string, node: JsonObject): WorkflowNode & { readonly order: number } {
  const outputs = isObject(node.outputs) ? node.outputs : {}
  const retried = isObject(node.nodeFlag) && node.nodeFlag.retried === true
  const numbered = /^(.*)\((\d+)\)$/s.exec(string(node.name) || string(node.displayName))
  return {
    id,
    phase: string(node.phase),
    message: string(node.message),
    finishedAt: string(node.finishedAt),
    exitCode: string(outputs.exitCode),
    tryOf: retried && numbered ? (numbered[1] ?? null) : null,
    artifacts: Array.isArray(outputs.artifacts) ? outputs.artifacts.filter(isObject) : [],
    order: retried && numbered ? Number(numbered[2]) : Number.MAX_SAFE_INTEGER,
  }
}

/**
 * The tries that Argo repeated: a later one of the same step decided, so what these say no longer
 * counts.
 */
function repeatedTries(nodes: readonly WorkflowNode[]): ReadonlySet<string> {
  const last = new Map(
    nodes.flatMap((node) => (node.tryOf === null ? [] : [[node.tryOf, node.id] as const])),
  )
  return new Set(
    nodes.filter(({ tryOf, id }) => tryOf !== null && last.get(tryOf) !== id).map(({ id }) => id),
  )
}

const maxPhaseMessage = 4000

/**
 * Why a workflow did not succeed, in Argo's own words: its message, then those of the steps that
 * failed with their exit codes. From this the eviction, the killed pod and the lost node are told
 * from work that failed. A try that was repeated is left out, and so is everything below a workflow
 * that succeeded: what was overcome did not fail it.
 */
export function phaseMessage(
  phase: string,
  message: string | null,
  nodes: readonly WorkflowNode[],
): string | null {
  const repeated = repeatedTries(nodes)
  const failed =
    phase === 'Succeeded'
      ? []
      : nodes.filter(
          ({ id, phase: its }) => (its === 'Failed' || its === 'Error') && !repeated.has(id),
        )
  const said = failed.flatMap((node) => {
    const code = node.exitCode === '' || node.exitCode === '0' ? '' : `exit code ${node.exitCode}`
    return [node.message, node.message.includes(code) ? '' : code]
  })
  const parts = [
    ...new Set([message ?? '', ...said].map((part) => part.trim()).filter((part) => part !== '')),
  ]
  return parts.length === 0 ? null : parts.join('; ').slice(0, maxPhaseMessage).toWellFormed()
}
