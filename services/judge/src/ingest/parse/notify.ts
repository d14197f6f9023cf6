import type { PartialClaims } from '../../correlate/recover-claims.ts'
import type { RunReport } from '../../correlate/recover-event.ts'
import { emptyEnrichment } from '../../correlate/recover-event.ts'
import { isObject, type Json, type JsonObject } from '../../lib/json.ts'
import { type Enrichment, excerptNames } from '../../run/event.ts'
import type { AgentUsage } from '../../run/run.ts'
import {
  collectFields,
  type Fields,
  formatReadable,
  keepEnd,
  pickFirst,
  readCount,
  readInstant,
  readPlainText,
} from './fields.ts'
import { readPartialClaims } from './partial-claims.ts'
import { coerceObject } from './read-json.ts'

/** Of each log the end is kept, because it tells how the work ended. */
export const MAX_EXCERPT_CHARS = 12_000

/**
 * Reads the notification that Codex (kebab-case), its wrapper (snake_case) or an older wrapper
 * (camelCase) posts after a turn. It contains no workflow uid, arrives before or after the
 * completion and up to four times, and never completes a run.
 */
export function readNotify(message: JsonObject): RunReport {
  const fields = collectFields(message)
  const claims = selectNotifiedClaims(readPartialClaims(fields))
  const texts = readMessageEnrichment(fields)
  const enrichment: Enrichment = {
    ...(texts ?? emptyEnrichment),
    issuedAt: pickFirst(fields, ['issued_at', 'timestamp'], readInstant),
  }
  const hasContent = texts !== null || Object.values(claims).some((value) => value !== null)
  return {
    layers: [{ place: 'notify', claims }],
    artifacts: [],
    enrichment,
    from: 'notify',
    finished: false,
    marked: hasContent || pickFirst(fields, ['type'], readPlainText) === 'agent-turn-complete',
  }
}

/**
 * What an agent's pod may claim about its run. A notify has no workflow uid, delivery id or times,
 * and the text is not its to tell: what it names of these would decide which run it is
 * about, or what that run is judged by.
 */
const notifiedClaims: ReadonlySet<string> = new Set<keyof PartialClaims>([
  'repository',
  'issueNumber',
  'branch',
  'base',
  'stage',
  'workflowName',
  'workflowNamespace',
  'prompt',
  'reportedCommit',
  'reportedPrNumber',
  'threadId',
  'turnId',
  'sessionId',
])

const selectNotifiedClaims = (claims: PartialClaims): PartialClaims =>
  Object.fromEntries(Object.entries(claims).filter(([field]) => notifiedClaims.has(field)))

/** The texts a message has beside its claims, or null if it has none. */
export function readMessageEnrichment(fields: Fields): Enrichment | null {
  const enrichment: Enrichment = {
    issuedAt: null,
    lastMessage: pickFirst(fields, ['last_assistant_message'], formatReadable),
    judgeOutput: pickFirst(fields, ['judge_output'], formatReadable),
    usage: pickFirst(fields, ['usage', 'token_usage', 'agent_usage'], readUsage),
    excerpts: readExcerpts(fields),
    outputPaths: readOutputPaths(fields),
  }
  const { lastMessage, judgeOutput, usage, excerpts, outputPaths } = enrichment
  const hasTexts =
    lastMessage !== null ||
    judgeOutput !== null ||
    usage !== null ||
    Object.keys(excerpts).length > 0 ||
    Object.keys(outputPaths).length > 0
  return hasTexts ? enrichment : null
}

/** The usage of a finished turn as Codex reports it; null if it names neither kind of tokens. */
function readUsage(value: Json): AgentUsage | null {
  const usage = collectFields(coerceObject(value))
  const read = (name: string) => pickFirst(usage, [name], readTokens)
  const [input, output] = [read('input_tokens'), read('output_tokens')]
  if (input === null && output === null) return null
  return {
    inputTokens: input ?? 0,
    cachedInputTokens: read('cached_input_tokens') ?? 0,
    outputTokens: output ?? 0,
    reasoningOutputTokens: read('reasoning_output_tokens') ?? 0,
  }
}

const readTokens = (value: Json): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : readCount(value)

function readExcerpts(fields: Fields): Enrichment['excerpts'] {
  const logs = ['log_excerpt', 'log_excerpts', 'logs'].flatMap((name) => fields.get(name) ?? [])
  const given = logs.map((value) => {
    const named = coerceObject(value)
    return collectFields(named ?? { output: isObject(value) ? null : value })
  })
  const entries = excerptNames.flatMap((name) => {
    const found = given
      .map((log) => pickFirst(log, [name], formatReadable))
      .find((value) => value !== null)
    return found === undefined || found === null
      ? []
      : [[name, keepEnd(found, MAX_EXCERPT_CHARS)] as const]
  })
  return Object.fromEntries(entries)
}

const MAX_PATHS = 100
const MAX_PATH_CHARS = 1000

function readOutputPaths(fields: Fields): Enrichment['outputPaths'] {
  const paths =
    (fields.get('output_paths') ?? []).map(coerceObject).find((value) => value !== null) ?? {}
  const usable = Object.entries(paths).flatMap(([name, value]) => {
    const path = readPlainText(value)
    return path !== null && path.length <= MAX_PATH_CHARS && name.length <= MAX_PATH_CHARS
      ? [[name, path] as const]
      : []
  })
  return Object.fromEntries(usable.slice(0, MAX_PATHS))
}
