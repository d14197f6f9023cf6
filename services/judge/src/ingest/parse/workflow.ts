import type { ClaimLayer, PartialClaims } from '../../correlate/recover-claims.ts'
import type { RunReport } from '../../correlate/recover-event.ts'
import { isObject, type Json, type JsonObject } from '../../lib/json.ts'
import { collectArtifactRefs } from './artifact-refs.ts'
import {
  collectFields,
  decodeObject,
  type Fields,
  pickFirst,
  readIdentifier,
  readInstant,
  readLabel,
  readPlainText,
} from './fields.ts'
import { readMessageEnrichment } from './notify.ts'
import { readPartialClaims, readWebhookClaims } from './partial-claims.ts'
import { coerceList, coerceObject } from './read-json.ts'
import { buildPhaseMessage, readWorkflowNodes } from './workflow-nodes.ts'
import { findShutdown } from './workflow-shutdown.ts'

/** The parts of a message about a workflow, whatever its shape. */
interface WorkflowParts {
  /** The fields beside the workflow, or instead of it. */
  readonly top: JsonObject
  /** The summary that a sensor adds to the raw object. */
  readonly summary: JsonObject | null
  readonly metadata: JsonObject | null
  readonly spec: JsonObject | null
  readonly status: JsonObject | null
  readonly parameters: readonly Json[]
  /** True if Argo's object or its summary was sent; an unfinished one is then ignored. */
  readonly isObject: boolean
}

/**
 * Splits a message by its shape: every field as a JSON string (a sensor with one template a field),
 * nested JSON, Argo's object beside a summary, or the bare object.
 */
function splitParts(message: JsonObject): WorkflowParts {
  const bare =
    message.kind === 'Workflow' ||
    (isObject(message.metadata) && isObject(message.spec) && isObject(message.status))
  const workflow = bare ? message : coerceObject(message.workflow)
  const summary = bare ? null : coerceObject(message.run)
  const spec = coerceObject(workflow?.spec)
  const args = coerceObject(message.arguments) ?? coerceObject(spec?.arguments)
  return {
    top: bare ? {} : message,
    summary,
    metadata: coerceObject(workflow?.metadata) ?? coerceObject(message.metadata),
    spec,
    status: coerceObject(workflow?.status) ?? coerceObject(message.status),
    parameters: coerceList(args?.parameters),
    isObject: workflow !== null || (summary !== null && 'trimmed' in message),
  }
}

const finishedPhases = ['Succeeded', 'Failed', 'Error'] as const
const readFinishedPhase = (value: Json): string | null =>
  finishedPhases.find(
    (phase) => typeof value === 'string' && phase.toLowerCase() === value.trim().toLowerCase(),
  ) ?? null

/** The uid of the workflow that a message is about; duplicates are recognised by it. */
export function readWorkflowUid(message: JsonObject): string | null {
  const { top, summary, metadata } = splitParts(message)
  return (
    pickFirst(collectFields(top), ['workflow_uid'], readLabel) ??
    pickFirst(collectFields(summary), ['uid'], readLabel) ??
    readLabel(metadata?.uid ?? null)
  )
}

/** Reads a message about a workflow, of any shape. An odd field is left out; nothing is thrown. */
export function readWorkflow(message: JsonObject): RunReport {
  const parts = splitParts(message)
  const top = collectFields(parts.top)
  const summary = collectFields(parts.summary)
  const phase = readPhase(parts, top, summary)
  const nodes = readWorkflowNodes(parts.status)
  const statusMessage =
    readPlainText(parts.status?.message ?? null) ?? pickFirst(summary, ['message'], readPlainText)
  const parameters = collectFields(toParameterObject(parts.parameters))
  const eventBody =
    pickFirst(parameters, ['event_body'], decodeObject) ??
    pickFirst(top, ['event_body'], decodeObject)
  const rawEvent =
    pickFirst(parameters, ['raw_event'], decodeObject) ??
    pickFirst(top, ['raw_event'], decodeObject)
  const annotations = coerceObject(parts.metadata?.annotations)
  const labels = coerceObject(parts.metadata?.labels)
  const outcome: PartialClaims =
    phase === null
      ? {}
      : {
          phase,
          phaseMessage: buildPhaseMessage(phase, statusMessage, nodes),
          shutdown: findShutdown(phase, {
            strategy: parts.spec?.shutdown ?? null,
            message: statusMessage,
            nodes,
          }),
        }
  const layers: readonly ClaimLayer[] = [
    { place: 'top level', claims: readPartialClaims(top) },
    { place: 'top level', claims: readSummaryClaims(summary) },
    { place: 'workflow', claims: { ...readObjectClaims(parts), ...outcome } },
    { place: 'eventBody', claims: readPartialClaims(collectFields(eventBody)) },
    { place: 'annotations', claims: readMarkClaims(annotations, true) },
    { place: 'labels', claims: readMarkClaims(labels, false) },
    { place: 'parameters', claims: readPartialClaims(parameters) },
    { place: 'rawEvent', claims: rawEvent ? readWebhookClaims(rawEvent) : {} },
  ]
  const marked =
    eventBody !== null ||
    hasMark(annotations) ||
    hasMark(labels) ||
    (!parts.isObject && phase === null && isStepReport(top))
  return {
    layers,
    artifacts: collectArtifactRefs(
      [...coerceList(parts.top.artifacts), ...coerceList(parts.summary?.artifacts)],
      nodes,
    ),
    enrichment: readMessageEnrichment(top),
    from: parts.isObject ? 'workflow' : 'report',
    finished: phase !== null,
    marked,
  }
}

function readPhase(
  { status, metadata }: WorkflowParts,
  top: Fields,
  summary: Fields,
): string | null {
  const labels = coerceObject(metadata?.labels)
  return (
    readFinishedPhase(status?.phase ?? null) ??
    // An object in another phase is not finished, whatever the fields beside it claim.
    (readPlainText(status?.phase ?? null) !== null
      ? null
      : (pickFirst(summary, ['phase'], readFinishedPhase) ??
        pickFirst(top, ['phase', 'workflow_phase'], readFinishedPhase) ??
        readFinishedPhase(labels?.['workflows.argoproj.io/phase'] ?? null)))
  )
}

function readSummaryClaims(summary: Fields): PartialClaims {
  return {
    ...readPartialClaims(summary),
    workflowName: pickFirst(summary, ['name'], readLabel),
    workflowNamespace: pickFirst(summary, ['namespace'], readLabel),
    workflowUid: pickFirst(summary, ['uid'], readLabel),
  }
}

const readObjectClaims = ({ metadata, status }: WorkflowParts): PartialClaims => ({
  workflowName: readLabel(metadata?.name ?? null),
  workflowNamespace: readLabel(metadata?.namespace ?? null),
  workflowUid: readLabel(metadata?.uid ?? null),
  startedAt: readInstant(status?.startedAt ?? null),
  finishedAt: readInstant(status?.finishedAt ?? null),
})

const isMark = (key: string): boolean => key.toLowerCase().startsWith('codex.')
const hasMark = (marks: JsonObject | null): boolean => Object.keys(marks ?? {}).some(isMark)

/**
 * Reads the claims in `codex.*` labels or annotations. A label cannot contain a `/`, so senders
 * mangle such values: among labels the branch is read only from `codex.head`, which is reversible.
 */
function readMarkClaims(marks: JsonObject | null, areAnnotations: boolean): PartialClaims {
  const entries = Object.entries(marks ?? {})
    .filter(([key]) => isMark(key) && (areAnnotations || key.toLowerCase() !== 'codex.branch'))
    .map(([key, value]) => [key.slice('codex.'.length), value] as const)
  return readPartialClaims(collectFields(Object.fromEntries(entries)))
}

/** Argo's list of parameters as an object; of two with the same name the last counts. */
function toParameterObject(parameters: readonly Json[]): JsonObject {
  const named = parameters
    .filter(isObject)
    .map(
      (parameter) =>
        [
          readIdentifier(parameter.name ?? null) ?? '',
          parameter.value ?? parameter.default ?? null,
        ] as const,
    )
  return Object.fromEntries(named)
}

/** A step of a workflow reports its stage or its result; a foreign message reports neither. */
const isStepReport = (top: Fields): boolean => {
  const {
    stage,
    reportedCommit,
    reportedPrNumber,
    iterations,
    iterationCycle,
    threadId,
    sessionId,
  } = readPartialClaims(top)
  return [
    stage,
    reportedCommit,
    reportedPrNumber,
    iterations,
    iterationCycle,
    threadId,
    sessionId,
  ].some((value) => value !== null && value !== undefined)
}
