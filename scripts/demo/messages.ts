import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Workflow } from '../../test/world/workflow.ts'
import type { Envelope, Story } from './stories.ts'

const fixtures = resolve(import.meta.dirname, '../../test/fixtures')

/** The message as Argo Events rendered it, byte for byte. */
export const messageOf = ({ message, renderedBy }: Story): string =>
  readFileSync(join(fixtures, 'argo-messages', renderedBy, `${message}.json`), 'utf8')

/** The Workflow object that the message was rendered from. */
export function workflowBehind({ message }: Story): Workflow {
  const workflow: Workflow = JSON.parse(
    readFileSync(join(fixtures, 'argo-workflows', `${message}.json`), 'utf8'),
  )
  return workflow
}

/** The task that the workflow was started with: base64 of JSON in its `eventBody`. */
export interface Task {
  readonly prompt: string
  readonly repository: string
  readonly base: string
  readonly head: string
  readonly issueTitle: string
  readonly issueBody: string
}

export function taskIn(workflow: Workflow): Task {
  const spec: { arguments: { parameters: readonly { name: string; value: string }[] } } =
    JSON.parse(JSON.stringify(workflow.spec))
  const value = spec.arguments.parameters.find(({ name }) => name === 'eventBody')?.value ?? ''
  const task: Task = JSON.parse(Buffer.from(value, 'base64').toString('utf8'))
  return task
}

interface Request {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** How each sender wraps a message; `offset` is the place of its record in the topic. */
export function wrap(
  message: string,
  envelope: Envelope,
  { key, offset }: { key: string; offset: number },
): Request {
  const time = new Date().toISOString()
  const event = {
    specversion: '1.0',
    type: 'dev.knative.kafka.event',
    id: `partition:0/offset:${offset}`,
    source: '/apis/v1/namespaces/agents/kafkasources/codex-completions#argo.workflows.completions',
    subject: `partition:0#${offset}`,
    time,
    key,
  }
  switch (envelope) {
    case 'kafka source':
      // No Content-Type: a KafkaSource does not know what the value is.
      return {
        headers: Object.fromEntries(
          Object.entries(event).map(([name, value]) => [`ce-${name}`, value]),
        ),
        body: Buffer.from(message),
      }
    case 'structured':
      return {
        headers: { 'content-type': 'application/cloudevents+json' },
        body: Buffer.from(JSON.stringify({ ...event, data: JSON.parse(message) })),
      }
    case 'plain':
      return { headers: { 'content-type': 'application/json' }, body: Buffer.from(message) }
    case 'kubectl':
      // What `curl --data-binary` claims of a Workflow object piped into it.
      return {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(message),
      }
    default:
      return envelope satisfies never
  }
}

export const envelopeInWords = {
  'kafka source': 'CloudEvents binary, as a KafkaSource posts it',
  structured: 'CloudEvents structured',
  plain: 'plain JSON',
  kubectl: 'a bare Workflow, as kubectl … | curl posts it',
} as const satisfies Record<Envelope, string>
