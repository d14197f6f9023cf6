import { type CollectedPart, createCollector } from './artifact-collector.ts'
import type { ArtifactName } from './evidence.ts'
import { type AgentLine, createAgentLineCollector } from './read-agent-lines.ts'
import {
  type ArtifactContent,
  type ArtifactLimits,
  readArtifact,
  type StoredObject,
} from './read-artifact.ts'

export interface CollectedArtifact {
  readonly content: ArtifactContent
  readonly part: CollectedPart
}

/**
 * Reads stored objects, whose content anyone may have chosen. No object holds up other work for
 * long, or takes more than a fixed amount of memory: one that would is refused. Rejects with
 * `RefusedArtifact` if the object breaks a limit or a rule, and with `Failure` if the store fails.
 */
export interface ArtifactReader {
  collect(name: ArtifactName, object: StoredObject): Promise<CollectedArtifact>
  listAgentLines(object: StoredObject): Promise<readonly AgentLine[]>
}

/** What is wanted of an object, as a value that one thread can send to another. */
export type ReadTask =
  | { readonly kind: 'collect'; readonly name: ArtifactName }
  | { readonly kind: 'agent_lines' }

export type ReadResult =
  | ({ readonly kind: 'collect' } & CollectedArtifact)
  | { readonly kind: 'agent_lines'; readonly lines: readonly AgentLine[] }

/** Reads one object in this thread, within the limits. Rejects as `ArtifactReader` does. */
export async function readObject(
  task: ReadTask,
  object: StoredObject,
  limits?: ArtifactLimits,
): Promise<ReadResult> {
  if (task.kind === 'agent_lines') {
    const { sinkFor, collect } = createAgentLineCollector()
    await readArtifact(object, sinkFor, limits)
    return { kind: 'agent_lines', lines: collect() }
  }
  const { sinkFor, collect } = createCollector(task.name)
  const content = await readArtifact(object, sinkFor, limits)
  return { kind: 'collect', content, part: collect() }
}
