import { pluralize } from '../lib/text.ts'
import type { AgentStream, ArtifactName, ArtifactReading, Evidence, Manifest } from './evidence.ts'
import { findFailedApply } from './failed-apply.ts'
import { parseManifest } from './manifest.ts'
import type { SinkFor } from './read-artifact.ts'
import { createHeadSink, createLineSink, createTailSink, type TextSink } from './sinks.ts'
import { createStreamReader } from './stream-reader.ts'

const MAX_LOG_CHARS = 12_000
const MAX_STATUS_BYTES = 256 * 1024
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024
const MAX_MESSAGE_BYTES = 2_000
/** A longer line of the events is counted and skipped: parsed, it would take many times its size. */
const MAX_EVENT_LINE_BYTES = 1024 * 1024

/** The needed parts of one artifact, as values that one thread can send to another. */
export type CollectedPart =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'events'; readonly stream: AgentStream }
  | {
      readonly kind: 'changes'
      /** Null: the archive has no manifest. */
      readonly manifest: { readonly parsed: Manifest | null } | null
      readonly gitStatus: string | null
      /** What stands in place of an archive; null: nothing. */
      readonly message: string | null
    }

/** Collects the needed parts of one artifact while it is read. */
export interface ArtifactCollector {
  readonly sinkFor: SinkFor
  readonly collect: () => CollectedPart
}

export function createCollector(name: ArtifactName): ArtifactCollector {
  switch (name) {
    case 'implementation-changes':
      return collectChanges()
    case 'implementation-status':
      return collectText(() => createHeadSink(MAX_STATUS_BYTES))
    case 'implementation-log':
    case 'implementation-agent-log':
    case 'implementation-runtime-log':
    case 'main-logs':
      return collectText(() => createTailSink(MAX_LOG_CHARS))
    case 'implementation-events': {
      const reader = createStreamReader()
      return {
        sinkFor: () => createLineSink(reader.line, MAX_EVENT_LINE_BYTES),
        collect: () => ({ kind: 'events', stream: reader.result() }),
      }
    }
    // Only the size and the digest of these are needed.
    case 'implementation-patch':
    case 'implementation-resume':
    case 'implementation-notify':
    case 'judge-output':
      return { sinkFor: () => null, collect: () => ({ kind: 'nothing' }) }
  }
  return name satisfies never
}

/** All files of one artifact go into one text. */
function collectText(create: () => TextSink): ArtifactCollector {
  let sink: TextSink | null = null
  return {
    sinkFor: () => {
      sink ??= create()
      return sink
    },
    collect: () => ({ kind: 'text', text: sink?.text() ?? '' }),
  }
}

function collectChanges(): ArtifactCollector {
  const files = new Map<'manifest' | 'git-status' | 'message', TextSink>()
  const open = (file: 'manifest' | 'git-status' | 'message', maxBytes: number): TextSink => {
    const text = createHeadSink(maxBytes)
    files.set(file, text)
    return text
  }
  return {
    sinkFor: (path) => {
      if (path === 'metadata/manifest.json') return open('manifest', MAX_MANIFEST_BYTES)
      if (path === 'metadata/git-status.txt') return open('git-status', MAX_STATUS_BYTES)
      // Where the capture failed, the object holds a message instead of an archive.
      return path?.includes('/') ? null : open('message', MAX_MESSAGE_BYTES)
    },
    collect: () => {
      const manifest = files.get('manifest')?.text()
      return {
        kind: 'changes',
        manifest: manifest === undefined ? null : { parsed: parseManifest(manifest) },
        gitStatus: files.get('git-status')?.text() ?? null,
        message: files.get('message')?.text().trim() || null,
      }
    },
  }
}

/**
 * Completes the reading of an artifact that was found with what only its content shows: a message
 * in place of an archive, an unreadable manifest, or lines that were too long to keep.
 */
export function validateReading(reading: ArtifactReading, part: CollectedPart): ArtifactReading {
  if (part.kind === 'events') {
    const lines = part.stream.longLines ?? 0
    if (lines === 0) return reading
    const said = `${pluralize(lines, 'line')} of more than 1 MiB skipped`
    return { ...reading, because: `${reading.because}; ${said}` }
  }
  if (part.kind !== 'changes') return reading
  if (part.manifest !== null)
    return part.manifest.parsed === null
      ? { ...reading, because: `${reading.because}; its manifest is not a JSON object` }
      : reading
  if (part.message !== null)
    return {
      ...reading,
      state: 'refused',
      because: `it holds a message instead of an archive: ${part.message.slice(0, 300)}`,
    }
  return { ...reading, because: `${reading.because}; it holds no manifest` }
}

const logNames = {
  log: 'implementation-log',
  agent: 'implementation-agent-log',
  runtime: 'implementation-runtime-log',
  main: 'main-logs',
} as const
const logs = ['log', 'agent', 'runtime', 'main'] as const

/** Builds the evidence from the parts of the artifacts that were read to their end. */
export function buildEvidence(
  parts: ReadonlyMap<ArtifactName, CollectedPart>,
): Omit<Evidence, 'readings' | 'readAt'> {
  const findText = (name: ArtifactName): string | null => {
    const part = parts.get(name)
    return part?.kind === 'text' ? part.text : null
  }
  const changes = parts.get('implementation-changes')
  const events = parts.get('implementation-events')
  const status = findText('implementation-status')
  const fromChanges = changes?.kind === 'changes' ? changes : null
  return {
    manifest: fromChanges?.manifest?.parsed ?? null,
    stream: events?.kind === 'events' ? events.stream : null,
    logs: Object.fromEntries(
      logs.flatMap((log) => {
        const text = findText(logNames[log])
        return text === null ? [] : [[log, text]]
      }),
    ),
    statusText: status ?? fromChanges?.gitStatus ?? null,
    failedApply: status === null ? null : findFailedApply(status),
  }
}
