import { collapseSpace } from '../../lib/text.ts'
import { findClosing } from '../call-chain.ts'
import type { CommentedFact, ExitFact, SwallowFact } from '../fact.ts'
import type { SyntaxNode } from '../syntax.ts'
import { failsBeside, failsTest } from './fails-beside.ts'
import { isFactOfHost } from './host-fact.ts'

const functions = /^(?:method_declaration|constructor_declaration|function_declaration)$/
const branches = /^(?:if_statement|if_expression)$/
const cases = /^(?:switch_block_statement_group|switch_rule|when_entry)$/
const handlers = /^(?:catch_clause|catch_block)$/
const tries = /^(?:try_statement|try_with_resources_statement|try_expression)$/

/** The method or function around a node; null if the fragment does not show it. */
export function findFunction(node: SyntaxNode): SyntaxNode | null {
  for (let up = node.parent; up !== null; up = up.parent) if (functions.test(up.kind)) return up
  return null
}

/** The parts of `if (condition) body else alternative`. */
export function splitBranch(text: string): { readonly condition: string; readonly bodyAt: number } {
  const open = text.indexOf('(')
  const end = open < 0 ? 0 : findClosing(text, open)
  return { condition: collapseSpace(text.slice(open + 1, end)), bodyAt: end + 1 }
}

/** Where the `else` of an `if` begins in its text; the length of the text if there is none. */
export function findElse(text: string, bodyAt: number): number {
  const start = bodyAt + (/\S/.exec(text.slice(bodyAt))?.index ?? 0)
  const end = text[start] === '{' ? findClosing(text, start) : text.indexOf('\n', start)
  if (end < 0) return text.length
  const rest = /^\s*else\b/.exec(text.slice(end + 1))
  return rest === null ? text.length : end + 1
}

/** The condition under which a node runs within its function, as written; null if it always does. */
export function findCondition(node: SyntaxNode): string | null {
  let inner = node
  for (let up = node.parent; up !== null; inner = up, up = up.parent) {
    if (functions.test(up.kind)) return null
    if (handlers.test(up.kind)) return 'an error is caught'
    if (cases.test(up.kind) && failsBeside(up.tree)) continue
    if (cases.test(up.kind)) return collapseSpace(up.text.slice(0, 80).split(/->|:/)[0] ?? '')
    if (!branches.test(up.kind)) continue
    const at = inner.start - up.start
    const { condition, bodyAt } = splitBranch(up.text)
    if (at < bodyAt) continue
    const elseAt = findElse(up.text, bodyAt)
    if (at >= elseAt) return `not (${condition})`
    if (failsTest(up.text.slice(elseAt))) continue
    return condition
  }
  return null
}

const failing = /\bthrow\b|\bfail\w*\(|\bassert\w*\(|\bshould[A-Z]\w*|\bverify\w*\(|\bcountDown\(/
/** An assertion that fails is an Error, which `catch (Exception e)` does not catch. */
const takesFailure = /\b(?:Throwable|AssertionError|AssertionFailedError|Error)\b/
const takesError = /\b(?:Throwable|AssertionError|Exception|RuntimeException|Error)\b/

/** Whether a failed assertion at the node is caught and dropped within its function. */
export function isSwallowed(node: SyntaxNode, nodes: readonly SyntaxNode[]): boolean {
  let inner = node
  for (let up = node.parent; up !== null; inner = up, up = up.parent) {
    if (functions.test(up.kind)) return false
    if (up.kind === 'call_expression' && /^runCatching\b/.test(up.text)) return isDropped(up)
    if (!tries.test(up.kind) || handlers.test(inner.kind)) continue
    const found = nodes.filter(({ kind, parent }) => handlers.test(kind) && parent === up)
    if (found.some((handler) => dropsFailure(handler, takesFailure))) return true
  }
  return false
}

function dropsFailure(handler: SyntaxNode, types: RegExp): boolean {
  const text = stripComments(handler.text)
  const bodyAt = text.indexOf('{')
  return types.test(text.slice(0, bodyAt)) && !failing.test(text.slice(bodyAt))
}

/** `catch (Exception e) {}` drops an error of the tested code, unless the code was to throw it. */
export function readHandler(node: SyntaxNode): readonly SwallowFact[] {
  const { parent } = node
  const before = parent === null ? '' : parent.text.slice(0, node.start - parent.start)
  const expected = /\bfail\w*\(/.test(before)
  if (expected || !dropsFailure(node, takesError) || tidies(before)) return []
  return [
    {
      kind: 'swallow',
      text: collapseSpace(node.text.slice(0, 200)),
      line: node.line,
      endLine: node.endLine,
    },
  ]
}

/** The code that a handler belongs to, without the braces around it. */
export function readTried(node: SyntaxNode): string {
  const { parent } = node
  if (parent === null) return ''
  const before = parent.text.slice(0, node.start - parent.start)
  return before.slice(before.indexOf('{') + 1, Math.max(0, before.lastIndexOf('}')))
}

const tidyPattern =
  /\b(?:close|delete\w*|stop|shutdown\w*|destroy|cleanUp|cleanup|sleep|join|interrupt|cancel|await\w*)\(/i

const tidies = (text: string): boolean => {
  const statements = text
    .replace(/^[^{]*\{|\}\s*$/g, '')
    .split(/[;\n]/)
    .filter((line) => /\w/.test(line))
  return statements.length > 0 && statements.every((line) => tidyPattern.test(line))
}

/** `runCatching { ... }` whose result is not looked at. */
export function readRunCatching(node: SyntaxNode): readonly SwallowFact[] {
  if (!/^runCatching\s*\{/.test(node.text) || !isDropped(node)) return []
  return [
    {
      kind: 'swallow',
      text: collapseSpace(node.text.slice(0, 200)),
      line: node.line,
      endLine: node.endLine,
    },
  ]
}

const isDropped = (node: SyntaxNode): boolean => {
  const kind = String(node.tree.parent()?.kind())
  return /^(?:statements|control_structure_body|source_file|function_body)$/.test(kind)
}

/** A bare `return` or `continue` that keeps the checks after it from running. */
export function readEarlyReturn(node: SyntaxNode): readonly ExitFact[] {
  if (!/^(?:return|continue)(?:@\w+)?\s*;?$/.test(node.text)) return []
  const root = findFunction(node)?.tree ?? node.tree.getRoot().root()
  const rest = root.text().slice(node.tree.range().end.index - root.range().start.index)
  const condition = findCondition(node)
  const block = condition === null ? '' : (node.tree.parent()?.text() ?? '')
  const checks = /\bassert\w*\(|\bshould[A-Z]\w*|\bverify\w*\(|\bfail\(/
  if (!checks.test(rest) || checks.test(block)) return []
  return [{ ...describeExit(node, condition), exit: 'early_return' }]
}

/** The process ends as passed: `System.exit(0)`, `exitProcess(0)`. */
export function readExit(node: SyntaxNode): readonly ExitFact[] {
  if (!/^(?:System\.exit|exitProcess|Runtime\.getRuntime\(\)\.halt)\(0\)$/.test(node.text))
    return []
  return [{ ...describeExit(node, findCondition(node)), exit: 'process' }]
}

function describeExit(node: SyntaxNode, condition: string | null): Omit<ExitFact, 'exit'> {
  const text = condition === null ? node.text : `if (${condition}) ${node.text}`
  const aboutHost = condition !== null && isFactOfHost(condition, '')
  return {
    kind: 'exit',
    condition,
    aboutHost,
    text: collapseSpace(text),
    line: node.line,
    endLine: node.endLine,
  }
}

const stripComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')

const codePattern =
  /^(?:@(?:Test|ParameterizedTest)\b|(?:\w+\.)?assert\w*[({<]|verify\w*\(|fail\(|assertThat\w*\(|\w[\w.()]* should(?:Not)?[A-Z]\w*\s|should(?:Throw|Not)\w*)/

/** Checks and tests that stand in a comment. */
export function readComment(node: SyntaxNode): readonly CommentedFact[] {
  return node.text.split('\n').flatMap((line, index) => {
    const text = collapseSpace(
      line.replace(/^\s*(?:\/\*+|\/\/+|\*+(?!\/))\s?/, '').replace(/\*\/\s*$/, ''),
    )
    if (!codePattern.test(text)) return []
    return [{ kind: 'commented', text, line: node.line + index, endLine: node.line + index }]
  })
}
