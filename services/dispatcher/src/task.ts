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
  /** Empty where the task names none. */
  readonly base: string
  readonly head: string
  /** Null where the task belongs to no issue. */
  readonly issueNumber: number | null
  /** The task's identity: the same for every retry. */
  readonly deliveryId: string
  /** The WorkflowTemplate that its stage is submitted to. */
  readonly template: string
  /** All of it, for the workflow to read. */
  readonly message: CodexTask
}

/**
 * What is wrong with a task: the field by its name in the .proto file (`body` for all of it), and
 * why.
 */
export interface Fault {
  readonly path: string
  readonly message: string
}

const stageOf: Readonly<Record<number, Stage>> = {
  [CodexTaskStage.PLANNING]: 'planning',
  [CodexTaskStage.IMPLEMENTATION]: 'implementation',
  [CodexTaskStage.REVIEW]: 'review',
}

/**
 * What the rest of the system can store and match; the judge reads numbers and ids with the same
 * limits.
 */
const maxIssue = 2n ** 31n - 1n
const maxDeliveryId = 300

/**
 * Reads the bytes of a `CodexTask` and refuses what no workflow could do anything with, naming
 * every fault at once. Fields the .proto file does not know are left to newer senders.
 */
export function readTask(
  bytes: Uint8Array,
  templates: Readonly<Record<Stage, string | null>>,
): { readonly ok: Task } | { readonly faults: readonly Fault[] } {
  if (bytes.length === 0) return { faults: [{ path: 'body', message: 'is empty' }] }
  const message = decoded(bytes)
  if (message === null)
    return { faults: [{ path: 'body', message: 'is no CodexTask in protobuf' }] }
  const faults: Fault[] = []
  const say = (path: string, text: string): void => void faults.push({ path, message: text })

  const stage = stageOf[message.stage]
  const template = stage === undefined ? null : templates[stage]
  if (message.stage === CodexTaskStage.UNSPECIFIED) say('stage', 'is missing')
  else if (stage === undefined) say('stage', `${message.stage} is not known`)
  else if (template === null) say('stage', `there is no WorkflowTemplate for ${stage}`)
  if (message.prompt.trim() === '') say('prompt', 'is missing')
  if (message.repository === '') say('repository', 'is missing')
  else if (!isRepository(message.repository)) say('repository', 'should be owner/name')
  if (message.issueNumber < 0n || message.issueNumber > maxIssue)
    say('issue_number', 'is no number of an issue')
  if (!isBranch(message.base)) say('base', 'is no name of a branch')
  if (!isBranch(message.head)) say('head', 'is no name of a branch')
  if (message.deliveryId === '')
    say('delivery_id', 'is missing, and without it a retry could not be told from a new task')
  else if (!isDeliveryId(message.deliveryId))
    say('delivery_id', `should be printable, of ${maxDeliveryId} characters at most`)

  if (faults.length > 0 || stage === undefined || template === null) return { faults }
  const { prompt, repository, base, head, deliveryId } = message
  const issueNumber = message.issueNumber === 0n ? null : Number(message.issueNumber)
  return {
    ok: { stage, prompt, repository, base, head, issueNumber, deliveryId, template, message },
  }
}

function decoded(bytes: Uint8Array): CodexTask | null {
  try {
    return fromBinary(CodexTaskSchema, bytes)
  } catch {
    return null
  }
}

const isRepository = (text: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9-]{0,99}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/.test(text)

/**
 * Empty, or what git would take for a branch. A template hands it to a shell sooner or later, so
 * nothing that begins like an option gets that far, either.
 */
const isBranch = (text: string): boolean =>
  text === '' ||
  (/^(?![-/.])[^\p{C}\s~^:?*[\\]{1,255}$/u.test(text) && !/\.\.|@\{|\/\/|[/.]$|\.lock$/.test(text))

const isDeliveryId = (text: string): boolean =>
  text.length <= maxDeliveryId && /^[^\p{C}\s]+$/u.test(text)
