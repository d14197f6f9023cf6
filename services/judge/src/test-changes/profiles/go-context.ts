import { collapseSpace } from '../../lib/text.ts'
import type { SyntaxNode } from '../syntax.ts'
import { failsBeside, failsTest } from './fails-beside.ts'

/** The function that is declared around a node; null if the fragment does not show it. */
export function findFunction(node: SyntaxNode): SyntaxNode | null {
  for (let up = node.parent; up !== null; up = up.parent) if (isDeclared(up)) return up
  return null
}

const isDeclared = ({ kind }: SyntaxNode): boolean =>
  kind === 'function_declaration' || kind === 'method_declaration'

export const readName = (node: SyntaxNode): string => node.readField('name')

/** The condition of an `if`, without its initialiser. */
export const readCondition = (node: SyntaxNode): string =>
  collapseSpace(node.readField('condition'))

const readHeader = (node: SyntaxNode): string =>
  [node.tree.field('initializer')?.text(), readCondition(node)]
    .filter((part) => part !== undefined)
    .map(collapseSpace)
    .join('; ')

/** Failing calls: of testing, of what embeds it, and the end of the process. */
export const failPattern =
  /\b(?:[tbf]|tb|tt|ts|s|c|suite|r|require|assert|ginkgo|g|log)\.(?:T\(\)\.)?(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow|Failf|FailNowf)\(|(?:^|[^.\w])(?:panic|Fail|AbortSuite)\(|\bos\.Exit\([1-9]/

/** Whether a block fails the test by a statement of its own, not of a block within it. */
export function failsAtOnce(body: string): boolean {
  const own = body
    .replace(/^\{|\}$/g, '')
    .replace(/\b(?:if|for|switch|select)\b[^{\n]*\{[\s\S]*?\n\s*\}/g, '')
  return failPattern.test(own) || /^\s*(?:assert|require)\.\w+\(/m.test(own)
}

/** The condition under which a node runs within its function or subtest; null if it always does. */
export function findCondition(node: SyntaxNode): string | null {
  let inner = node
  for (let up = node.parent; up !== null; inner = up, up = up.parent) {
    if (isDeclared(up) || (up.kind === 'func_literal' && isSubtest(up))) return null
    if (/^(?:expression_case|type_case|communication_case|default_case)$/.test(up.kind)) {
      if (inner.kind !== 'call_expression' && failsBeside(up.tree)) continue
      return collapseSpace(up.text.split(':')[0] ?? '')
    }
    if (up.kind !== 'if_statement') continue
    const position = inner.start
    const body = up.tree.field('consequence')?.range()
    // `if _, err := exec.LookPath("git"); err != nil` says in its beginning what it is about.
    const condition = readHeader(up)
    if (body === undefined || position < body.start.index) continue
    if (position >= body.end.index) return `not (${condition})`
    if (failsTest(up.tree.field('alternative')?.text())) continue
    return condition
  }
  return null
}

const isSubtest = (node: SyntaxNode): boolean =>
  /^func\(\s*\w+\s+\*?testing\.\w+/.test(node.text.slice(0, 60))
