import type { ArtifactName, ArtifactReading, Evidence } from './evidence.ts'
import { findFailedApply } from './failed-apply.ts'
import { parseManifest } from './manifest.ts'
import type { SinkFor } from './read-artifact.ts'
import { createHeadSink, createLineSink, createTailSink, type TextSink } from './sinks.ts'
import { createStreamReader, type StreamReader } from './stream-reader.ts'

const MAX_LOG_CHARS = 12_000
const MAX_STATUS_BYTES = 256 * 1024
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024
const MAX_MESSAGE_BYTES = 2_000
/** Codex caps a command's output at 1 MiB, and JSON escapes can make that six times as long. */
const MAX_EVENT_LINE_BYTES = 8 * 1024 * 1024

/**
 * Collects the needed parts of each artifact while it is read, and builds the evidence from them.
 */
export interface ArtifactCollector {
  readonly sinkFor: (name: ArtifactName) => SinkFor
  /** Drops the parts of an artifact that turned out unreadable: half of it is no evidence. */
  readonly discard: (name: ArtifactName) => void
  /**
   * Completes a reading with what only the content shows: a message in place of an archive, or an
   * unreadable manifest.
   */
  readonly validate: (reading: ArtifactReading) => ArtifactReading
  readonly buildEvidence: (
    readings: readonly ArtifactReading[],
  ) => Omit<Evidence, 'readings' | 'readAt'>
}

type ChangesFile = 'manifest' | 'git-status' | 'message'

interface CollectedParts {
  readonly texts: Map<ArtifactName, TextSink>
  /** Files of the changes archive. */
  readonly changes: Map<ChangesFile, TextSink>
  events: StreamReader | null
}

export function createCollector(): ArtifactCollector {
  const parts: CollectedParts = { texts: new Map(), changes: new Map(), events: null }
  return {
    sinkFor: (name) => selectSink(name, parts),
    discard(name) {
      parts.texts.delete(name)
      if (name === 'implementation-events') parts.events = null
      if (name === 'implementation-changes') parts.changes.clear()
    },
    validate: (reading) => validateChanges(reading, parts),
    buildEvidence: (readings) => buildEvidence(readings, parts),
  }
}

function selectSink(name: ArtifactName, parts: CollectedParts): SinkFor {
  switch (name) {
    case 'implementation-changes':
      return (path) => openChangesFile(path, parts)
    case 'implementation-status':
      return () => openText(name, parts, () => createHeadSink(MAX_STATUS_BYTES))
    case 'implementation-log':
    case 'implementation-agent-log':
    case 'implementation-runtime-log':
    case 'main-logs':
      return () => openText(name, parts, () => createTailSink(MAX_LOG_CHARS))
    case 'implementation-events': {
      const reader = createStreamReader()
      parts.events = reader
      return () => createLineSink(reader.line, MAX_EVENT_LINE_BYTES)
    }
    // Only the size and the digest of these are needed.
    case 'implementation-patch':
    case 'implementation-resume':
    case 'implementation-notify':
    case 'judge-output':
      return () => null
  }
  return name satisfies never
}

/** All files of one artifact go into one text. */
function openText(name: ArtifactName, parts: CollectedParts, create: () => TextSink): TextSink {
  const text = parts.texts.get(name) ?? create()
  parts.texts.set(name, text)
  return text
}

function openChangesFile(path: string | null, { changes }: CollectedParts): TextSink | null {
  const open = (file: ChangesFile, maxBytes: number): TextSink => {
    const text = createHeadSink(maxBytes)
    changes.set(file, text)
    return text
  }
  if (path === 'metadata/manifest.json') return open('manifest', MAX_MANIFEST_BYTES)
  if (path === 'metadata/git-status.txt') return open('git-status', MAX_STATUS_BYTES)
  // Where the capture failed, the object holds a message instead of an archive.
  return path?.includes('/') ? null : open('message', MAX_MESSAGE_BYTES)
}

function validateChanges(reading: ArtifactReading, { changes }: CollectedParts): ArtifactReading {
  if (reading.name !== 'implementation-changes' || reading.state !== 'found') return reading
  const manifest = changes.get('manifest')?.text()
  if (manifest !== undefined)
    return parseManifest(manifest) === null
      ? { ...reading, because: `${reading.because}; its manifest is not a JSON object` }
      : reading
  const message = changes.get('message')?.text().trim()
  if (message)
    return {
      ...reading,
      state: 'refused',
      because: `it holds a message instead of an archive: ${message.slice(0, 300)}`,
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

function buildEvidence(
  readings: readonly ArtifactReading[],
  { texts, changes, events }: CollectedParts,
): Omit<Evidence, 'readings' | 'readAt'> {
  const isFound = (name: ArtifactName): boolean =>
    readings.some((reading) => reading.name === name && reading.state === 'found')
  const manifest = changes.get('manifest')?.text()
  const status = isFound('implementation-status')
    ? (texts.get('implementation-status')?.text() ?? null)
    : null
  return {
    manifest: manifest === undefined ? null : parseManifest(manifest),
    stream: isFound('implementation-events') ? (events?.result() ?? null) : null,
    logs: Object.fromEntries(
      logs
        .filter((log) => isFound(logNames[log]))
        .map((log) => [log, texts.get(logNames[log])?.text() ?? '']),
    ),
    statusText: status ?? changes.get('git-status')?.text() ?? null,
    failedApply: status === null ? null : findFailedApply(status),
  }
}
