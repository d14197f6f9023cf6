import type { RunReport } from '../../correlate/recover-event.ts'
import { emptyEnrichment } from '../../correlate/recover-event.ts'
import { type Enrichment, excerptNames } from '../../run/event.ts'
import { claimsIn } from './claims.ts'
import { type Fields, fieldsOf, firstOf, lastOf, moment, shown, text } from './fields.ts'
import { isObject, type JsonObject, objectIn } from './json.ts'

/** What is kept of each log: its end, because that is where it says how it ended. */
export const excerptLength = 12_000

/**
 * Reads what Codex itself (kebab-case), its wrapper (snake_case) and older ones (camelCase) post
 * when a turn is over. It knows no workflow uid, comes before or after the completion and up to
 * four times, and never completes anything.
 */
export function readNotify(message: JsonObject): RunReport {
  const fields = fieldsOf(message)
  const says = claimsIn(fields)
  const enrichment: Enrichment = {
    ...(enrichmentIn(fields) ?? emptyEnrichment),
    issuedAt: firstOf(fields, ['issued_at', 'timestamp'], moment),
  }
  const tells = Object.values(says).some((value) => value !== null) || enrichmentIn(fields) !== null
  return {
    layers: [{ place: 'notify', says }],
    artifacts: [],
    enrichment,
    from: 'notify',
    finished: false,
    marked: tells || firstOf(fields, ['type'], text) === 'agent-turn-complete',
  }
}

/** The texts a message brings beside its claims; null where it brings none. */
export function enrichmentIn(fields: Fields): Enrichment | null {
  const enrichment: Enrichment = {
    issuedAt: null,
    lastMessage: firstOf(fields, ['last_assistant_message'], shown),
    judgeOutput: firstOf(fields, ['judge_output'], shown),
    excerpts: excerptsIn(fields),
    outputPaths: pathsIn(fields),
  }
  const { lastMessage, judgeOutput, excerpts, outputPaths } = enrichment
  const brings =
    lastMessage !== null ||
    judgeOutput !== null ||
    Object.keys(excerpts).length > 0 ||
    Object.keys(outputPaths).length > 0
  return brings ? enrichment : null
}

function excerptsIn(fields: Fields): Enrichment['excerpts'] {
  const logs = ['log_excerpt', 'log_excerpts', 'logs'].flatMap((name) => fields.get(name) ?? [])
  const given = logs.map((value) => {
    const named = objectIn(value)
    return fieldsOf(named ?? { output: isObject(value) ? null : value })
  })
  const entries = excerptNames.flatMap((name) => {
    const found = given.map((one) => firstOf(one, [name], shown)).find((value) => value !== null)
    return found === undefined || found === null
      ? []
      : [[name, lastOf(found, excerptLength)] as const]
  })
  return Object.fromEntries(entries)
}

const maxPaths = 100
const maxPath = 1000

function pathsIn(fields: Fields): Enrichment['outputPaths'] {
  const paths =
    (fields.get('output_paths') ?? []).map(objectIn).find((value) => value !== null) ?? {}
  const usable = Object.entries(paths).flatMap(([name, value]) => {
    const path = text(value)
    return path !== null && path.length <= maxPath && name.length <= maxPath
      ? [[name, path] as const]
      : []
  })
  return Object.fromEntries(usable.slice(0, maxPaths))
}
