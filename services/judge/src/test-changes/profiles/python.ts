import { collapseSpace } from '../../lib/text.ts'
import { readCallChain } from '../call-chain.ts'
import type { AssertionFact, TestFact } from '../fact.ts'
import type { LanguageProfile } from '../profile.ts'
import type { SyntaxNode } from '../syntax.ts'
import { createAssertion, createAssertions } from './create-assertion.ts'
import { onlyLogs } from './only-logs.ts'
import { openText } from './open-text.ts'
import { readAssertionCall, readAssertStatement, readMock } from './python-assertions.ts'
import { isInTest, readRowMarks, readRows, readSuite, readTest } from './python-cases.ts'
import { findCondition, isSwallowed } from './python-context.ts'
import {
  readComment,
  readEarlyReturn,
  readExit,
  readHandler,
  readRetryLoop,
  readSuppress,
} from './python-escapes.ts'
import { completePython } from './python-frame.ts'
import { readAssignedMarks, readMarkExpression, readSkipCall } from './python-marks.ts'
import { type Demand, readDemands } from './read-demands.ts'
import { dropHelpers, sortFacts } from './sort-facts.ts'

/* pytest, unittest, unittest.mock, NumPy and pandas. */

const kinds = [
  ...['function_definition', 'class_definition', 'decorated_definition', 'decorator'],
  ...['assert_statement', 'call', 'with_statement', 'try_statement', 'except_clause'],
  ...['if_statement', 'elif_clause', 'else_clause', 'case_clause', 'for_statement'],
  ...['return_statement', 'continue_statement', 'comment', 'assignment', 'tuple', 'dictionary'],
]

export const python: LanguageProfile = {
  language: 'python',
  kinds,
  read: (nodes) =>
    sortFacts(
      dropHelpers([...readRows(nodes), ...nodes.flatMap((node) => readNode(node, nodes))], nodes),
    ),
  complete: (lines) => openText(lines, texts, completePython),
}

const texts = ['"""', "'''"].map((quote) => ({ quote, opening: quote }))

function readNode(node: SyntaxNode, nodes: readonly SyntaxNode[]): readonly TestFact[] {
  const assert = (demands: readonly Demand[]): readonly AssertionFact[] => {
    if (demands.length === 0) return []
    const place = { condition: findCondition(node), swallowed: isSwallowed(node, nodes) }
    return createAssertions(demands, node, place)
  }
  switch (node.kind) {
    case 'class_definition':
      return readSuite(node)
    case 'function_definition':
      return readTest(node)
    case 'decorator':
      return readMarkExpression(node.text.slice(1), node)
    case 'assert_statement':
      return assert(readAssertStatement(node))
    case 'if_statement':
      return readBranch(node, assert)
    case 'call':
      return isChained(node) ? [] : readCall(node, assert)
    case 'with_statement':
      return readSuppress(node).flatMap((fact) => [fact, createDropped(node, readBody(node))])
    case 'except_clause':
      return readHandler(node).flatMap((fact) => [fact, createDropped(node, readTried(node))])
    case 'for_statement':
      return readRetryLoop(node)
    case 'return_statement':
    case 'continue_statement':
      return readEarlyReturn(node)
    case 'comment':
      return readComment(node)
    case 'assignment':
      return readAssignedMarks(node)
    default:
      return []
  }
}

const readBody = (node: SyntaxNode): string => node.tree.field('body')?.text() ?? ''
const readTried = (node: SyntaxNode): string => (node.parent === null ? '' : readBody(node.parent))

/** Code that runs without its errors counting, as a demand of nothing. */
function createDropped(node: SyntaxNode, code: string): AssertionFact {
  const plain = { expected: null, negated: false, tolerance: null, condition: null } as const
  const subject = collapseSpace(code).slice(0, 300)
  const demand = { ...plain, subject, matcher: 'runs', strength: 'runs' } as const
  return createAssertion(demand, node, { condition: findCondition(node), swallowed: true })
}

function readCall(
  node: SyntaxNode,
  assert: (demands: readonly Demand[]) => readonly AssertionFact[],
): readonly TestFact[] {
  const links = readCallChain(node.text)
  return [
    ...readSkipCall(node, links),
    ...assert(readAssertionCall(node, links)),
    ...readMock(node, links),
    ...readExit(node, links),
    ...readRowMarks(node, node.text),
  ]
}

/** A call that is only the beginning of a longer one, such as `a.b()` in `a.b().c()`. */
function isChained(node: SyntaxNode): boolean {
  const { parent } = node
  if (parent?.kind !== 'call') return false
  return parent.start === node.start
}

/**
 * `if not ok: pytest.fail(...)`: the condition must not be true. What is only logged is a demand,
 * too, that does not count.
 */
function readBranch(
  node: SyntaxNode,
  assert: (demands: readonly Demand[]) => readonly AssertionFact[],
): readonly AssertionFact[] {
  const body = node.tree.field('consequence')?.text() ?? ''
  const condition = node.tree.field('condition')?.text() ?? ''
  if (!isInTest(node)) return []
  if (failPattern.test(body)) return assert(readDemands(condition, false))
  if (node.tree.field('alternative') !== null || !onlyLogs(body)) return []
  return assert(readDemands(condition, false)).map((fact) => ({ ...fact, swallowed: true }))
}

const failPattern = /(?:^|\n)\s*(?:raise\b|pytest\.fail\(|self\.fail\(|assert False\b)/
