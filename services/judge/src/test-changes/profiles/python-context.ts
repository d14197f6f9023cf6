import { collapseSpace } from '../../lib/text.ts'
import type { SyntaxNode } from '../syntax.ts'
import { failsTest } from './fails-beside.ts'

/** The nearest function around a node; null at the top of a file, or if the fragment lacks it. */
export function findFunction(node: SyntaxNode): SyntaxNode | null {
  for (let up = node.parent; up !== null; up = up.parent)
    if (up.kind === 'function_definition') return up
  return null
}

export const readFunctionName = (node: SyntaxNode): string => node.readField('name')

/** The condition under which a node runs within its function, as written; null if it always does. */
export function findCondition(node: SyntaxNode): string | null {
  let inner = node
  for (let up = node.parent; up !== null; inner = up, up = up.parent) {
    if (up.kind === 'function_definition' || up.kind === 'class_definition') return null
    if (up.kind === 'except_clause') return 'an error is caught'
    if (up.kind === 'else_clause' && up.parent?.kind === 'if_statement')
      return `not (${readConditionText(up.parent)})`
    if (up.kind === 'if_statement' || up.kind === 'elif_clause') {
      const condition = up.tree.field('condition')
      if (condition === null) continue
      // A call in the condition itself always runs, and so does what only an outer branch holds.
      if (inner.start < condition.range().end.index) continue
      if (inner.kind === 'elif_clause' || inner.kind === 'else_clause') continue
      if (failsTest(up.tree.field('alternative')?.text())) continue
      return collapseSpace(condition.text())
    }
    if (up.kind === 'case_clause') return collapseSpace(up.text.slice(0, 80))
  }
  return null
}

const readConditionText = (node: SyntaxNode): string =>
  collapseSpace(node.tree.field('condition')?.text() ?? '')

const broadPattern =
  /^except\s*(?::|\(?[^:]*\b(?:Exception|BaseException|AssertionError)\b(?!Group)[^:]*:)/
const failingPattern = /\braise\b|\bfail\w*\(|\bassert\w*\b|exit\([^0)]|\bskip\w*\(/

/** Whether an `except` clause takes a failed assertion and lets the test go on. */
export function dropsFailure(clause: SyntaxNode): boolean {
  const text = clause.text.replace(/#[^\n]*/g, '')
  return broadPattern.test(text) && !failingPattern.test(text)
}

/** Whether a failure of the node is caught and dropped within its function. */
export function isSwallowed(node: SyntaxNode, nodes: readonly SyntaxNode[]): boolean {
  let inner = node
  for (let up = node.parent; up !== null; inner = up, up = up.parent) {
    if (up.kind === 'function_definition') return false
    if (up.kind === 'with_statement' && suppressPattern.test(readHeader(up))) return true
    if (up.kind !== 'try_statement' || inner.kind === 'except_clause') continue
    const clauses = nodes.filter(
      (clause) => clause.kind === 'except_clause' && clause.parent === up,
    )
    if (clauses.some(dropsFailure)) return true
  }
  return false
}

const suppressPattern = /\bsuppress\(\s*(?:\w+\.)?(?:Exception|BaseException|AssertionError)\b/

/** The first line of a compound statement, up to its body. */
export const readHeader = (node: SyntaxNode): string => {
  const body = node.tree.field('body')
  if (body === null) return node.text.split('\n')[0] ?? ''
  return node.text.slice(0, body.range().start.index - node.start)
}
