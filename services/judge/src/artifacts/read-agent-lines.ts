import { clip } from '../lib/text.ts'
import { type JsonFields, parseJsonFields, readString, toJsonFields } from './json-fields.ts'
import type { ArtifactPlace } from './place.ts'
import type { ArtifactSource } from './port.ts'
import type { SinkFor } from './read-artifact.ts'
import type { ArtifactReader } from './read-object.ts'
import { createLineSink } from './sinks.ts'

/** One action or message of an agent, from its events stream. */
export interface AgentLine {
  /** Its line in the stream, from 1. */
  readonly line: number
  readonly kind: string
  readonly role: string | null
  readonly content: string
  readonly status: string | null
  readonly exitCode: number | null
}

const MAX_LINES = 2_000
const MAX_LINE_BYTES = 1024 * 1024
const MAX_CONTENT_CHARS = 20_000
const MAX_TOTAL_CHARS = 4_000_000

/** Collects the lines of an events stream that are worth showing to people, while it is read. */
export interface AgentLineCollector {
  readonly sinkFor: SinkFor
  /** In order, and at most the first 2,000 lines and 4,000,000 characters. */
  readonly collect: () => readonly AgentLine[]
}

export function createAgentLineCollector(): AgentLineCollector {
  const found: AgentLine[] = []
  let line = 0
  let chars = 0
  const take = (text: string | null): void => {
    line += 1
    if (text === null || found.length >= MAX_LINES || chars >= MAX_TOTAL_CHARS) return
    const content = parseLine(text)
    if (content === null) return
    chars += content.content.length
    found.push({ line, ...content })
  }
  return { sinkFor: () => createLineSink(take, MAX_LINE_BYTES), collect: () => found }
}

/**
 * The lines of an events artifact that are worth showing to people; empty where the object does not
 * exist. Rejects with `Failure` if the store is unavailable, and with `RefusedArtifact` if the
 * object breaks a limit or cannot be unpacked.
 */
export async function readAgentLines(
  source: Pick<ArtifactSource, 'open'>,
  place: ArtifactPlace,
  reader: ArtifactReader,
  signal: AbortSignal,
): Promise<readonly AgentLine[]> {
  const object = await source.open(place, signal)
  return object === null ? [] : reader.listAgentLines(object)
}

type LineContent = Omit<AgentLine, 'line'>

function parseLine(text: string): LineContent | null {
  const event = parseJsonFields(text)
  const type = event?.get('type')
  if (type === 'turn.failed' || type === 'error') {
    const message =
      readString(toJsonFields(event?.get('error'))?.get('message')) ??
      readString(event?.get('message'))
    return {
      kind: 'error',
      role: null,
      content: clipContent(message),
      status: 'failed',
      exitCode: null,
    }
  }
  const item = type === 'item.completed' ? toJsonFields(event?.get('item')) : null
  return item === null ? null : readItem(item)
}

function readItem(item: JsonFields): LineContent | null {
  const kind = readString(item.get('type'))
  if (kind === null) return null
  const status = readString(item.get('status'))
  const code = item.get('exit_code')
  const exitCode = typeof code === 'number' && Number.isInteger(code) ? code : null
  const role = kind === 'agent_message' || kind === 'reasoning' ? 'assistant' : 'tool'
  const command = readString(item.get('command')) ?? ''
  const content =
    kind === 'command_execution'
      ? `$ ${command}\n${readString(item.get('aggregated_output')) ?? ''}`
      : (readString(item.get('text')) ??
        readString(item.get('message')) ??
        JSON.stringify(Object.fromEntries(item)))
  return { kind, role, content: clipContent(content), status, exitCode }
}

const clipContent = (text: string | null): string => clip(text ?? '', MAX_CONTENT_CHARS)
