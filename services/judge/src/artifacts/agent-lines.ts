import { clip, tidyText } from '../lib/text.ts'
import type { ArtifactStore } from './port.ts'
import { readArtifact } from './read.ts'
import { lines } from './sinks.ts'

/** One thing an agent did, as its events stream tells it. */
export interface AgentLine {
  /** Its line in the stream, from 1. */
  readonly line: number
  readonly kind: string
  readonly role: string | null
  readonly content: string
  readonly status: string | null
  readonly exitCode: number | null
}

const maxLines = 2_000
const maxLineBytes = 1024 * 1024
const maxContent = 20_000

/**
 * What an events artifact holds that is worth showing to people, in its order, at most the first
 * 2,000; none where there is no such object. Rejects with `Failure` where the store is away, and
 * with `RefusedArtifact` where it is nothing we read.
 */
export async function readAgentLines(
  store: ArtifactStore,
  of: { readonly bucket: string; readonly key: string },
  signal: AbortSignal,
): Promise<readonly AgentLine[]> {
  const object = await store.open(of.bucket, of.key, signal)
  if (object === null) return []
  const found: AgentLine[] = []
  let line = 0
  await readArtifact(object, () =>
    lines((text) => {
      line += 1
      const said = text === null || found.length >= maxLines ? null : lineOf(text)
      if (said !== null) found.push({ line, ...said })
    }, maxLineBytes),
  )
  return found
}

type Said = Omit<AgentLine, 'line'>

function lineOf(text: string): Said | null {
  const event = fieldsIn(parsed(text))
  const type = event?.get('type')
  if (type === 'turn.failed' || type === 'error') {
    const message =
      string(fieldsIn(event?.get('error'))?.get('message')) ?? string(event?.get('message'))
    return { kind: 'error', role: null, content: kept(message), status: 'failed', exitCode: null }
  }
  const item = type === 'item.completed' ? fieldsIn(event?.get('item')) : null
  return item === null || item === undefined ? null : itemSaid(item)
}

function itemSaid(item: ReadonlyMap<string, unknown>): Said | null {
  const kind = string(item.get('type'))
  if (kind === null) return null
  const status = string(item.get('status'))
  const code = item.get('exit_code')
  const exitCode = typeof code === 'number' && Number.isInteger(code) ? code : null
  const role = kind === 'agent_message' || kind === 'reasoning' ? 'assistant' : 'tool'
  const content =
    kind === 'command_execution'
      ? `$ ${string(item.get('command')) ?? ''}\n${string(item.get('aggregated_output')) ?? ''}`
      : (string(item.get('text')) ??
        string(item.get('message')) ??
        JSON.stringify(Object.fromEntries(item)))
  return { kind, role, content: kept(content), status, exitCode }
}

const kept = (text: string | null): string => tidyText(clip(text ?? '', maxContent))
const string = (value: unknown): string | null => (typeof value === 'string' ? value : null)
const fieldsIn = (value: unknown): ReadonlyMap<string, unknown> | null =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : null

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
