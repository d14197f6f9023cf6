import { collapseSpace } from '../lib/text.ts'
import { splitItems } from './configuration/entry.ts'
import type { AssertionFact, CaseFact, MarkFact, Strength, TestFact } from './fact.ts'
import { speaksOfHost } from './host.ts'
import { findFileRole } from './is-test-file.ts'
import { readNumber } from './numbers.ts'
import type { SideLine } from './side-text.ts'
import {
  assertionVerbs,
  attribute,
  casePatterns,
  commentPattern,
  exitPattern,
  markPatterns,
  methodPattern,
  swallowPattern,
  testAttribute,
} from './text-patterns.ts'

const dataPattern =
  /\.(?:json\w*|ya?ml|toml|ini|txt|md|mdx|rst|html?|xml|csv|tsv|svg|png|jpe?g|gif|ico|pdf|snap|lock|log|css|scss|env|properties|gz|zip|bin|wasm|graphql|proto|conf|cfg|http|out|in|diff|patch)$/i

const codePattern =
  /\.(?:rb|php|cs|fs|vb|c|cc|cpp|cxx|h|hpp|m|mm|swift|exs?|sh|bash|bats|sql|scala|groovy|dart|lua|p[lm]|t|r|jl|hs|clj[cs]?|erl|zig|nim|feature|robot|ml|elm|vue|svelte)$/i

/** Whether a file is read by text: a test in any language, but no data beside tests. */
export const isReadByText = (path: string): boolean =>
  codePattern.test(path) ||
  (findFileRole(path) === 'test' && /\.\w+$/.test(path) && !dataPattern.test(path))

/** A longer line is data, and not read. */
const MAX_LINE_CHARACTERS = 2_000

/**
 * Reads tests, checks and skips of a language that has no profile, line by line: a test goes on as
 * far as lines are indented deeper than its own. Total, and linear in the number of lines.
 */
export function readTextFacts(lines: readonly SideLine[]): readonly TestFact[] {
  const facts: { fact: TestFact; depth: number }[] = []
  for (const found of readCases(lines)) facts.push({ fact: found, depth: 0 })
  for (const line of lines)
    if (line.text.length <= MAX_LINE_CHARACTERS)
      for (const fact of readLine(line, lines)) facts.push({ fact, depth: 1 })
  // Outer before inner, and a test before what stands on its first line.
  return facts
    .toSorted(
      (a, b) => a.fact.line - b.fact.line || a.depth - b.depth || b.fact.endLine - a.fact.endLine,
    )
    .map(({ fact }) => fact)
}

interface OpenCase {
  readonly name: string
  readonly level: 'suite' | 'test'
  readonly line: number
  readonly indent: number
}

const closing = /^\s*(?:end\b|[}\])]+[;,)]*|esac|fi|done|END_TEST)\s*;?\s*$/

function readCases(lines: readonly SideLine[]): readonly CaseFact[] {
  const cases: CaseFact[] = []
  const open: OpenCase[] = []
  let attributes: readonly SideLine[] = []
  let last = 0
  const close = (found: OpenCase, endLine: number) => {
    const { name, level, line } = found
    cases.push({ kind: 'case', level, name, collected: true, line, endLine })
  }
  for (const line of lines) {
    const { text, number } = line
    const indent = text.search(/\S/)
    if (indent === -1 || text.length > MAX_LINE_CHARACTERS) continue
    const isBrace = /^\s*\{\s*$/.test(text)
    while (!isBrace && open.length > 0 && (open.at(-1)?.indent ?? 0) >= indent) {
      const found = open.pop()
      if (found === undefined) break
      const ends = found.indent === indent && closing.test(text)
      close(found, ends ? number : Math.max(last, found.line))
      if (ends) break
    }
    const opened = commentPattern.test(text) ? null : openCase(line, attributes)
    if (opened !== null) open.push({ ...opened, line: attributes[0]?.number ?? number, indent })
    attributes = attribute.test(text) ? [...attributes, line] : []
    last = number
  }
  while (open.length > 0) {
    const found = open.pop()
    if (found !== undefined) close(found, Math.max(last, found.line))
  }
  return cases
}

function openCase(
  { text }: SideLine,
  attributes: readonly SideLine[],
): Pick<OpenCase, 'name' | 'level'> | null {
  for (const { pattern, level } of casePatterns) {
    const found = pattern.exec(text)
    const name = found?.slice(1).find((group) => group !== undefined)
    if (name !== undefined) return { name: collapseSpace(name), level }
  }
  const isTest = [...attributes.map((line) => line.text), text].some((part) =>
    testAttribute.test(part),
  )
  const [, method] =
    isTest && !/^\s*\[\w[^\]]*\]\s*$/.test(text) ? (methodPattern.exec(text) ?? []) : []
  return method === undefined ? null : { name: method, level: 'test' }
}

function readLine(line: SideLine, lines: readonly SideLine[]): readonly TestFact[] {
  const { text, number } = line
  const span = { line: number, endLine: number }
  const [, comment] = commentPattern.exec(text) ?? []
  if (comment !== undefined) {
    const isCode =
      rateAssertion(comment) !== null || casePatterns.some(({ pattern }) => pattern.test(comment))
    const isProse = !/[(=]|\bdo\s*$|\{\s*$/.test(comment)
    return isCode && !isProse ? [{ kind: 'commented', text: collapseSpace(comment), ...span }] : []
  }
  const facts: TestFact[] = []
  const content = collapseSpace(text)
  const mark = readMark(line, lines)
  if (mark !== null) facts.push(mark)
  const isOpening = casePatterns.some(({ pattern }) => pattern.test(text))
  const strength = isOpening && !/[{;]\s*\S/.test(text) ? null : rateAssertion(text)
  if (strength !== null && mark === null) facts.push(readAssertion(line, strength))
  if (swallowPattern.test(text)) facts.push({ kind: 'swallow', text: content, ...span })
  if (exitPattern.test(text) && !/^\s{5,}/.test(text))
    facts.push({
      ...{ kind: 'exit', exit: 'process', condition: null, aboutHost: false, text: content },
      ...span,
    })
  return facts
}

function rateAssertion(text: string): Strength | null {
  const [strength] = assertionVerbs.find(([, pattern]) => pattern.test(text)) ?? []
  if (strength === undefined) return null
  // A pattern of Elixir that binds a name, or leaves a part open, demands only a part.
  const [, pattern = ''] = /^\s*assert\s+([{[%].+?)\s=\s/.exec(text) ?? []
  if (/(?<![:\w"])_?[a-z]\w*\b(?!:)|(?<!\w)_(?!\w)/.test(pattern)) return 'shape'
  // `assert(a == b)` demands an exact value, whatever its verb.
  const comparesValues = strength === 'exists' && /[^=!<>]={2,3}[^=]|\s-eq\s|\s=\s/.test(text)
  return comparesValues ? 'equal' : strength
}

function readAssertion({ text, number }: SideLine, strength: Strength): AssertionFact {
  const content = collapseSpace(text)
  const args = splitItems(readArguments(content))
  const isLiteral = (argument: string) => /^(?:["'[{:]|-?\d|nil|null|true|false|@")/i.test(argument)
  const parts = /^(.+?)\s*(?:==|===|!=|=)\s*(.+)$/.exec(args[0] ?? '')
  const [left = '', right] = args.length > 1 || parts === null ? args : parts.slice(1)
  const isExpectedFirst = right !== undefined && isLiteral(left) && !isLiteral(right)
  const subject = isExpectedFirst ? right : left
  const expected = isExpectedFirst ? left : (right ?? readMatcherArgument(content))
  const [matcher = ''] =
    assertionVerbs.map(([, pattern]) => pattern.exec(content)).find((match) => match !== null) ?? []
  return {
    ...{ kind: 'assertion', subject: subject === '' ? content : subject },
    matcher: matcher.trim(),
    // A suffix of a number changes its type, and not its value.
    expected: expected?.replace(/\b(\d+(?:\.\d+)?)[uUlLfF]+\b/g, '$1') ?? null,
    negated: /\bnot_?to\b|\bto_not\b|\.not\b|refute|assertNot|NotEqual|\bshouldNot\b/i.test(
      content,
    ),
    strength,
    tolerance: readTolerance(content, args),
    condition: readTrailingCondition(content),
    swallowed: /\|\|\s*(?:true|:)\s*$|\brescue nil\s*$/.test(content),
    text: content,
    ...{ line: number, endLine: number },
  }
}

/** The text between the first bracket and its partner; else what follows the first word. */
function readArguments(text: string): string {
  const from = text.indexOf('(')
  const isCall = from !== -1 && /^[\w.:>$!?#@-]+$/.test(text.slice(0, from))
  return isCall ? takeBracket(text, from) : text.replace(/^\S+\s*/, '')
}

function takeBracket(text: string, from: number): string {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    if (text[at] === '(') depth += 1
    else if (text[at] === ')') depth -= 1
    if (depth === 0) return text.slice(from + 1, at)
  }
  return text.slice(from + 1)
}

/** What a matcher behind the subject compares with, such as `to eq(5)`. */
function readMatcherArgument(text: string): string | null {
  const [, found] =
    /(?:\bto(?:_not)?|\bnot_to|should(?:_not)?|\.Should\(\)\.\w+|->to\w+|must_\w+)\s*(.*)$/.exec(
      text,
    ) ?? []
  return found === undefined || found === '' ? null : found
}

function readTolerance(text: string, args: readonly string[]): number | null {
  if (!/delta|epsilon|near|within|close|accuracy|tolerance|margin|precision/i.test(text))
    return null
  const [, within] = /be_within\(?\s*([\d._e-]+)/.exec(text) ?? []
  return readNumber(within ?? args.at(-1)?.replace(/^\w+\s*[:=]\s*/, '') ?? '')
}

const readTrailingCondition = (text: string): string | null =>
  /[)\w"'\]]\s+((?:if|unless)\s+.+)$/.exec(text)?.[1] ?? null

function readMark({ text, number }: SideLine, lines: readonly SideLine[]): MarkFact | null {
  const found = markPatterns.find(({ pattern }) => pattern.test(text))
  if (found === undefined) return null
  const before = lines.find((line) => line.number === number - 1)?.text ?? ''
  const [, enclosing] =
    /^\s*(?:\}?\s*(?:el(?:se )?)?if|unless|guard|when)\b\s*(.+?)\s*(?:\{|then|do|:)?\s*$/.exec(
      before,
    ) ?? []
  const own = /\bSkip(?:If|Unless|\.If|\.IfNot)?\(\s*(?!["'])([^,]+),/.exec(text)?.[1] ?? null
  const condition = readTrailingCondition(text.trim()) ?? own ?? enclosing ?? null
  return {
    ...{ kind: 'mark', mark: found.mark, condition, text: collapseSpace(text) },
    aboutHost: condition !== null && speaksOfHost(`${condition} ${text}`),
    ...{ line: number, endLine: number },
  }
}
