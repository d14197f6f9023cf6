import { collapseSpace } from '../../lib/text.ts'
import type { CommentedFact, ExitFact } from '../fact.ts'
import type { SyntaxNode } from '../syntax.ts'
import { failsBeside, failsTest } from './fails-beside.ts'
import { isFactOfHost } from './host-fact.ts'
import { onlyLogs } from './only-logs.ts'
import { type Demand, readDemands } from './read-demands.ts'

export function findFunction(node: SyntaxNode): SyntaxNode | null {
  for (let up = node.parent; up !== null; up = up.parent) if (up.kind === 'function_item') return up
  return null
}

const readCondition = (node: SyntaxNode): string =>
  collapseSpace(node.tree.field('condition')?.text() ?? '')

/** The condition under which a node runs within its function, as written; null if it always does. */
export function findCondition(node: SyntaxNode): string | null {
  let inner = node
  for (let up = node.parent; up !== null; inner = up, up = up.parent) {
    if (up.kind === 'function_item') return null
    if (up.kind === 'match_arm' && !failsBeside(up.tree))
      return collapseSpace(up.text.split('=>')[0] ?? '')
    if (up.kind !== 'if_expression') continue
    const at = inner.start
    const body = up.tree.field('consequence')?.range()
    if (body === undefined || at < body.start.index) continue
    if (at >= body.end.index) return `not (${readCondition(up)})`
    if (failsTest(up.tree.field('alternative')?.text())) continue
    return readCondition(up)
  }
  return null
}

/** Whether a panic of the node is caught by a `catch_unwind` whose result is dropped. */
export function isCaught({ tree }: SyntaxNode): boolean {
  let caught = false
  for (let up = tree.parent(); up !== null; up = up.parent()) {
    const kind = up.kind()
    if (kind === 'function_item') return false
    if (kind === 'call_expression')
      caught ||= /^(?:\w+::)*catch_unwind\(/.test(up.text().slice(0, 60))
    if (caught && kind === 'let_declaration') return /^let\s+_\s*=/.test(up.text().slice(0, 20))
    if (caught && kind === 'expression_statement')
      return (
        /^(?:\w+::)*catch_unwind\(/.test(up.text().slice(0, 60)) &&
        /\)(?:\.ok\(\))?;$/.test(up.text())
      )
  }
  return false
}

const failing = /^\{\s*(?:return\s+Err\b|(?:[\w:]*::)?(?:panic|unreachable|todo|bail)!)/

/**
 * `if got != want { panic!() }`, `if let Err(e) = f() { panic!() }`, and the same in `else`. What is
 * only logged is a demand, too, that does not count.
 */
export function readBranch(node: SyntaxNode): {
  readonly demands: readonly Demand[]
  readonly swallowed: boolean
} {
  const body = node.tree.field('consequence')?.text() ?? ''
  const alternative = (node.tree.field('alternative')?.text() ?? '').replace(/^else\s*/, '')
  const fails = failing.test(body)
  const failsElse = failing.test(alternative)
  const swallowed = !fails && alternative === '' && onlyLogs(body)
  if (fails === failsElse && !swallowed) return { demands: [], swallowed }
  const condition = readCondition(node)
  const [, pattern, value] = /^let\s+([\s\S]+?)\s+=\s+([\s\S]+)$/.exec(condition) ?? []
  const demanded = pattern === undefined ? condition : `matches!(${value ?? ''}, ${pattern})`
  return { demands: readDemands(demanded, failsElse), swallowed }
}

/** `panic!` that no `if` guards: an arm or a place that must not be reached. */
export function readUnreached(node: SyntaxNode): readonly Demand[] {
  const around = findFunction(node)
  for (let up = node.parent; up !== null && up !== around; up = up.parent)
    if (up.kind === 'if_expression') return []
  const subject = findCondition(node) ?? 'this place'
  const plain = { expected: null, negated: false, tolerance: null, condition: null } as const
  return [{ ...plain, subject, matcher: 'not reached', strength: 'runs' }]
}

const checkPattern = /\b\w*assert\w*!|\bpanic!|\bexpect_\w+\(|\bassert_\w+\(/

/** A `return` or a `continue` that keeps the checks after it from running. */
export function readEarlyReturn(node: SyntaxNode): readonly ExitFact[] {
  if (!/^(?:return(?:\s+Ok\(\(\)\))?|continue)$/.test(node.text)) return []
  const around = findFunction(node)
  const root = around?.tree ?? node.tree.getRoot().root()
  const rest = root.text().slice(node.tree.range().end.index - root.range().start.index)
  const condition = findCondition(node)
  const block = condition === null ? '' : (node.tree.parent()?.parent()?.text() ?? '')
  if (!checkPattern.test(rest) || checkPattern.test(block)) return []
  return [{ ...describeExit(node, condition), exit: 'early_return' }]
}

/** `std::process::exit(0)`: the process ends as passed. */
export function readExit(node: SyntaxNode): readonly ExitFact[] {
  if (!/^(?:std::)?process::exit\(0\)$/.test(node.text)) return []
  return [{ ...describeExit(node, findCondition(node)), exit: 'process' }]
}

function describeExit(node: SyntaxNode, condition: string | null): Omit<ExitFact, 'exit'> {
  const text = condition === null ? node.text : `if ${condition} { ${node.text} }`
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

const codePattern =
  /^(?:#\[(?:\w+::)*(?:test|rstest)\b|(?:\w+::)*(?:prop_|debug_)?assert\w*!\s*[([{]|\w*snapshot!\()/

/** Checks and tests that stand in a comment; examples in documentation are run, and no comment. */
export function readComment(node: SyntaxNode): readonly CommentedFact[] {
  if (/^\/\/[/!]|^\/\*[*!]/.test(node.text)) return []
  return node.text.split('\n').flatMap((line, index) => {
    const text = collapseSpace(
      line.replace(/^\s*(?:\/\*+|\/\/+|\*+(?!\/))\s?/, '').replace(/\*\/\s*$/, ''),
    )
    if (!codePattern.test(text)) return []
    return [{ kind: 'commented', text, line: node.line + index, endLine: node.line + index }]
  })
}
