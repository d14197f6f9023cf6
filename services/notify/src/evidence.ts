import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createEventStream, type StreamSummary } from './event-stream.ts'
import { EXCERPT_CHARS, MARGIN_CHARS } from './excerpt.ts'
import { buildFilePrefix } from './settings.ts'

export const excerptNames = ['output', 'events', 'agent', 'runtime', 'status'] as const
export type ExcerptName = (typeof excerptNames)[number]

/** The files that a run left in its folder. */
export interface Evidence {
  /** The end of each log that exists. */
  readonly excerpts: Readonly<Partial<Record<ExcerptName, string>>>
  /** The path of every file that exists, by its role. */
  readonly paths: Readonly<Record<string, string>>
  /** The output of a judging agent; null if there is none. */
  readonly judgeOutput: string | null
  /** The summary of the events file; null if there is none. */
  readonly events: StreamSummary | null
  /** When the events file was last written, in milliseconds since the epoch. */
  readonly eventsWrittenAt: number | null
}

/** The files that the workflow stores as artifacts. */
const buildFileNames = (stage: string): Readonly<Record<string, string>> => {
  const prefix = buildFilePrefix(stage)
  return {
    changes: `${prefix}-changes.tar.gz`,
    patch: `${prefix}.patch`,
    status: `${prefix}-status.txt`,
    output: `${prefix}.log`,
    events: `${prefix}-events.jsonl`,
    agent: `${prefix}-agent.log`,
    runtime: `${prefix}-runtime.log`,
    resume: `.codex/${stage.replace(/[^A-Za-z0-9_-]/g, '-')}-resume.json`,
    notify: `${prefix}-notify.json`,
  }
}

/** UTF-8 takes up to four bytes for a character. */
const TAIL_BYTES = (EXCERPT_CHARS + MARGIN_CHARS) * 4
/** Of an events file, enough is read to include its first line and its last message. */
const HEAD_BYTES = 64 * 1024
const MAX_EVENT_BYTES = 4 * 1024 * 1024

/**
 * Reads the ends of the logs in a folder. A file that cannot be read counts as absent; pipes and
 * devices are not opened.
 */
export async function readEvidence(folder: string, stage: string): Promise<Evidence> {
  const files = Object.entries(buildFileNames(stage)).map(
    ([name, file]) => [name, join(folder, file)] as const,
  )
  const existing = await Promise.all(
    files.map(async ([name, path]) => ((await readSize(path)) > 0 ? { name, path } : null)),
  )
  const found = existing.filter((file) => file !== null)
  const excerpts = await Promise.all(
    excerptNames.map(async (name) => {
      const path = found.find((file) => file.name === name)?.path
      return path === undefined ? [] : [[name, await readTail(path)] as const]
    }),
  )
  const events = found.find(({ name }) => name === 'events')
  return {
    excerpts: Object.fromEntries(excerpts.flat().filter(([, text]) => text !== '')),
    paths: Object.fromEntries(found.map(({ name, path }) => [name, path])),
    judgeOutput: await readText(join(folder, '.codex-judge-output.json')),
    events: events === undefined ? null : await summarizeEvents(events.path),
    eventsWrittenAt:
      events === undefined
        ? null
        : await stat(events.path).then(
            ({ mtimeMs }) => mtimeMs,
            () => null,
          ),
  }
}

/** The text of a file, at most `maxBytes` of it; null if there is none. */
export async function readText(path: string, maxBytes = 1024 * 1024): Promise<string | null> {
  return (await readSize(path)) > 0 ? (await readPart(path, 0, maxBytes)).toString('utf8') : null
}

async function readSize(path: string): Promise<number> {
  const stats = await stat(path).catch(() => null)
  return stats?.isFile() ? stats.size : 0
}

async function readTail(path: string): Promise<string> {
  const bytes = await readPart(path, Math.max(0, (await readSize(path)) - TAIL_BYTES), TAIL_BYTES)
  // The first bytes may be the rest of a character.
  return bytes
    .toString('utf8')
    .replace(/^\uFFFD+/, '')
    .slice(-(EXCERPT_CHARS + MARGIN_CHARS))
}

async function summarizeEvents(path: string): Promise<StreamSummary> {
  const size = await readSize(path)
  const stream = createEventStream()
  if (size > HEAD_BYTES + MAX_EVENT_BYTES) {
    stream.push(await readPart(path, 0, HEAD_BYTES))
    stream.push(Buffer.from('\n'))
  }
  const from = size > HEAD_BYTES + MAX_EVENT_BYTES ? size - MAX_EVENT_BYTES : 0
  stream.push(await readPart(path, from, HEAD_BYTES + MAX_EVENT_BYTES))
  return stream.summarize()
}

async function readPart(path: string, from: number, maxBytes: number): Promise<Buffer> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return Buffer.alloc(0)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, from)
    return buffer.subarray(0, bytesRead)
  } catch {
    return Buffer.alloc(0)
  } finally {
    await file.close()
  }
}
