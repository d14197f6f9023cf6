import { collapseSpace } from '../../lib/text.ts'
import type { TestFact } from '../fact.ts'
import type { SyntaxNode } from '../syntax.ts'
import { isFactOfHost } from './host-fact.ts'

const casePattern = /^(?:[fx]?it|[fx]?test|[fx]?describe|specify|suite|context)\b/

/** The condition under which a node runs within its test, as written; null if it always does. */
export function findCondition(node: SyntaxNode): string | null {
  const operand = readOperand(node)
  if (operand !== null) return operand
  let inner = node
  for (let up = node.parent; up !== null; inner = up, up = up.parent) {
    if (up.kind === 'call_expression' && casePattern.test(up.text.slice(0, 20))) return null
    if (up.kind === 'catch_clause' || isCatchCallback(up)) return 'an error is caught'
    const condition = readBranch(up, inner)
    if (condition !== null) return condition
  }
  return null
}

/** The left side of `user && expect(user.name)`, on which the right side depends. */
function readOperand({ tree }: SyntaxNode): string | null {
  const parent = tree.parent()
  if (parent === null || parent.kind() !== 'binary_expression') return null
  const left = parent.field('left')
  const isRight = left !== null && tree.range().start.index > left.range().start.index
  const operator = parent.field('operator')?.text() ?? ''
  return isRight && /^(?:&&|\|\||\?\?)$/.test(operator) ? collapseSpace(left.text()) : null
}

const cleanupPattern = /^(?:afterEach|afterAll|after|teardown|onTestFinished)\b/

/** Whether a node is in a hook that tidies up, where an error says nothing about the program. */
export function isInCleanup(node: SyntaxNode): boolean {
  for (let up = node.parent; up !== null; up = up.parent)
    if (up.kind === 'call_expression' && cleanupPattern.test(up.text.slice(0, 20))) return true
  return false
}

/** The function in `promise.catch((error) => { … })`. */
const isCatchCallback = ({ kind, tree, parent }: SyntaxNode): boolean =>
  (kind === 'arrow_function' || kind === 'function_expression') &&
  parent?.kind === 'call_expression' &&
  /\.catch$/.test(parent.readField('function')) &&
  tree.parent()?.kind() === 'arguments'

function readBranch(branch: SyntaxNode, inner: SyntaxNode): string | null {
  if (branch.kind === 'switch_case') return collapseSpace(branch.text.slice(0, 80))
  if (branch.kind !== 'if_statement' && branch.kind !== 'ternary_expression') return null
  const condition = branch.tree.field('condition')
  if (condition === null) return null
  const { start, end } = condition.range()
  const { start: at } = inner.tree.range()
  // A call in the condition itself always runs.
  if (at.index >= start.index && at.index < end.index) return null
  const text = collapseSpace(condition.text().replace(/^\(([\s\S]*)\)$/, '$1'))
  const other = branch.tree.field('alternative')
  return other !== null && at.index >= other.range().start.index ? `not (${text})` : text
}

/** An error that is thrown again only for some reasons is dropped for all others. */
const conditionalPattern = /\bif\s*\((?![^{]*\{[^}]*\bexpect\b)|\?[^.]/
const failingPattern = /\bthrow\b|\bfail\w*\(|\bexpect\b|\bassert\b|\breject\(|\bdone\(\s*\w/

/** Whether a failure of the node is caught and dropped within its test. */
export function isSwallowed(node: SyntaxNode): boolean {
  for (let up = node.parent; up !== null; up = up.parent) {
    if (up.kind === 'call_expression' && casePattern.test(up.text.slice(0, 20))) return false
    if (up.kind !== 'try_statement') continue
    const handler = up.tree.field('handler')
    if (handler === null) continue
    const inHandler = node.tree.range().start.index >= handler.range().start.index
    const code = stripComments(handler.text())
    if (!inHandler && (!failingPattern.test(code) || conditionalPattern.test(code))) return true
  }
  return false
}

const stripComments = (text: string): string => text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, '')

/** A `catch` without a statement drops every error. */
export function readCatch(node: SyntaxNode): readonly TestFact[] {
  const body = stripComments(node.tree.field('body')?.text() ?? '{ }')
  if (!/^\{\s*\}$/.test(body) || isInCleanup(node)) return []
  return [{ kind: 'swallow', text: 'catch {}', line: node.line, endLine: node.endLine }]
}

/** A bare `return` or `continue` behind a condition skips what follows it. */
export function readEarlyReturn(node: SyntaxNode): readonly TestFact[] {
  if (!/^(?:return|continue)\s*;?$/.test(node.text)) return []
  const condition = findCondition(node)
  const exit = { kind: 'exit', exit: 'early_return', condition } as const
  const aboutHost = condition !== null && isFactOfHost(condition, '')
  const text = condition === null ? node.text : `if (${condition}) ${node.text}`
  return [{ ...exit, aboutHost, text, line: node.line, endLine: node.endLine }]
}

const checkPattern =
  /^(?:await\s+)?(?:expect(?:\.\w+)?\(|assert[\w.]*\(|(?:it|test|describe)(?:\.\w+)*\(|[\w.]+\.should\b)/

/** Checks and tests that stand in a comment; of a block, the first of its lines that is one. */
export function readComment(node: SyntaxNode): readonly TestFact[] {
  return node.text.split('\n').flatMap((line, index) => {
    const text = collapseSpace(
      line.replace(/^\s*(?:\/\*+|\/\/+|\*+(?!\/))\s?/, '').replace(/\*\/\s*$/, ''),
    )
    if (!checkPattern.test(text)) return []
    return [{ kind: 'commented', text, line: node.line + index, endLine: node.line + index }]
  })
}
