import { fromBinary } from '@bufbuild/protobuf'
import { type CodexTask, CodexTaskSchema, CodexTaskStage } from '@codex-judge/proto/codex/v1'
import { type Answered, faults, json, serve } from './serve.ts'

export interface Submitted {
  readonly task: CodexTask
  readonly workflowName: string
  readonly duplicate: boolean
}

export interface DispatcherWorld {
  readonly url: string
  /** Every task that was accepted, repeated deliveries too, in the order of arrival. */
  readonly log: readonly Submitted[]
  /** Workflows that were started: one for each delivery id. */
  readonly started: () => readonly Submitted[]
  readonly faults: ReturnType<typeof faults>
  /** Number of requests that came in, refused ones too. */
  readonly requests: () => number
  close(): Promise<void>
}

export interface DispatcherSetup {
  readonly token?: string
  readonly namespace?: string
  readonly port?: number
  /** When a task is accepted, as the answer says; the demo gives its own clock. */
  readonly now?: () => Date
  /** Called once for each workflow that is started: the demo lets an agent run. */
  readonly onStart?: (submitted: Submitted) => void
}

/**
 * The dispatcher as its callers see it (wire section 6): protobuf in, one workflow a delivery id,
 * 202 out.
 */
export async function dispatcherWorld(setup: DispatcherSetup = {}): Promise<DispatcherWorld> {
  const { namespace = 'agent-runs', now = () => new Date(0), token, onStart } = setup
  const log: Submitted[] = []
  const trouble = faults()
  let requests = 0

  const submit = (body: Buffer): Answered => {
    const task = decoded(body)
    if (task === null) return json(400, { error: 'the body is no CodexTask' })
    const lacking = missing(task)
    if (lacking !== null) return json(400, { error: `${lacking} is empty` })
    const duplicate = log.some((earlier) => earlier.task.deliveryId === task.deliveryId)
    const submitted = {
      task,
      workflowName: `codex-implementation-${task.deliveryId.replace(/^codex-/, '')}`,
      duplicate,
    }
    log.push(submitted)
    if (!duplicate) onStart?.(submitted)
    const stage = stageNames[task.stage] ?? 'unspecified'
    return json(202, {
      stage,
      namespace,
      workflowName: submitted.workflowName,
      submittedAt: now().toISOString(),
      duplicate,
    })
  }

  const server = await serve(async ({ method, path, headers, body }) => {
    if (path !== '/codex/tasks') return json(404, { error: 'no such route' })
    if (method !== 'POST') return json(405, { error: 'POST only' })
    requests += 1
    if (token !== undefined && headers.authorization !== `Bearer ${token}`)
      return json(401, { error: 'who are you?' })
    if (headers['content-type'] !== 'application/x-protobuf')
      return json(400, { error: 'not protobuf' })
    return await trouble.around(() => submit(body))
  }, setup.port)

  return {
    url: server.url,
    log,
    started: () => log.filter(({ duplicate }) => !duplicate),
    faults: trouble,
    requests: () => requests,
    close: server.close,
  }
}

const stageNames: Readonly<Record<number, string>> = {
  [CodexTaskStage.PLANNING]: 'planning',
  [CodexTaskStage.IMPLEMENTATION]: 'implementation',
  [CodexTaskStage.REVIEW]: 'review',
}

function decoded(body: Buffer): CodexTask | null {
  try {
    return body.length === 0 ? null : fromBinary(CodexTaskSchema, body)
  } catch {
    return null
  }
}

function missing(task: CodexTask): string | null {
  if (task.repository === '') return 'repository'
  if (task.prompt === '') return 'prompt'
  return task.deliveryId === '' ? 'delivery_id' : null
}
