import { open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { eventStream, type Told } from './event-stream.ts'
import { excerptLength, marginLength } from './excerpt.ts'
import { filePrefix } from './settings.ts'

export const excerptNames = ['output', 'events', 'agent', 'runtime', 'status'] as const
export type ExcerptName = (typeof excerptNames)[number]

/** What a run left in its folder. */
export interface Evidence {
  /** The end of each log there is. */
  readonly excerpts: Readonly<Partial<Record<ExcerptName, string>>>
  /** Every file there is, by what it is. */
  readonly paths: Readonly<Record<string, string>>
  /** What a judging agent wrote down; null where none did. */
  readonly judgeOutput: string | null
  /** What the events file says; null where there is none. */
  readonly told: Told | null
  /** When that was last written to, in milliseconds since the epoch. */
  readonly eventsWrittenAt: number | null
}

/** The files of wire section 3, as the workflow stores them. */
const filesOf = (stage: string): Readonly<Record<string, string>> => {
  const prefix = filePrefix(stage)
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

/** A character takes up to four bytes. */
const tailBytes = (excerptLength + marginLength) * 4
/** Of an events file as much is read as surely holds its first line and its last message. */
const headBytes = 64 * 1024
const eventBytes = 4 * 1024 * 1024

/**
 * Reads the ends of the logs in a folder. Whatever cannot be read is not there; pipes and devices
 * are left alone.
 */
export async function readEvidence(folder: string, stage: string): Promise<Evidence> {
  const files = Object.entries(filesOf(stage)).map(
    ([name, file]) => [name, join(folder, file)] as const,
  )
  const there = await Promise.all(
    files.map(async ([name, path]) => ((await sizeOf(path)) > 0 ? { name, path } : null)),
  )
  const found = there.filter((file) => file !== null)
  const excerpts = await Promise.all(
    excerptNames.map(async (name) => {
      const path = found.find((file) => file.name === name)?.path
      return path === undefined ? [] : [[name, await tailOf(path)] as const]
    }),
  )
  const events = found.find(({ name }) => name === 'events')
  return {
    excerpts: Object.fromEntries(excerpts.flat().filter(([, text]) => text !== '')),
    paths: Object.fromEntries(found.map(({ name, path }) => [name, path])),
    judgeOutput: await readText(join(folder, '.codex-judge-output.json')),
    told: events === undefined ? null : await eventsIn(events.path),
    eventsWrittenAt:
      events === undefined
        ? null
        : await stat(events.path).then(
            ({ mtimeMs }) => mtimeMs,
            () => null,
          ),
  }
}

/** The text of a small file; null where there is none. */
export async function readText(path: string, most = 1024 * 1024): Promise<string | null> {
  return (await sizeOf(path)) > 0 ? (await part(path, 0, most)).toString('utf8') : null
}

async function sizeOf(path: string): Promise<number> {
  const known = await stat(path).catch(() => null)
  return known?.isFile() ? known.size : 0
}

async function tailOf(path: string): Promise<string> {
  const bytes = await part(path, Math.max(0, (await sizeOf(path)) - tailBytes), tailBytes)
  // The first character may have lost its beginning.
  return bytes
    .toString('utf8')
    .replace(/^\uFFFD+/, '')
    .slice(-(excerptLength + marginLength))
}

async function eventsIn(path: string): Promise<Told> {
  const size = await sizeOf(path)
  const stream = eventStream()
  if (size > headBytes + eventBytes) {
    stream.push(await part(path, 0, headBytes))
    stream.push(Buffer.from('\n'))
  }
  const from = size > headBytes + eventBytes ? size - eventBytes : 0
  stream.push(await part(path, from, headBytes + eventBytes))
  return stream.told()
}

async function part(path: string, from: number, most: number): Promise<Buffer> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return Buffer.alloc(0)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, from)
    return buffer.subarray(0, bytesRead)
  } catch {
    return Buffer.alloc(0)
  } finally {
    await file.close()
  }
}
