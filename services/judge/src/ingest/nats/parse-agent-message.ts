import { sha256 } from '../../lib/ids.ts'
import { isObject, type Json, type JsonObject } from '../../lib/json.ts'
import { clip, sanitizeText } from '../../lib/text.ts'
import type { AgentMessage } from '../../run/agent-message.ts'
import {
  collectFields,
  formatReadable,
  pickFirst,
  readIdentifier,
  readInstant,
  readLabel,
  readPlainText,
} from '../parse/fields.ts'
import { createParseFault, decodeUtf8, type ParseFault, readObject } from '../parse/read-json.ts'

const MAX_CONTENT_CHARS = 100_000
const MAX_ATTRS_CHARS = 20_000
const MAX_KEY_CHARS = 500

export type ParsedAgentMessage =
  | { readonly kind: 'message'; readonly message: AgentMessage }
  | { readonly kind: 'fault'; readonly fault: ParseFault }

/**
 * Parses a message of an agent
 * (`argo.workflow.<ns>.<workflow>.<uid>.agent.<agent>.<kind>`, or `argo.workflow.general.<kind>`).
 * The subject supplies what the payload leaves out. Never throws.
 */
export function parseAgentMessage(rawSubject: string, body: Uint8Array): ParsedAgentMessage {
  const subject = sanitizeText(rawSubject)
  const decoded = decodeUtf8(body)
  const reading =
    decoded === null
      ? createParseFault('not_utf8', 'The message is not UTF-8.')
      : readObject(decoded)
  if (reading.kind === 'fault') return reading
  return { kind: 'message', message: buildAgentMessage(subject, reading.value) }
}

function buildAgentMessage(subject: string, payload: JsonObject): AgentMessage {
  const fields = collectFields(payload)
  const place = parseSubject(subject)
  const readName = (key: string) => pickFirst(fields, [key], readIdentifier)
  const content = pickFirst(fields, ['content'], formatReadable)
  return {
    key: createMessageKey(subject, readName('message_id'), payload),
    source: 'nats',
    runId: readName('run_id'),
    workflowUid: pickFirst(fields, ['workflow_uid'], readLabel) ?? place.uid,
    workflowName: pickFirst(fields, ['workflow_name'], readLabel) ?? place.name,
    workflowNamespace: pickFirst(fields, ['workflow_namespace'], readLabel) ?? place.namespace,
    channel: readName('channel') ?? place.channel,
    agentId: readName('agent_id') ?? place.agent,
    stepId: readName('step_id'),
    stage: readName('stage'),
    kind: readName('kind') ?? place.kind ?? 'message',
    role: readName('role'),
    content: clip(content ?? '', MAX_CONTENT_CHARS),
    attrs: readAttrs(payload.attrs ?? null),
    status: readName('status'),
    exitCode: readExitCode(payload.exit_code ?? payload.exitCode ?? null),
    saidAt: pickFirst(fields, ['timestamp'], readInstant),
  }
}

/** A message without an id is identified by its subject and its whole payload. */
function createMessageKey(subject: string, id: string | null, payload: JsonObject): string {
  const key = `${subject}:${id ?? `sha256:${sha256(JSON.stringify(payload))}`}`
  return key.length <= MAX_KEY_CHARS ? key : `sha256:${sha256(key)}`
}

interface SubjectFields {
  readonly namespace: string | null
  readonly name: string | null
  readonly uid: string | null
  readonly agent: string | null
  readonly kind: string | null
  readonly channel: string | null
}

const emptySubjectFields: SubjectFields = {
  namespace: null,
  name: null,
  uid: null,
  agent: null,
  kind: null,
  channel: null,
}

function parseSubject(subject: string): SubjectFields {
  const parts = subject.split('.')
  const [argo, workflow, namespace, name, uid, agentWord, agent, kind] = parts
  if (argo !== 'argo' || workflow !== 'workflow') return emptySubjectFields
  if (namespace === 'general')
    return { ...emptySubjectFields, kind: readPlainText(name ?? null), channel: 'general' }
  if (agentWord !== 'agent' || parts.length !== 8) return emptySubjectFields
  const token = (value: string | undefined): string | null => readPlainText(value ?? null)
  return {
    namespace: token(namespace),
    name: token(name),
    uid: token(uid),
    agent: token(agent),
    kind: token(kind),
    channel: null,
  }
}

/** Stored whole or not at all: half of a structure means nothing. */
const readAttrs = (value: Json): AgentMessage['attrs'] =>
  isObject(value) && JSON.stringify(value).length <= MAX_ATTRS_CHARS ? value : {}

const readExitCode = (value: Json): number | null => {
  const code = typeof value === 'string' && /^-?\d{1,5}$/.test(value.trim()) ? Number(value) : value
  return typeof code === 'number' && Number.isInteger(code) && Math.abs(code) < 100_000
    ? code
    : null
}
