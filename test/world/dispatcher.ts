import { fromBinary } from '@bufbuild/protobuf'
import { type CodexTask, CodexTaskSchema, CodexTaskStage } from '@codex-judge/proto/codex/v1'
import { answerJson, createFaults, type HttpAnswer, serve } from './serve.ts'

export interface DispatchedTask {
  readonly task: CodexTask
  readonly workflowName: string
  readonly duplicate: boolean
}

export interface DispatcherWorld {
  readonly url: string
  /** Every accepted task, including repeated deliveries, in the order of arrival. */
  readonly log: readonly DispatchedTask[]
  /** The started workflows: one for each delivery id. */
  readonly started: () => readonly DispatchedTask[]
  readonly faults: ReturnType<typeof createFaults>
  /** The number of requests, including refused ones. */
  readonly requests: () => number
  close(): Promise<void>
}

export interface DispatcherOptions {
  /** The accepted token; a function if it changes. */
  readonly token?: string | (() => string)
  readonly namespace?: string
  readonly port?: number
  /** The clock of `submittedAt` in the answer. Default: 1970. */
  readonly now?: () => Date
  /** Called once for each started workflow. */
  readonly onStart?: (dispatched: DispatchedTask) => void
}

/**
 * The dispatcher as its callers see it (docs/contract.md, "What goes out"): protobuf in, one
 * workflow for each delivery id, 202 out.
 */
export async function createDispatcherWorld(
  options: DispatcherOptions = {},
): Promise<DispatcherWorld> {
  const { namespace = 'agent-runs', now = () => new Date(0), token, onStart } = options
  const log: DispatchedTask[] = []
  const faults = createFaults()
  let requests = 0

  const submit = (body: Buffer): HttpAnswer => {
    const task = decodeTask(body)
    if (task === null) return answerJson(400, { error: 'the body is not a CodexTask' })
    const missing = findMissingField(task)
    if (missing !== null) return answerJson(400, { error: `${missing} is empty` })
    const duplicate = log.some((earlier) => earlier.task.deliveryId === task.deliveryId)
    const dispatched = {
      task,
      workflowName: `codex-implementation-${task.deliveryId.replace(/^codex-/, '')}`,
      duplicate,
    }
    log.push(dispatched)
    if (!duplicate) onStart?.(dispatched)
    const stage = stageNames[task.stage] ?? 'unspecified'
    return answerJson(202, {
      stage,
      namespace,
      workflowName: dispatched.workflowName,
      submittedAt: now().toISOString(),
      duplicate,
    })
  }

  const server = await serve(async ({ method, path, headers, body }) => {
    if (path !== '/codex/tasks') return answerJson(404, { error: 'no such route' })
    if (method !== 'POST') return answerJson(405, { error: 'POST only' })
    requests += 1
    const accepted = typeof token === 'function' ? token() : token
    if (accepted !== undefined && headers.authorization !== `Bearer ${accepted}`)
      return answerJson(401, { error: 'invalid token' })
    if (headers['content-type'] !== 'application/x-protobuf')
      return answerJson(400, { error: 'not protobuf' })
    return await faults.apply(() => submit(body))
  }, options.port)

  return {
    url: server.url,
    log,
    started: () => log.filter(({ duplicate }) => !duplicate),
    faults,
    requests: () => requests,
    close: server.close,
  }
}

const stageNames: Readonly<Record<number, string>> = {
  [CodexTaskStage.PLANNING]: 'planning',
  [CodexTaskStage.IMPLEMENTATION]: 'implementation',
  [CodexTaskStage.REVIEW]: 'review',
}

function decodeTask(body: Buffer): CodexTask | null {
  try {
    return body.length === 0 ? null : fromBinary(CodexTaskSchema, body)
  } catch {
    return null
  }
}

function findMissingField(task: CodexTask): string | null {
  if (task.repository === '') return 'repository'
  if (task.prompt === '') return 'prompt'
  return task.deliveryId === '' ? 'delivery_id' : null
}
