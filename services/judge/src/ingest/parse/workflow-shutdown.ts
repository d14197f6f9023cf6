import type { Json } from '../../lib/json.ts'
import type { ShutdownStrategy } from '../../run/run.ts'
import type { WorkflowNode } from './workflow-nodes.ts'

/** What tells how a workflow was shut down. */
interface ShutdownEvidence {
  /** `spec.shutdown`, which Argo sets when a person stops or terminates the workflow. */
  readonly strategy: Json
  /** The message of the workflow itself; null if the sender left it out. */
  readonly message: string | null
  readonly nodes: readonly Pick<WorkflowNode, 'message'>[]
}

/**
 * How a person shut a workflow down in Argo, or null. Only what Argo itself writes counts, and only
 * as a whole: a message of Argo can quote the output of the agent ("Error (exit code 1): …"), but
 * then it also says something of its own. The steps are asked only if the workflow has no message.
 */
export function findShutdown(
  phase: string,
  { strategy, message, nodes }: ShutdownEvidence,
): ShutdownStrategy | null {
  if (phase === 'Succeeded') return null
  const own = readStrategy(typeof strategy === 'string' ? strategy : null)
  if (own !== null) return own
  if (message !== null) return readStrategy(workflowMessage.exec(message.trim())?.[1])
  return (
    nodes
      .map((node) => readStrategy(nodeMessage.exec(node.message.trim())?.[1]))
      .find((found) => found !== null) ?? null
  )
}

const workflowMessage = /^Stopped with strategy '(\w+)'$/
const nodeMessage = /^workflow shutdown with strategy: {1,2}(\w+)$/i

const strategies: readonly ShutdownStrategy[] = ['Stop', 'Terminate']
const readStrategy = (text: string | null | undefined): ShutdownStrategy | null =>
  strategies.find((strategy) => strategy === text) ?? null
