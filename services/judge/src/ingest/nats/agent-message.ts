import { sha256 } from '../../lib/ids.ts'
import { clip, tidyText } from '../../lib/text.ts'
import type { AgentMessage } from '../../run/agent-message.ts'
import { fieldsOf, firstOf, identifier, label, moment, shown, text } from '../parse/fields.ts'
import {
  type Fault,
  fault,
  isObject,
  type Json,
  type JsonObject,
  readObject,
  utf8,
} from '../parse/json.ts'

const maxContent = 100_000
const maxAttrs = 20_000
const maxKey = 500

export type ParsedAgentMessage =
  | { readonly kind: 'message'; readonly message: AgentMessage }
  | { readonly kind: 'fault'; readonly fault: Fault }

/**
 * Reads what an agent said on its subject
 * (`argo.workflow.<ns>.<workflow>.<uid>.agent.<agent>.<kind>`, or `argo.workflow.general.<kind>`).
 * What the payload leaves out the subject says. Total: nothing is thrown.
 */
export function parseAgentMessage(subject: string, body: Uint8Array): ParsedAgentMessage {
  const decoded = utf8(body)
  const reading =
    decoded === null ? fault('not_utf8', 'The message is not UTF-8.') : readObject(decoded)
  if (reading.kind === 'fault') return reading
  return { kind: 'message', message: messageIn(subject, reading.value) }
}

function messageIn(subject: string, payload: JsonObject): AgentMessage {
  const fields = fieldsOf(payload)
  const said = placesIn(subject)
  const name = (key: string) => firstOf(fields, [key], identifier)
  const content = firstOf(fields, ['content'], shown)
  return {
    key: keyOf(subject, name('message_id'), payload),
    source: 'nats',
    runId: name('run_id'),
    workflowUid: firstOf(fields, ['workflow_uid'], label) ?? said.uid,
    workflowName: firstOf(fields, ['workflow_name'], label) ?? said.name,
    workflowNamespace: firstOf(fields, ['workflow_namespace'], label) ?? said.namespace,
    channel: name('channel') ?? said.channel,
    agentId: name('agent_id') ?? said.agent,
    stepId: name('step_id'),
    stage: name('stage'),
    kind: name('kind') ?? said.kind ?? 'message',
    role: name('role'),
    content: clip(tidyText(content ?? ''), maxContent),
    attrs: attrsIn(payload.attrs ?? null),
    status: name('status'),
    exitCode: exitCodeIn(payload.exit_code ?? payload.exitCode ?? null),
    saidAt: firstOf(fields, ['timestamp'], moment),
  }
}

/**
 * A message without an id is known by what it says: the same words on the same subject, at the same
 * time, are said once.
 */
function keyOf(subject: string, id: string | null, payload: JsonObject): string {
  const key = tidyText(`${subject}:${id ?? `sha256:${sha256(JSON.stringify(payload))}`}`)
  return key.length <= maxKey ? key : `sha256:${sha256(key)}`
}

interface Places {
  readonly namespace: string | null
  readonly name: string | null
  readonly uid: string | null
  readonly agent: string | null
  readonly kind: string | null
  readonly channel: string | null
}

const nowhere: Places = {
  namespace: null,
  name: null,
  uid: null,
  agent: null,
  kind: null,
  channel: null,
}

function placesIn(subject: string): Places {
  const parts = subject.split('.')
  const [argo, workflow, namespace, name, uid, agentWord, agent, kind] = parts
  if (argo !== 'argo' || workflow !== 'workflow') return nowhere
  if (namespace === 'general') return { ...nowhere, kind: text(name ?? null), channel: 'general' }
  if (agentWord !== 'agent' || parts.length !== 8) return nowhere
  const token = (value: string | undefined): string | null => text(value ?? null)
  return {
    namespace: token(namespace),
    name: token(name),
    uid: token(uid),
    agent: token(agent),
    kind: token(kind),
    channel: null,
  }
}

/** Kept whole or not at all: half of a structure means nothing. */
const attrsIn = (value: Json): AgentMessage['attrs'] =>
  isObject(value) && JSON.stringify(value).length <= maxAttrs
    ? (JSON.parse(tidyText(JSON.stringify(value))) as JsonObject)
    : {}

const exitCodeIn = (value: Json): number | null => {
  const code = typeof value === 'string' && /^-?\d{1,5}$/.test(value.trim()) ? Number(value) : value
  return typeof code === 'number' && Number.isInteger(code) && Math.abs(code) < 100_000
    ? code
    : null
}
