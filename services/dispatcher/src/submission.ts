import { toJson } from '@bufbuild/protobuf'
import { CodexTaskSchema } from '@codex-judge/proto/codex/v1'
import type { Task } from './task.ts'
import { toDeliveryLabel, toWorkflowName } from './workflow-name.ts'

/** A workflow as it is requested from Argo. */
export interface Submission {
  readonly name: string
  readonly template: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

/**
 * The labels and annotations by which a run's workflow is found (docs/contract.md, "A finished
 * workflow").
 */
export const marks = {
  stage: 'codex.stage',
  repository: 'codex.repository',
  issueNumber: 'codex.issue_number',
  head: 'codex.head',
  base: 'codex.base',
  deliveryId: 'codex.delivery_id',
  /** The request that started the workflow: it tells that one from those that came too late. */
  submission: 'codex.submission',
} as const

/**
 * The size of a task's texts beyond which copies are left out; etcd stores at most 1.5 MiB in one
 * object.
 */
const MAX_TEXT_BYTES = 1_000_000

/** The workflow of a task. `submissionId` is unique to the request. */
export function buildSubmission(task: Task, submissionId: string): Submission {
  const issue = task.issueNumber === null ? '' : String(task.issueNumber)
  return {
    name: toWorkflowName(task.deliveryId),
    template: task.template,
    // A label value cannot contain a slash, so repository and branches are annotations.
    labels: dropEmpty({
      [marks.stage]: task.stage,
      [marks.issueNumber]: issue,
      [marks.deliveryId]: toDeliveryLabel(task.deliveryId),
    }),
    annotations: dropEmpty(
      {
        [marks.repository]: task.repository,
        [marks.issueNumber]: issue,
        [marks.head]: task.head,
        [marks.base]: task.base,
        [marks.deliveryId]: task.deliveryId,
        [marks.submission]: submissionId,
      },
      // Argo splits the annotations at commas and equals signs and refuses the submission if that
      // fails. Values with such characters are in the event body.
      (value) => !/[,=]/.test(value),
    ),
    parameters: buildParameters(task),
  }
}

/**
 * `eventBody` contains the whole task, in base64. The plain parameters are for people and for
 * simple templates. Argo expands `{{…}}` anywhere in a workflow's arguments, and prompts quote
 * code, so a text with such braces is only in the event body.
 */
function buildParameters(task: Task): Readonly<Record<string, string>> {
  const json = toJson(CodexTaskSchema, task.message)
  const fields = typeof json === 'object' && !Array.isArray(json) ? json : {}
  const eventBody = encodeBase64({ ...fields, stage: task.stage })
  const rawEvent = encodeBase64(fields)
  const bytes = eventBody.length + rawEvent.length + Buffer.byteLength(task.prompt)
  const fits = bytes <= MAX_TEXT_BYTES
  const { message } = task
  const texts = {
    stage: task.stage,
    repository: task.repository,
    issueNumber: task.issueNumber === null ? '' : String(task.issueNumber),
    head: task.head,
    base: task.base,
    deliveryId: task.deliveryId,
    issueUrl: message.issueUrl,
    iteration: message.iteration === undefined ? '' : String(message.iteration),
    iterationCycle: message.iterationCycle === undefined ? '' : String(message.iterationCycle),
    prompt: fits ? task.prompt : '',
  }
  return {
    eventBody,
    // An empty object is also the default of the template.
    rawEvent: fits ? rawEvent : '{}',
    ...dropEmpty(texts, (value) => !value.includes('{{')),
  }
}

const encodeBase64 = (value: unknown): string =>
  Buffer.from(JSON.stringify(value)).toString('base64')

const dropEmpty = (
  entries: Readonly<Record<string, string>>,
  isAllowed: (value: string) => boolean = () => true,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(entries).filter(([, value]) => value !== '' && isAllowed(value)),
  )
