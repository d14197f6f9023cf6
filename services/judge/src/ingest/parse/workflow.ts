import type { Layer, Said } from '../../correlate/recover.ts'
import type { RunReport } from '../../correlate/recover-event.ts'
import { artifactRefs } from './artifact-refs.ts'
import { claimsIn, claimsInWebhook } from './claims.ts'
import {
  encodedObject,
  type Fields,
  fieldsOf,
  firstOf,
  identifier,
  label,
  moment,
  text,
} from './fields.ts'
import { isObject, type Json, type JsonObject, listIn, objectIn } from './json.ts'
import { nodesOf, phaseMessage } from './nodes.ts'
import { enrichmentIn } from './notify.ts'

/** The parts of a message about a workflow, wherever its shape keeps them. */
interface Parts {
  /** What stands beside the workflow, or instead of it. */
  readonly top: JsonObject
  /** The summary a sensor puts beside the raw object. */
  readonly summary: JsonObject | null
  readonly metadata: JsonObject | null
  readonly status: JsonObject | null
  readonly parameters: readonly Json[]
  /**
   * True where Argo's object itself was sent (or its summary), so that an unfinished one says
   * nothing yet.
   */
  readonly object: boolean
}

/**
 * The three shapes a finished workflow is told in, and the bare object: every field as a JSON
 * string (a sensor with one template per field), nested JSON, and Argo's object beside a summary.
 */
function partsOf(message: JsonObject): Parts {
  const bare =
    message.kind === 'Workflow' ||
    (isObject(message.metadata) && isObject(message.spec) && isObject(message.status))
  const workflow = bare ? message : objectIn(message.workflow)
  const summary = bare ? null : objectIn(message.run)
  const spec = objectIn(workflow?.spec)
  const args = objectIn(message.arguments) ?? objectIn(spec?.arguments)
  return {
    top: bare ? {} : message,
    summary,
    metadata: objectIn(workflow?.metadata) ?? objectIn(message.metadata),
    status: objectIn(workflow?.status) ?? objectIn(message.status),
    parameters: listIn(args?.parameters),
    object: workflow !== null || (summary !== null && 'trimmed' in message),
  }
}

const finishedPhases = ['Succeeded', 'Failed', 'Error'] as const
const finishedPhase = (value: Json): string | null =>
  finishedPhases.find(
    (phase) => typeof value === 'string' && phase.toLowerCase() === value.trim().toLowerCase(),
  ) ?? null

/** The uid of the workflow a message is about, by which its repetitions are recognised. */
export function workflowUid(message: JsonObject): string | null {
  const { top, summary, metadata } = partsOf(message)
  return (
    firstOf(fieldsOf(top), ['workflow_uid'], label) ??
    firstOf(fieldsOf(summary), ['uid'], label) ??
    label(metadata?.uid ?? null)
  )
}

/**
 * Reads any shape of a message about a workflow. Total: whatever is odd is left out, and never
 * costs the rest.
 */
export function readWorkflow(message: JsonObject): RunReport {
  const parts = partsOf(message)
  const top = fieldsOf(parts.top)
  const summary = fieldsOf(parts.summary)
  const phase = phaseOf(parts, top, summary)
  const nodes = nodesOf(parts.status)
  const said = text(parts.status?.message ?? null) ?? firstOf(summary, ['message'], text)
  const parameters = fieldsOf(parametersOf(parts.parameters))
  const eventBody =
    firstOf(parameters, ['event_body'], encodedObject) ??
    firstOf(top, ['event_body'], encodedObject)
  const rawEvent =
    firstOf(parameters, ['raw_event'], encodedObject) ?? firstOf(top, ['raw_event'], encodedObject)
  const annotations = objectIn(parts.metadata?.annotations)
  const labels = objectIn(parts.metadata?.labels)
  const outcome: Said =
    phase === null ? {} : { phase, phaseMessage: phaseMessage(phase, said, nodes) }
  const layers: readonly Layer[] = [
    { place: 'top level', says: claimsIn(top) },
    { place: 'top level', says: inSummary(summary) },
    { place: 'workflow', says: { ...inObject(parts), ...outcome } },
    { place: 'eventBody', says: claimsIn(fieldsOf(eventBody)) },
    { place: 'annotations', says: inMarks(annotations, true) },
    { place: 'labels', says: inMarks(labels, false) },
    { place: 'parameters', says: claimsIn(parameters) },
    { place: 'rawEvent', says: rawEvent ? claimsInWebhook(rawEvent) : {} },
  ]
  const marked =
    eventBody !== null ||
    hasMark(annotations) ||
    hasMark(labels) ||
    (!parts.object && phase === null && tellsOfStep(top))
  return {
    layers,
    artifacts: artifactRefs(
      [...listIn(parts.top.artifacts), ...listIn(parts.summary?.artifacts)],
      nodes,
    ),
    enrichment: enrichmentIn(top),
    from: parts.object ? 'workflow' : 'report',
    finished: phase !== null,
    marked,
  }
}

function phaseOf({ status, metadata }: Parts, top: Fields, summary: Fields): string | null {
  const labels = objectIn(metadata?.labels)
  return (
    finishedPhase(status?.phase ?? null) ??
    // An object that says it is running is not finished, whatever stands beside it.
    (text(status?.phase ?? null) !== null
      ? null
      : (firstOf(summary, ['phase'], finishedPhase) ??
        firstOf(top, ['phase', 'workflow_phase'], finishedPhase) ??
        finishedPhase(labels?.['workflows.argoproj.io/phase'] ?? null)))
  )
}

function inSummary(summary: Fields): Said {
  return {
    ...claimsIn(summary),
    workflowName: firstOf(summary, ['name'], label),
    workflowNamespace: firstOf(summary, ['namespace'], label),
    workflowUid: firstOf(summary, ['uid'], label),
  }
}

const inObject = ({ metadata, status }: Parts): Said => ({
  workflowName: label(metadata?.name ?? null),
  workflowNamespace: label(metadata?.namespace ?? null),
  workflowUid: label(metadata?.uid ?? null),
  startedAt: moment(status?.startedAt ?? null),
  finishedAt: moment(status?.finishedAt ?? null),
})

const isMark = (key: string): boolean => key.toLowerCase().startsWith('codex.')
const hasMark = (marks: JsonObject | null): boolean => Object.keys(marks ?? {}).some(isMark)

/**
 * `codex.*` labels or annotations. A label cannot hold a `/`, so senders mangle what has one: a
 * label's branch is read only from `codex.head`, where the name was written to be read back.
 */
function inMarks(marks: JsonObject | null, free: boolean): Said {
  const entries = Object.entries(marks ?? {})
    .filter(([key]) => isMark(key) && (free || key.toLowerCase() !== 'codex.branch'))
    .map(([key, value]) => [key.slice('codex.'.length), value] as const)
  return claimsIn(fieldsOf(Object.fromEntries(entries)))
}

/** Argo's list of parameters as an object; of two with one name the last counts. */
function parametersOf(parameters: readonly Json[]): JsonObject {
  const named = parameters
    .filter(isObject)
    .map(
      (parameter) =>
        [
          identifier(parameter.name ?? null) ?? '',
          parameter.value ?? parameter.default ?? null,
        ] as const,
    )
  return Object.fromEntries(named)
}

/**
 * A step inside a workflow says which stage it is of, or what it made; a stranger's message says
 * neither.
 */
const tellsOfStep = (top: Fields): boolean => {
  const {
    stage,
    reportedCommit,
    reportedPrNumber,
    iterations,
    iterationCycle,
    threadId,
    sessionId,
  } = claimsIn(top)
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
