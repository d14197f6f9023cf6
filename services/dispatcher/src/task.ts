import { fromBinary } from '@bufbuild/protobuf'
import { type CodexTask, CodexTaskSchema, CodexTaskStage } from '@codex-judge/proto/codex/v1'

export const stages = ['planning', 'implementation', 'review'] as const
export type Stage = (typeof stages)[number]

/** A task that can be submitted. */
export interface Task {
  readonly stage: Stage
  readonly prompt: string
  /** `owner/name`. */
  readonly repository: string
  /** Empty if the task names none. */
  readonly base: string
  readonly head: string
  /** Null if the task belongs to no issue. */
  readonly issueNumber: number | null
  /** Identifies the task: the same for every retry. */
  readonly deliveryId: string
  /** The WorkflowTemplate of the task's stage. */
  readonly template: string
  /** The whole task, for the workflow to read. */
  readonly message: CodexTask
}

/** One fault of a task: the field as the .proto file names it (`body` for the whole), and why. */
export interface TaskFault {
  readonly path: string
  readonly message: string
}

const stagesByNumber: Readonly<Record<number, Stage>> = {
  [CodexTaskStage.PLANNING]: 'planning',
  [CodexTaskStage.IMPLEMENTATION]: 'implementation',
  [CodexTaskStage.REVIEW]: 'review',
}

/** The judge reads issue numbers and delivery ids with the same limits. */
const MAX_ISSUE_NUMBER = 2n ** 31n - 1n
const MAX_DELIVERY_ID_CHARS = 300

/**
 * Reads the bytes of a `CodexTask` and rejects a task that no workflow could use, with all faults
 * at once. Fields that the .proto file does not know are ignored: newer senders may set them.
 */
export function readTask(
  bytes: Uint8Array,
  templates: Readonly<Record<Stage, string | null>>,
): { readonly ok: Task } | { readonly faults: readonly TaskFault[] } {
  if (bytes.length === 0) return { faults: [{ path: 'body', message: 'is empty' }] }
  const message = decodeTask(bytes)
  if (message === null)
    return { faults: [{ path: 'body', message: 'is not a CodexTask in protobuf' }] }
  const faults: TaskFault[] = []
  const addFault = (path: string, text: string): void => void faults.push({ path, message: text })

  const stage = stagesByNumber[message.stage]
  const template = stage === undefined ? null : templates[stage]
  if (message.stage === CodexTaskStage.UNSPECIFIED) addFault('stage', 'is missing')
  else if (stage === undefined) addFault('stage', `${message.stage} is unknown`)
  else if (template === null) addFault('stage', `there is no WorkflowTemplate for ${stage}`)
  if (message.prompt.trim() === '') addFault('prompt', 'is missing')
  if (message.repository === '') addFault('repository', 'is missing')
  else if (!isRepository(message.repository)) addFault('repository', 'must be owner/name')
  if (message.issueNumber < 0n || message.issueNumber > MAX_ISSUE_NUMBER)
    addFault('issue_number', 'is not an issue number')
  if (!isBranch(message.base)) addFault('base', 'is not a branch name')
  if (!isBranch(message.head)) addFault('head', 'is not a branch name')
  if (message.deliveryId === '')
    addFault('delivery_id', 'is missing; it tells a retry from a new task')
  else if (!isDeliveryId(message.deliveryId))
    addFault(
      'delivery_id',
      `must be printable and at most ${MAX_DELIVERY_ID_CHARS} characters long`,
    )

  if (faults.length > 0 || stage === undefined || template === null) return { faults }
  const { prompt, repository, base, head, deliveryId } = message
  const issueNumber = message.issueNumber === 0n ? null : Number(message.issueNumber)
  return {
    ok: { stage, prompt, repository, base, head, issueNumber, deliveryId, template, message },
  }
}

function decodeTask(bytes: Uint8Array): CodexTask | null {
  try {
    return fromBinary(CodexTaskSchema, bytes)
  } catch {
    return null
  }
}

const isRepository = (text: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9-]{0,99}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/.test(text)

/**
 * Empty, or a branch name that git accepts. Templates pass the name to a shell, so a name that
 * looks like an option is rejected.
 */
const isBranch = (text: string): boolean =>
  text === '' ||
  (/^(?![-/.])[^\p{C}\s~^:?*[\\]{1,255}$/u.test(text) && !/\.\.|@\{|\/\/|[/.]$|\.lock$/.test(text))

const isDeliveryId = (text: string): boolean =>
  text.length <= MAX_DELIVERY_ID_CHARS && /^[^\p{C}\s]+$/u.test(text)
