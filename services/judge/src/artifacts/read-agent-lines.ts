import { clip } from '../lib/text.ts'
import { type JsonFields, parseJsonFields, readString, toJsonFields } from './json-fields.ts'
import type { ArtifactPlace } from './place.ts'
import type { ArtifactSource } from './port.ts'
import { readArtifact } from './read-artifact.ts'
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

/**
 * The lines of an events artifact that are worth showing to people, in order, at most the first
 * 2,000; empty where the object does not exist. Rejects with `Failure` if the store is unavailable,
 * and with `RefusedArtifact` if the object breaks a limit or cannot be unpacked.
 */
export async function readAgentLines(
  source: Pick<ArtifactSource, 'open'>,
  place: ArtifactPlace,
  signal: AbortSignal,
): Promise<readonly AgentLine[]> {
  const object = await source.open(place, signal)
  if (object === null) return []
  const found: AgentLine[] = []
  let line = 0
  await readArtifact(object, () =>
    createLineSink((text) => {
      line += 1
      const content = text === null || found.length >= MAX_LINES ? null : parseLine(text)
      if (content !== null) found.push({ line, ...content })
    }, MAX_LINE_BYTES),
  )
  return found
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
