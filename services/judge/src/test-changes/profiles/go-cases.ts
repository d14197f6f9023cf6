import type { SgNode } from '@ast-grep/napi'
import { collapseSpace } from '../../lib/text.ts'
import { readCallChain, stripQuotes } from '../call-chain.ts'
import type { CaseFact, MarkFact, TestFact } from '../fact.ts'
import type { SyntaxNode } from '../syntax.ts'
import { readName } from './go-context.ts'

const collectedPattern = /^(?:Test|Benchmark|Fuzz|Example)(?![a-z])/

/** A declared function that `go test` runs, or that would be run but for its name. */
export function readTest(node: SyntaxNode): readonly CaseFact[] {
  const name = readName(node)
  const parameters = node.tree.field('parameters')?.text() ?? ''
  const single = /^\(\s*\w*\s*\*testing\.[TBF]\s*\)$/.test(parameters)
  const method = node.kind === 'method_declaration'
  const collected =
    collectedPattern.test(name) &&
    (method || single || (name.startsWith('Example') && parameters === '()'))
  const lost = !collected && (single || (method && parameters === '()')) && /test/i.test(name)
  if (!collected && !lost) return []
  return [{ kind: 'case', level: 'test', name, collected, line: node.line, endLine: node.endLine }]
}

const specPattern =
  /^(?:[FPX]?(?:It|Specify|Entry)|[FPX]?Describe(?:Table|TableSubtree)?|[FPX]?(?:Context|When))$/

/** `t.Run("name", ...)` and the specs of Ginkgo, with what switches them off. */
export function readSubtest(node: SyntaxNode): readonly TestFact[] {
  const name = node.readField('function')
  const [, owner, method = name] = /^(\w+)\.(\w+)$/.exec(name) ?? []
  if (method !== 'Run' && !specPattern.test(method)) return []
  const links = readCallChain(node.text.slice(0, 4000))
  const [title = ''] = links.at(owner === undefined ? 0 : 1)?.args ?? []
  const span = { line: node.line, endLine: node.endLine }
  const isText = /^["`]/.test(title)
  if (method === 'Run' && owner !== undefined && isText)
    return [{ kind: 'case', level: 'test', name: stripQuotes(title), collected: true, ...span }]
  if ((owner !== undefined && owner !== 'ginkgo') || !specPattern.test(method) || !isText) return []
  const level = /It|Specify/.test(method)
    ? 'test'
    : method.endsWith('Entry')
      ? 'parameter'
      : 'suite'
  const mark: MarkFact['mark'] | null = /^[PX]/.test(method)
    ? 'skip'
    : method.startsWith('F')
      ? 'focus'
      : null
  const facts: TestFact[] = [
    { kind: 'case', level, name: stripQuotes(title), collected: true, ...span },
  ]
  if (mark !== null)
    facts.push({ kind: 'mark', mark, condition: null, aboutHost: false, text: method, ...span })
  return facts
}

const tableName =
  /^(?:\w*(?:[tT]ests?|[cC]ases?|[tT]able|[sS]cenarios?|[sS]pecs?|[eE]xamples?)|tc|tt|tcs|tts|inputs?)$/

/**
 * The rows of the tables of tests: the elements of slices and maps with such a name or type. The
 * beginning of a table may be outside of the fragment, and so of the outline.
 */
export function readTables(nodes: readonly SyntaxNode[]): readonly CaseFact[] {
  const [first] = nodes
  if (first === undefined) return []
  const shift = first.line - first.tree.range().start.line
  const tables = first.tree
    .getRoot()
    .root()
    .findAll({ rule: { kind: 'composite_literal' } })
  return tables.filter(isTable).flatMap((table) => readRows(table, shift))
}

/** A key that is no text is a field: a fragment may begin within a row. */
const isRow = (row: SgNode): boolean =>
  row.kind() !== 'comment' && (row.kind() !== 'keyed_element' || /^["`]/.test(row.text()))

const readRows = (table: SgNode, shift: number): readonly CaseFact[] =>
  (table.field('body')?.namedChildren() ?? []).filter(isRow).map((row) => ({
    ...{ kind: 'case', level: 'parameter', name: collapseSpace(row.text()), collected: true },
    // A row on the first line began before the fragment, in the frame around it.
    line: Math.max(1, row.range().start.line) + shift,
    endLine: row.range().end.line + shift,
  }))

function isTable(literal: SgNode): boolean {
  const type = literal.field('type')?.text() ?? ''
  if (!/^(?:\[\w*\.*\]|map\[)/.test(type)) return false
  if (/^(?:\[\]|map\[\w+\])\s*\*?struct\b/.test(type)) return true
  const assigned = literal.parent()?.parent()?.text().slice(0, 80) ?? ''
  const name = /^(?:var\s+)?(\w+)\s*:?=/.exec(assigned)?.[1]
  return name !== undefined && tableName.test(name)
}
