import { collapseSpace } from '../../lib/text.ts'
import type { CaseFact } from '../fact.ts'
import type { SyntaxNode } from '../syntax.ts'

const tableNamePattern = /(?:case|test|row|table|scenario|example|sample|input|fixture)s?$/i

/**
 * The rows of a table of cases: an array that is given to `each`, that is iterated over, that is
 * named like one, or whose elements are arrays on lines of their own.
 */
export function readRows(node: SyntaxNode): readonly CaseFact[] {
  if (node.parent?.kind === 'array') return []
  const rows = node.tree.namedChildren().filter((row) => row.kind() !== 'comment')
  const [first] = rows
  if (
    first === undefined ||
    !isTable(
      node,
      rows.every((row) => row.kind() === 'array'),
    )
  )
    return []
  const shift = node.line - node.tree.range().start.line
  return rows.map((row) => ({
    kind: 'case',
    level: 'parameter',
    name: collapseSpace(row.text()),
    collected: true,
    line: row.range().start.line + shift,
    endLine: row.range().end.line + shift,
  }))
}

function isTable(node: SyntaxNode, ofArrays: boolean): boolean {
  const parent = node.tree.parent()
  const kind = parent?.kind()
  if (kind === 'for_in_statement') return true
  if (kind === 'arguments') {
    const called = parent?.parent()?.field('function')?.text() ?? ''
    if (/\b(?:each|for)$/.test(called)) return true
  }
  if (node.line === node.endLine) return false
  const name = kind === 'variable_declarator' ? (parent?.field('name')?.text() ?? '') : ''
  return ofArrays || tableNamePattern.test(name)
}
