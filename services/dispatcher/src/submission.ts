import { toJson } from '@bufbuild/protobuf'
import { CodexTaskSchema } from '@codex-judge/proto/codex/v1'
import type { Task } from './task.ts'
import { deliveryLabel, workflowName } from './workflow-name.ts'

/** A workflow as it is asked of Argo. */
export interface Submission {
  readonly name: string
  readonly template: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

/** The labels and annotations by which everybody finds a run's workflow (wire section 1). */
export const marks = {
  stage: 'codex.stage',
  repository: 'codex.repository',
  issueNumber: 'codex.issue_number',
  head: 'codex.head',
  base: 'codex.base',
  deliveryId: 'codex.delivery_id',
  /** Which of our requests started it: tells the one that did from those that came too late. */
  submission: 'codex.submission',
} as const

/**
 * What a task's text may take altogether before that is left out which is there twice; etcd stores
 * 1.5 MiB at most.
 */
const roomForText = 1_000_000

/** The workflow of a task. `submissionId` is new for every request. */
export function submissionOf(task: Task, submissionId: string): Submission {
  const issue = task.issueNumber === null ? '' : String(task.issueNumber)
  const delivery = deliveryLabel(task.deliveryId)
  return {
    name: workflowName(task.deliveryId),
    template: task.template,
    // A label's value cannot hold a slash, so repository and branches are annotations.
    labels: present({
      [marks.stage]: task.stage,
      [marks.issueNumber]: issue,
      [marks.deliveryId]: delivery,
    }),
    annotations: present(
      {
        [marks.repository]: task.repository,
        [marks.issueNumber]: issue,
        [marks.head]: task.head,
        [marks.base]: task.base,
        [marks.deliveryId]: task.deliveryId,
        [marks.submission]: submissionId,
      },
      // Argo splits the text they travel in at every comma and equals sign, and refuses the whole
      // submission where that goes wrong. The event body has all of them.
      (value) => !/[,=]/.test(value),
    ),
    parameters: parametersOf(task),
  }
}

/**
 * `eventBody` holds everything, in base64. The plain ones are for people and for simple templates.
 * Argo puts values in for `{{…}}` wherever it stands in a workflow's arguments, and a prompt quotes
 * code: a text with braces is therefore only in the event body.
 */
function parametersOf(task: Task): Readonly<Record<string, string>> {
  const json = toJson(CodexTaskSchema, task.message)
  const plain = typeof json === 'object' && !Array.isArray(json) ? json : {}
  const eventBody = base64({ ...plain, stage: task.stage })
  const rawEvent = base64(plain)
  const small = eventBody.length + rawEvent.length + Buffer.byteLength(task.prompt) <= roomForText
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
    prompt: small ? task.prompt : '',
  }
  return {
    eventBody,
    // What a template's default is: an object without anything in it.
    rawEvent: small ? rawEvent : '{}',
    ...present(texts, (value) => !value.includes('{{')),
  }
}

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64')

const present = (
  entries: Readonly<Record<string, string>>,
  allowed: (value: string) => boolean = () => true,
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== '' && allowed(value)))
