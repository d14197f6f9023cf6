import { isObject, type Json, type JsonObject } from '../../lib/json.ts'
import type { ArtifactRef } from '../../run/run.ts'
import { readIdentifier, readPlainText } from './fields.ts'
import type { WorkflowNode } from './workflow-nodes.ts'

/** Names of older templates, which do not name the stage of an artifact. */
const legacyNames: Readonly<Record<string, string>> = {
  'agent-output': 'implementation-log',
  patch: 'implementation-patch',
  status: 'implementation-status',
}

/** More than a real run has; it bounds the list of any message. */
const MAX_ARTIFACTS = 200
const MAX_KEY_CHARS = 1024

function readArtifactRef(item: Json): ArtifactRef | null {
  if (!isObject(item)) return null
  const location: JsonObject = isObject(item.s3) ? item.s3 : item
  const name = readIdentifier(item.name ?? null)
  const key = readPlainText(location.key ?? null)
  if (name === null || key === null || key.length > MAX_KEY_CHARS) return null
  const canonical = Object.hasOwn(legacyNames, name) ? (legacyNames[name] ?? name) : name
  return { name: canonical, bucket: readIdentifier(location.bucket ?? null), key }
}

/**
 * Collects where the artifacts of a run are, one place a name. If several nodes have an artifact of
 * one name, the last to finish counts, as with a retried step. Every pod has `main-logs`; those of
 * the implementing pod count. Nodes take precedence over a separate list, which does not
 * distinguish tries.
 */
export function collectArtifactRefs(
  listed: readonly Json[],
  nodes: readonly WorkflowNode[],
): readonly ArtifactRef[] {
  const readRefs = (items: readonly Json[]): readonly ArtifactRef[] =>
    items.map(readArtifactRef).filter((ref) => ref !== null)
  const nodeRefs = nodes.map(({ artifacts }) => readRefs(artifacts))
  const podLogs = nodeRefs
    .filter(hasImplementationRef)
    .flatMap((refs) => refs.filter(({ name }) => name === 'main-logs'))
  const byName = new Map(
    [...readRefs(listed), ...nodeRefs.flat(), ...podLogs].map((ref) => [ref.name, ref] as const),
  )
  return [...byName.values()].slice(0, MAX_ARTIFACTS)
}

const hasImplementationRef = (refs: readonly ArtifactRef[]): boolean =>
  refs.some(({ name }) => name.startsWith('implementation-'))
