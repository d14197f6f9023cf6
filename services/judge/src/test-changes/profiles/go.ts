import { readCallChain } from '../call-chain.ts'
import type { AssertionFact, TestFact } from '../fact.ts'
import type { LanguageProfile } from '../profile.ts'
import type { SyntaxNode } from '../syntax.ts'
import { createAssertions } from './create-assertion.ts'
import { readBranch } from './go-assertions.ts'
import { readSubtest, readTables, readTest } from './go-cases.ts'
import { findCondition } from './go-context.ts'
import {
  findUnguardedFailure,
  readComment,
  readEarlyReturn,
  readExit,
  readRecover,
  readRetry,
  readSkip,
} from './go-escapes.ts'
import { completeGo } from './go-frame.ts'
import { readGomega, readLibraryCall } from './go-libraries.ts'
import { openText } from './open-text.ts'
import type { Demand } from './read-demands.ts'
import { sortFacts } from './sort-facts.ts'

/* testing, testify, gotest.tools, quicktest, Gomega and Ginkgo. */

export const go: LanguageProfile = {
  language: 'go',
  kinds: [
    ...['function_declaration', 'method_declaration', 'func_literal', 'call_expression'],
    ...['if_statement', 'expression_case', 'type_case', 'communication_case', 'default_case'],
    ...['for_statement', 'return_statement', 'continue_statement', 'literal_value', 'comment'],
  ],
  read: (nodes) => sortFacts([...readTables(nodes), ...nodes.flatMap(readNode)]),
  complete: (lines) => openText(lines, [{ quote: '`', opening: '`' }], completeGo),
}

function readNode(node: SyntaxNode): readonly TestFact[] {
  switch (node.kind) {
    case 'function_declaration':
    case 'method_declaration':
      return readTest(node)
    case 'if_statement':
      return readIf(node)
    case 'call_expression':
      return isChained(node) ? [] : readCall(node)
    case 'for_statement':
      return readRetry(node)
    case 'return_statement':
    case 'continue_statement':
      return readEarlyReturn(node)
    case 'comment':
      return readComment(node)
    default:
      return []
  }
}

function readCall(node: SyntaxNode): readonly TestFact[] {
  const subtest = readSubtest(node)
  if (subtest.length > 0) return subtest
  const links = readCallChain(node.text)
  const facts = [
    ...readSkip(node, links),
    ...readExit(node),
    ...readRecover(node),
    ...readRetry(node),
    ...assert(node, [...readLibraryCall(node, links), ...readGomega(links)]),
  ]
  if (facts.length > 0) return facts
  const place = findUnguardedFailure(node)
  if (place === null) return []
  const unreached = { expected: null, negated: false, tolerance: null, condition: null } as const
  return assert(node, [{ ...unreached, subject: place, matcher: 'not reached', strength: 'runs' }])
}

function readIf(node: SyntaxNode): readonly AssertionFact[] {
  const { demands, swallowed } = readBranch(node)
  return assert(node, demands, swallowed)
}

const assert = (
  node: SyntaxNode,
  demands: readonly Demand[],
  swallowed = false,
): readonly AssertionFact[] =>
  demands.length === 0
    ? []
    : createAssertions(demands, node, { condition: findCondition(node), swallowed })

/** A call that is only the beginning of a longer one, such as `a.b()` in `a.b().c()`. */
function isChained(node: SyntaxNode): boolean {
  const { parent } = node
  if (parent?.kind !== 'call_expression') return false
  return parent.start === node.start
}
