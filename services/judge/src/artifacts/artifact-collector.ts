import type { ArtifactName, ArtifactReading, Evidence } from './evidence.ts'
import { readManifest } from './manifest.ts'
import type { Wanted } from './read.ts'
import { headText, lines, type Sink, tailText } from './sinks.ts'
import { failedApply } from './status.ts'
import { streamReader } from './stream-reader.ts'

const maxLogChars = 12_000
const maxStatusBytes = 256 * 1024
const maxManifestBytes = 4 * 1024 * 1024
/** Codex caps a command's output at 1 MiB, which JSON may write as six times that. */
const maxEventLine = 8 * 1024 * 1024

/** What is kept of each artifact while it is read, and what evidence that makes. */
export interface Keeping {
  readonly wanted: (name: ArtifactName) => Wanted
  /** Drops what was kept of an artifact that turned out unreadable: half of it is no evidence. */
  readonly forget: (name: ArtifactName) => void
  /**
   * What only the content can tell about a reading: an archive that is none, a manifest that cannot
   * be read.
   */
  readonly afterwards: (reading: ArtifactReading) => ArtifactReading
  readonly evidence: (readings: readonly ArtifactReading[]) => Omit<Evidence, 'readings' | 'readAt'>
}

type Text = Sink & { readonly text: () => string }

const logNames = {
  log: 'implementation-log',
  agent: 'implementation-agent-log',
  runtime: 'implementation-runtime-log',
  main: 'main-logs',
} as const
const logs = ['log', 'agent', 'runtime', 'main'] as const

export function keepings(): Keeping {
  const texts = new Map<ArtifactName, Text>()
  const streams = new Map<ArtifactName, ReturnType<typeof streamReader>>()
  const changes = new Map<'manifest' | 'git-status' | 'message', Text>()

  const intoText = (name: ArtifactName, make: () => Text) => (): Sink => {
    const text = texts.get(name) ?? make()
    texts.set(name, text)
    return text
  }
  const intoChanges = (what: 'manifest' | 'git-status' | 'message', maxBytes: number): Sink => {
    const text = headText(maxBytes)
    changes.set(what, text)
    return text
  }

  const wanted = (name: ArtifactName): Wanted => {
    switch (name) {
      case 'implementation-changes':
        return (path) => {
          if (path === 'metadata/manifest.json') return intoChanges('manifest', maxManifestBytes)
          if (path === 'metadata/git-status.txt') return intoChanges('git-status', maxStatusBytes)
          // Where capturing failed, the archive's place holds a message.
          return path?.includes('/') ? null : intoChanges('message', 2000)
        }
      case 'implementation-status':
        return intoText(name, () => headText(maxStatusBytes))
      case 'implementation-log':
      case 'implementation-agent-log':
      case 'implementation-runtime-log':
      case 'main-logs':
        return intoText(name, () => tailText(maxLogChars))
      case 'implementation-events': {
        const reader = streamReader()
        streams.set(name, reader)
        return () => lines(reader.line, maxEventLine)
      }
      // These are weighed and hashed only.
      case 'implementation-patch':
      case 'implementation-resume':
      case 'implementation-notify':
      case 'judge-output':
        return () => null
    }
    return name satisfies never
  }

  const manifestText = (): string | null => changes.get('manifest')?.text() ?? null

  const afterwards = (reading: ArtifactReading): ArtifactReading => {
    if (reading.name !== 'implementation-changes' || reading.state !== 'found') return reading
    const text = manifestText()
    if (text !== null)
      return readManifest(text) === null
        ? { ...reading, because: `${reading.because}; its manifest cannot be read` }
        : reading
    const message = changes.get('message')?.text().trim()
    if (message)
      return {
        ...reading,
        state: 'refused',
        because: `it holds a message instead of an archive: ${message.slice(0, 300)}`,
      }
    return { ...reading, because: `${reading.because}; no manifest among them` }
  }

  return {
    wanted,
    forget(name) {
      texts.delete(name)
      streams.delete(name)
      if (name === 'implementation-changes') changes.clear()
    },
    afterwards,
    evidence(readings) {
      const found = (name: ArtifactName): boolean =>
        readings.some((reading) => reading.name === name && reading.state === 'found')
      const manifest = manifestText()
      const status = found('implementation-status')
        ? (texts.get('implementation-status')?.text() ?? null)
        : null
      return {
        manifest: manifest === null ? null : readManifest(manifest),
        stream: found('implementation-events')
          ? (streams.get('implementation-events')?.result() ?? null)
          : null,
        logs: Object.fromEntries(
          logs
            .filter((log) => found(logNames[log]))
            .map((log) => [log, texts.get(logNames[log])?.text() ?? '']),
        ),
        statusText: status ?? changes.get('git-status')?.text() ?? null,
        failedApply: status === null ? null : failedApply(status),
      }
    },
  }
}
