import type { DiffFile } from '../diff/diff.ts'
import { clip, collapseSpace } from '../lib/text.ts'
import { findFileRole } from '../test-changes/is-test-file.ts'
import type { SideLine } from '../test-changes/side-text.ts'
import { type CommentStyle, findCommentStyle } from './comment-styles.ts'
import { findSwallowedErrors } from './find-swallowed-errors.ts'
import type { HygieneFinding, HygieneKind } from './finding.ts'
import { type FoundFunction, findFunctions, findGrammar } from './functions.ts'
import { needsSyntax } from './needs-syntax.ts'
import { notePattern } from './note-pattern.ts'
import { type SplitLine, splitComments } from './split-comments.ts'

/**
 * What looks unfinished in the added lines of a source file. Tests, documents and files of unknown
 * languages have none. What the same file only moved is not new.
 */
export function findUnfinishedWork(file: DiffFile): readonly HygieneFinding[] {
  const style = findCommentStyle(file.path)
  if (style === null || file.binary || findFileRole(file.path) !== 'other') return []
  const moved = new Set(
    file.hunks.flatMap(({ lines }) =>
      lines.flatMap(({ kind, text }) => (kind === 'removed' ? [text.trim()] : [])),
    ),
  )
  return file.hunks.flatMap((hunk) => {
    const lines = hunk.lines.flatMap(({ kind, text, newLine }): readonly SideLine[] =>
      newLine === null
        ? []
        : [{ text: isWritten(text) ? text : '', number: newLine, changed: kind === 'added' }],
    )
    const fresh = new Set(
      lines
        .filter(({ changed, text }) => changed && !moved.has(text.trim()))
        .map(({ number }) => number),
    )
    return findInHunk(file.path, lines, style)
      .filter(({ line }) => line !== null && fresh.has(line))
      .toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0))
  })
}

/** No person writes longer lines; programs do, and reading them costs more than it tells. */
const MAX_LINE_CHARS = 2_000
const isWritten = (text: string): boolean => text.length <= MAX_LINE_CHARS

function findInHunk(
  path: string,
  lines: readonly SideLine[],
  style: CommentStyle,
): readonly HygieneFinding[] {
  const split = splitComments(
    lines.map(({ text }) => text),
    style,
  )
  const isAdded = (n: number): boolean => lines[n]?.changed ?? false
  const functions = needsSyntax(split, isAdded) ? readFunctions(path, lines) : []
  const report = (kind: HygieneKind, line: SideLine, text: string): HygieneFinding => ({
    kind,
    path,
    line: line.number,
    text,
  })
  const byLine = lines.flatMap((line, n): readonly HygieneFinding[] => {
    const part = split[n]
    if (!line.changed || part === undefined) return []
    return describeLine(part, functions, line.number).map(([kind, text]) =>
      report(kind, line, `${text}: ${quote(line.text)}`),
    )
  })
  const swallowed = findSwallowedErrors(split, path).flatMap((n) => {
    const line = lines[n]
    return line === undefined
      ? []
      : [report('error_swallowed', line, `an error is caught and ignored: ${quote(line.text)}`)]
  })
  const stubs = functions.flatMap(({ name, line, stub }): readonly HygieneFinding[] =>
    stub === null
      ? []
      : [{ kind: 'stub_body', path, line, text: `the new function ${name} is a stub: it ${stub}` }],
  )
  return [...byLine, ...swallowed, ...stubs]
}

const MAX_QUOTE_CHARS = 160
const quote = (text: string): string => `\`${clip(collapseSpace(text), MAX_QUOTE_CHARS)}\``

function readFunctions(path: string, lines: readonly SideLine[]): readonly FoundFunction[] {
  const grammar = findGrammar(path)
  return grammar === null ? readFunctionsByText(lines) : findFunctions(lines, grammar)
}

const functionHeader =
  /^\s*(?:(?:export|public|private|protected|internal|static|async|local|pub)\s+)*(?:def|defp|func|function|fn|fun|sub|proc)\s+[\w:.?!]+|^\s*(?:public|private|protected|internal)\s[^;=]*\w\s*\([^;]*\)\s*\{?\s*$/

/** Each header that is added, with the added lines that follow it. */
const readFunctionsByText = (lines: readonly SideLine[]): readonly FoundFunction[] =>
  lines.flatMap((line, n) => {
    if (!line.changed || !functionHeader.test(line.text)) return []
    const rest = lines.slice(n + 1)
    const length = rest.findIndex((next) => !next.changed || functionHeader.test(next.text))
    const last = (length === -1 ? rest.at(-1) : lines[n + length]) ?? line
    return [{ name: null, line: line.number, endLine: last.number, isAdded: true, stub: null }]
  })

const notImplemented = new RegExp(
  [
    String.raw`\b(?:not[ _-](?:yet[ _-])?|un)implemented\b|\bto be implemented\b|\bnotImplemented\s*\(`,
    String.raw`|\bimplement(?:ation)? (?:me|this later|later|goes here|is missing)\b`,
    String.raw`|\b(?:raise|throw|new)\s+\w*NotImplemented|\b(?:todo|unimplemented)!\s*[([{]`,
    String.raw`|\bTODO\s*\(\s*["'(]|\bpanic\(\s*"(?:todo|unimplemented)`,
  ].join(''),
  'i',
)
/** In comments, most of these words describe what others lack. */
const notImplementedHere =
  /\bnot yet implemented\b|\bnot implemented yet\b|\b(?:to be|must be) implemented\b|\bimplement (?:me|this|later)\b/i
/** The status of HTTP that has this name, and what a base class demands of others. */
const otherImplemented = /\b501\b|Status\w*NotImplemented|subclass|overrid|abstract|derived/i
const placeholder = new RegExp(
  [
    String.raw`["'\x60](?:your[-_ ][\w -]{1,40}|<(?:your|insert|replace|enter)[^>"'\x60]*>`,
    String.raw`|(?:replace|change|fill)[-_ ]?(?:me|this|with[-_ ][^"'\x60]{1,40}|in)|tbd|lorem ipsum[^"'\x60]*`,
    String.raw`|(?:insert|enter|put|add)[-_ ]your[^"'\x60]*|placeholder(?:[-_ ](?:value|text|data))?)["'\x60]`,
  ].join(''),
  'i',
)
/** HTML has an attribute of this name, and so have the parts of forms. */
const placeholderAttribute = /\bplaceholder\s*[=:]/i
const placeholderComment = new RegExp(
  [
    String.raw`\bfor now,?\s+(?:just|simply|we|return|assume|use|skip|ignore|only|hard)`,
    String.raw`|\bin a real (?:implementation|app|application|system|world)`,
    String.raw`|\b(?:simplified|placeholder|stubbed?) (?:implementation|version|logic)\b`,
    String.raw`|\b(?:returns?|returning|uses?|using)\s+(?:(?:a|an|some)\s+)?`,
    String.raw`(?:mock|dummy|fake|placeholder|hard-?coded|stub(?:bed)?)\b|\bwould (?:normally|be implemented)\b`,
  ].join(''),
  'i',
)
const debugLeftover = new RegExp(
  [
    String.raw`^\s*debugger;?\s*$|\bbreakpoint\(\s*\)|\b(?:i?pdb|pudb)\.set_trace\(|\bbinding\.(?:pry|irb)\b`,
    String.raw`|\bbyebug\b|\bdbg!\s*\(|\bvar_dump\(|\bprint_r\(|(?<![\w.$>:])dd\(\$`,
    String.raw`|\b(?:console\.(?:log|debug|error|warn)|print(?:ln)?!?|fmt\.Print(?:ln|f)|System\.out\.println|puts)\s*\(?\s*`,
    String.raw`["'\x60](?:here\b|debug\b|>>>|xxx|asdf|wtf|got here)`,
  ].join(''),
  'i',
)

/** What one added line says about work that is not done. */
function describeLine(
  { code, comment }: SplitLine,
  functions: readonly FoundFunction[],
  number: number,
): readonly (readonly [HygieneKind, string])[] {
  const lacks = notImplemented.test(code) || notImplementedHere.test(comment)
  return [
    ...(lacks && !otherImplemented.test(`${code}${comment}`)
      ? [['not_implemented', 'something is not implemented'] as const]
      : []),
    ...(notePattern.test(comment) ? describeTodo(functions, number) : []),
    ...((placeholder.test(code) && !placeholderAttribute.test(code)) ||
    placeholderComment.test(comment)
      ? [['placeholder_value', 'a placeholder stands in for the real thing'] as const]
      : []),
    ...(debugLeftover.test(code) ? [['debug_leftover', 'left from debugging'] as const] : []),
  ]
}

/** A note in an old function may be about anything; in a new one, its author left work undone. */
function describeTodo(
  functions: readonly FoundFunction[],
  number: number,
): readonly (readonly [HygieneKind, string])[] {
  const inside = functions.findLast(
    ({ line, endLine, isAdded }) => isAdded && line <= number && number <= endLine,
  )
  if (inside === undefined) return []
  const where = inside.name === null ? 'a new function' : `the new function ${inside.name}`
  return [['new_todo', `work is left for later in ${where}`]]
}
