import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Workflow } from '../../test/world/workflow.ts'
import type { Envelope, Story } from './stories.ts'

const fixtures = resolve(import.meta.dirname, '../../test/fixtures')

/** The message that Argo Events has rendered. */
export const readMessage = ({ message, renderedBy }: Story): string =>
  readFileSync(join(fixtures, 'argo-messages', renderedBy, `${message}.json`), 'utf8')

/** The Workflow object that the message was rendered from. */
export function readWorkflow({ message }: Story): Workflow {
  const workflow: Workflow = JSON.parse(
    readFileSync(join(fixtures, 'argo-workflows', `${message}.json`), 'utf8'),
  )
  return workflow
}

/** The task in the workflow's parameter `eventBody`, which is base64 of JSON. */
export interface Task {
  readonly prompt: string
  readonly repository: string
  readonly base: string
  readonly head: string
  readonly issueTitle: string
  readonly issueBody: string
}

export function readTask(workflow: Workflow): Task {
  const spec: { arguments: { parameters: readonly { name: string; value: string }[] } } =
    JSON.parse(JSON.stringify(workflow.spec))
  const value = spec.arguments.parameters.find(({ name }) => name === 'eventBody')?.value ?? ''
  const task: Task = JSON.parse(Buffer.from(value, 'base64').toString('utf8'))
  return task
}

interface MessageRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Wraps a message as its sender does. `offset` is the record's offset in the topic. */
export function wrapMessage(
  message: string,
  envelope: Envelope,
  { key, offset }: { key: string; offset: number },
): MessageRequest {
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
      // A KafkaSource does not know the type of the value, and sends no Content-Type.
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
      // The Content-Type that `curl --data-binary` sends by default.
      return {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(message),
      }
    default:
      return envelope satisfies never
  }
}

export const envelopeTexts = {
  'kafka source': 'KafkaSource',
  structured: 'structured CloudEvent',
  plain: 'plain JSON',
  kubectl: 'kubectl | curl',
} as const satisfies Record<Envelope, string>
