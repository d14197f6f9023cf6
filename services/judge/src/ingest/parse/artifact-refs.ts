import type { ArtifactRef } from '../../run/run.ts'
import { identifier, text } from './fields.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import type { WorkflowNode } from './nodes.ts'

/** Older templates name their artifacts without saying whose they are. */
const olderNames: Readonly<Record<string, string>> = {
  'agent-output': 'implementation-log',
  patch: 'implementation-patch',
  status: 'implementation-status',
}

/** No message of a real run names more; a list without end must not become one here. */
const maxArtifacts = 200
const maxKey = 1024

function artifactRef(item: Json): ArtifactRef | null {
  if (!isObject(item)) return null
  const held: JsonObject = isObject(item.s3) ? item.s3 : item
  const name = identifier(item.name ?? null)
  const key = text(held.key ?? null)
  if (name === null || key === null || key.length > maxKey) return null
  const canonical = Object.hasOwn(olderNames, name) ? (olderNames[name] ?? name) : name
  return { name: canonical, bucket: identifier(held.bucket ?? null), key }
}

/**
 * Where the artifacts of a run are said to be: one place for each name. Of several nodes that bring
 * the same name the last to finish counts, as with a retried step; and every pod brings a
 * `main-logs`, of which the implementing one's is meant. What the nodes say beats a list beside
 * them, which does not tell one try from the next.
 */
export function artifactRefs(
  listed: readonly Json[],
  nodes: readonly WorkflowNode[],
): readonly ArtifactRef[] {
  const refsOf = (items: readonly Json[]): readonly ArtifactRef[] =>
    items.map(artifactRef).filter((ref) => ref !== null)
  const ofNodes = nodes.map(({ artifacts }) => refsOf(artifacts))
  const podLogs = ofNodes
    .filter(implements_)
    .flatMap((refs) => refs.filter(({ name }) => name === 'main-logs'))
  const byName = new Map(
    [...refsOf(listed), ...ofNodes.flat(), ...podLogs].map((ref) => [ref.name, ref] as const),
  )
  return [...byName.values()].slice(0, maxArtifacts)
}

const implements_ = (refs: readonly ArtifactRef[]): boolean =>
  refs.some(({ name }) => name.startsWith('implementation-'))
