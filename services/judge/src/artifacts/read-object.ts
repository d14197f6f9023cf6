import { type CollectedPart, createCollector } from './artifact-collector.ts'
import type { ArtifactName } from './evidence.ts'
import { type AgentLine, createAgentLineCollector } from './read-agent-lines.ts'
import {
  type ArtifactContent,
  type ArtifactLimits,
  artifactLimits,
  ExceededLimit,
  readArtifact,
  type StoredObject,
} from './read-artifact.ts'
import { createHeadSink, type TextSink } from './sinks.ts'

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
  /** What a person reads of it: the text of its files, at most the first 10 MiB. */
  readText(object: StoredObject): Promise<ReadText>
}

export interface ReadText {
  readonly text: string
  readonly truncated: boolean
}

/** What is wanted of an object, as a value that one thread can send to another. */
export type ReadTask =
  | { readonly kind: 'collect'; readonly name: ArtifactName }
  | { readonly kind: 'agent_lines' }
  | { readonly kind: 'text' }

export type ReadResult =
  | ({ readonly kind: 'collect' } & CollectedArtifact)
  | { readonly kind: 'agent_lines'; readonly lines: readonly AgentLine[] }
  | ({ readonly kind: 'text' } & ReadText)

/** Reads one object in this thread, within the limits. Rejects as `ArtifactReader` does. */
export async function readObject(
  task: ReadTask,
  object: StoredObject,
  limits: ArtifactLimits = artifactLimits,
): Promise<ReadResult> {
  if (task.kind === 'text') return { kind: 'text', ...(await readText(object, limits)) }
  if (task.kind === 'agent_lines') {
    const { sinkFor, collect } = createAgentLineCollector()
    await readArtifact(object, sinkFor, limits)
    return { kind: 'agent_lines', lines: collect() }
  }
  const { sinkFor, collect } = createCollector(task.name)
  const content = await readArtifact(object, sinkFor, limits)
  return { kind: 'collect', content, part: collect() }
}

const MAX_TEXT_BYTES = 10 * 1024 * 1024
const MAX_TEXT_FILES = 1_000

async function readText(object: StoredObject, limits: ArtifactLimits): Promise<ReadText> {
  const files: { readonly path: string | null; readonly sink: TextSink }[] = []
  const sinkFor = (path: string | null): TextSink => {
    const sink = createHeadSink(MAX_TEXT_BYTES)
    files.push({ path, sink })
    return sink
  }
  const isLowered = limits.unpackedBytes < MAX_TEXT_BYTES
  const bounds = isLowered
    ? limits
    : { ...limits, unpackedBytes: MAX_TEXT_BYTES, entries: MAX_TEXT_FILES }
  const truncated = await readArtifact(object, sinkFor, bounds).then(
    () => false,
    (error: unknown) => {
      // A reading with higher limits may follow.
      if (error instanceof ExceededLimit && !isLowered) return true
      throw error
    },
  )
  const show = ({ path, sink }: (typeof files)[number]): string =>
    files.length > 1 ? `==> ${path ?? ''} <==\n${sink.text()}` : sink.text()
  return { text: files.map(show).join('\n'), truncated }
}
