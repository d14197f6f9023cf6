import type { RunReport } from '../../correlate/recover-event.ts'
import { emptyEnrichment } from '../../correlate/recover-event.ts'
import { isObject, type JsonObject } from '../../lib/json.ts'
import { type Enrichment, excerptNames } from '../../run/event.ts'
import {
  collectFields,
  type Fields,
  formatReadable,
  keepEnd,
  pickFirst,
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
  const claims = readPartialClaims(fields)
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

/** The texts a message has beside its claims, or null if it has none. */
export function readMessageEnrichment(fields: Fields): Enrichment | null {
  const enrichment: Enrichment = {
    issuedAt: null,
    lastMessage: pickFirst(fields, ['last_assistant_message'], formatReadable),
    judgeOutput: pickFirst(fields, ['judge_output'], formatReadable),
    excerpts: readExcerpts(fields),
    outputPaths: readOutputPaths(fields),
  }
  const { lastMessage, judgeOutput, excerpts, outputPaths } = enrichment
  const hasTexts =
    lastMessage !== null ||
    judgeOutput !== null ||
    Object.keys(excerpts).length > 0 ||
    Object.keys(outputPaths).length > 0
  return hasTexts ? enrichment : null
}

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
