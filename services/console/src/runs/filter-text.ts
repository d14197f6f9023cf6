import { allReasons } from '../parts/reasons.ts'
import type { FilterName, RunsSearch } from './runs-search.ts'

/* The filter line: tokens `name:value`, and free words. */

interface TokenName {
  readonly filter: FilterName
  readonly hint: string
  /** What can follow; empty if that cannot be listed. */
  readonly values: readonly string[]
}

const statuses = [
  'notified',
  'run_complete',
  'waiting_for_ci',
  'waiting_for_review',
  'judging',
  'completed',
  'needs_iteration',
  'needs_human',
  'superseded',
  'closed',
]

const tokenNames: Readonly<Record<string, TokenName>> = {
  status: { filter: 'status', hint: 'one or more statuses', values: statuses },
  reason: { filter: 'reason', hint: 'why runs ended', values: allReasons },
  repository: { filter: 'repository', hint: 'owner/name', values: [] },
  issue: { filter: 'issueNumber', hint: 'its number', values: [] },
  sha: { filter: 'sha', hint: 'a commit or its beginning', values: [] },
  pr: { filter: 'pr', hint: 'the number of the pull request', values: [] },
  workflow: { filter: 'workflowName', hint: 'its name', values: [] },
  branch: { filter: 'branch', hint: 'its name', values: [] },
  since: { filter: 'since', hint: 'a day, as 2026-12-05', values: [] },
  until: { filter: 'until', hint: 'a day, as 2026-12-05', values: [] },
  'cost>': { filter: 'cost', hint: 'USD', values: [] },
}

const findTokenName = (filter: FilterName): string =>
  Object.entries(tokenNames).find(([, token]) => token.filter === filter)?.[0] ?? filter

/** A filter in force, as it is shown. */
export interface Token {
  readonly filter: FilterName
  readonly text: string
}

/** The filters of an address as tokens, in the order of the address. */
export const listTokens = (search: RunsSearch): readonly Token[] =>
  (Object.entries(search) as [FilterName, string][]).map(([filter, value]) => ({
    filter,
    text:
      filter === 'q'
        ? value
        : filter === 'cost'
          ? `cost>${value}`
          : `${findTokenName(filter)}:${value.replace(/T00:00:00\.000Z$/, '')}`,
  }))

/** What was typed: a token that sets a filter, words, or a token that cannot be used. */
export type TypedFilter =
  | { readonly kind: 'filter'; readonly filter: FilterName; readonly value: string }
  | { readonly kind: 'fault'; readonly because: string }

/** Reads what was typed into the filter line. Free words search. */
export function readTyped(text: string): TypedFilter | null {
  const typed = text.trim()
  if (typed === '') return null
  const [, name = '', value = ''] = /^(cost>|[a-z]+:)\s*(.*)$/i.exec(typed) ?? []
  const token = tokenNames[name.replace(/:$/, '').toLowerCase()]
  if (token === undefined) {
    const issue = /^([\w.-]+\/[\w.-]+)$/.exec(typed)
    return { kind: 'filter', filter: issue ? 'repository' : 'q', value: typed }
  }
  if (value === '') return { kind: 'fault', because: `Add ${token.hint} after “${name}”.` }
  return checkValue(token, value)
}

function checkValue({ filter, values, hint }: TokenName, value: string): TypedFilter {
  if (filter === 'issueNumber' || filter === 'pr') {
    const number = value.replace(/^#/, '')
    return /^[1-9]\d{0,9}$/.test(number)
      ? { kind: 'filter', filter, value: number }
      : { kind: 'fault', because: `“${value}” is no number.` }
  }
  if (filter === 'since' || filter === 'until') {
    const at = Date.parse(value)
    return Number.isNaN(at)
      ? { kind: 'fault', because: `“${value}” is no day; write it as 2026-12-05.` }
      : { kind: 'filter', filter, value: new Date(at).toISOString() }
  }
  if (filter === 'cost' && !/^\d+(?:\.\d+)?$/.test(value))
    return { kind: 'fault', because: `“${value}” is no amount of USD.` }
  const unknown = values.length > 0 && value.split(',').find((each) => !values.includes(each))
  return unknown
    ? { kind: 'fault', because: `There is no “${unknown}”; choose ${hint} from the list.` }
    : { kind: 'filter', filter, value }
}

const MAX_SUGGESTIONS = 8

/** What could be meant by the beginning of a token; `text` is what would be typed. */
export function suggest(
  typed: string,
): readonly { readonly text: string; readonly hint: string }[] {
  const text = typed.trim().toLowerCase()
  const [, name = '', begun = ''] = /^([a-z]+):(.*)$/.exec(text) ?? []
  const token = tokenNames[name]
  if (token !== undefined)
    return token.values
      .filter((value) => value.includes(begun))
      .sort((a, b) => Number(b.startsWith(begun)) - Number(a.startsWith(begun)))
      .slice(0, MAX_SUGGESTIONS)
      .map((value) => ({ text: `${name}:${value}`, hint: '' }))
  return Object.entries(tokenNames)
    .filter(([each]) => each.startsWith(text))
    .map(([each, { hint }]) => ({ text: each.endsWith('>') ? each : `${each}:`, hint }))
}
