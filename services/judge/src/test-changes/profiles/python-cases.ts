import { collapseSpace } from '../../lib/text.ts'
import type { CaseFact, MarkFact, RetryFact } from '../fact.ts'
import type { SyntaxNode } from '../syntax.ts'
import { findFunction, readFunctionName } from './python-context.ts'
import { readMarkExpression } from './python-marks.ts'

const suitePattern = /^Tests?(?![a-z])|Tests?$|TestCase$/

/** A class of tests; its span begins with its decorators. */
export function readSuite(node: SyntaxNode): readonly CaseFact[] {
  const name = readFunctionName(node)
  const bases = node.tree.field('superclasses')?.text() ?? ''
  if (!suitePattern.test(name) && !/Test|Case\b/.test(bases)) return []
  return [{ kind: 'case', level: 'suite', name, collected: true, ...readSpan(node) }]
}

/**
 * A function that pytest or unittest runs, or would run but for its name: one that stands in a
 * module or a class, and is no fixture. Whether the latter checks anything is not known here.
 */
export function readTest(node: SyntaxNode): readonly CaseFact[] {
  const name = readFunctionName(node)
  const owner = findOwner(node)
  if (name === '' || owner?.kind === 'function_definition') return []
  if (/^(?:__\w+__|set_?up\w*|tear_?down\w*)$/i.test(name) || isFixture(node)) return []
  const collected = /^test/.test(name) && (owner === null || isCollectedClass(owner))
  return [{ kind: 'case', level: 'test', name, collected, ...readSpan(node) }]
}

function findOwner(node: SyntaxNode): SyntaxNode | null {
  for (let up = node.parent; up !== null; up = up.parent)
    if (up.kind === 'class_definition' || up.kind === 'function_definition') return up
  return null
}

/** Without bases a class is only collected by its name; with some it may be a TestCase. */
const isCollectedClass = (node: SyntaxNode): boolean =>
  /^Test/.test(readFunctionName(node)) || node.tree.field('superclasses') !== null

const isFixture = (node: SyntaxNode): boolean =>
  node.parent?.kind === 'decorated_definition' &&
  /^\s*@[\w.]*fixture\b/m.test(node.parent.text.slice(0, 400))

function readSpan(node: SyntaxNode): { readonly line: number; readonly endLine: number } {
  const outer = node.parent?.kind === 'decorated_definition' ? node.parent : node
  return { line: outer.line, endLine: node.endLine }
}

/** The cases of parametrised tests: the rows of `parametrize`, and `with self.subTest(...)`. */
export function readRows(nodes: readonly SyntaxNode[]): readonly CaseFact[] {
  const [first] = nodes
  if (first === undefined || !mayHoldRows(nodes)) return []
  const shift = first.line - first.tree.range().start.line
  // A fragment may begin within such a list, whose beginning is then outside of the outline.
  const calls = first.tree
    .getRoot()
    .root()
    .findAll({
      rule: {
        kind: 'call',
        has: { field: 'function', regex: '(parametrize|parameterized|expand)$' },
      },
    })
  const lists = calls.flatMap((call) =>
    (call.field('arguments')?.namedChildren() ?? [])
      .filter((child) => /^(?:list|tuple)$/.test(String(child.kind())))
      .slice(-1),
  )
  return lists
    .flatMap((list) => list.namedChildren().filter((row) => row.kind() !== 'comment'))
    .map(
      (row) =>
        ({
          ...{ kind: 'case', level: 'parameter', name: collapseSpace(row.text()), collected: true },
          line: row.range().start.line + shift,
          endLine: row.range().end.line + shift,
        }) as const,
    )
}

/** Whether a decorator gives rows, or the fragment begins with one whose decorator is before it. */
const mayHoldRows = ([first, ...rest]: readonly SyntaxNode[]): boolean =>
  /^(?:tuple|dictionary|call)$/.test(first?.kind ?? '') ||
  rest.some((node) => node.kind === 'decorator' && /parametri[sz]e|expand/.test(node.text)) ||
  (first?.text.includes('parametrize') ?? false)

/** The marks of one row: `pytest.param(1, marks=pytest.mark.skip)`. */
export function readRowMarks(node: SyntaxNode, text: string): readonly (MarkFact | RetryFact)[] {
  const marks = /^pytest\.param\([\s\S]*\bmarks\s*=\s*([\s\S]*)\)$/.exec(text)?.[1]
  if (marks === undefined) return []
  return [...marks.matchAll(/[\w.]*mark\.\w+(?:\((?:[^()]|\([^()]*\))*\))?/g)].flatMap(([mark]) =>
    readMarkExpression(mark, node),
  )
}

/** The function around a node is a test, an assertion helper, or cut off by the fragment. */
export function isInTest(node: SyntaxNode): boolean {
  const around = findFunction(node)
  return around === null || /^_?(?:test|assert|check|verify|expect)/i.test(readFunctionName(around))
}
