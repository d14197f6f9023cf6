import { collapseSpace } from '../../lib/text.ts'
import type { AssertionFact, CaseFact, RetryFact, TestFact } from '../fact.ts'
import { balanceBrackets } from '../fragment-frame.ts'
import { readNumber } from '../numbers.ts'
import type { LanguageProfile } from '../profile.ts'
import type { SyntaxNode } from '../syntax.ts'
import { createAssertion, createAssertions } from './create-assertion.ts'
import { openText } from './open-text.ts'
import type { Demand } from './read-demands.ts'
import { findInnerMacros, readCall, readMacro } from './rust-assertions.ts'
import { readAttributeFacts, readPanic, readTest } from './rust-attributes.ts'
import {
  findCondition,
  isCaught,
  readBranch,
  readComment,
  readEarlyReturn,
  readExit,
  readUnreached,
} from './rust-context.ts'
import { dropHelpers, sortFacts } from './sort-facts.ts'

/* The standard library, rstest, proptest, insta, snapbox, expect-test, assert_cmd and approx. */

export const rust: LanguageProfile = {
  language: 'rust',
  kinds: [
    ...['function_item', 'mod_item', 'attribute_item', 'inner_attribute_item'],
    ...['macro_invocation', 'call_expression', 'if_expression', 'match_arm'],
    ...[
      'index_expression',
      'return_expression',
      'continue_expression',
      'for_expression',
      'line_comment',
      'block_comment',
    ],
  ],
  read: (nodes) => sortFacts(dropHelpers(nodes.flatMap(readNode), nodes)),
  complete: (lines) =>
    openText(lines, [{ quote: '"', opening: 'r"' }], (code) => balanceBrackets(code, openings)),
}

const openings = { callback: 'open(|| {', block: 'fn open() {', call: 'open(', list: 'open[' }

function readNode(node: SyntaxNode): readonly TestFact[] {
  switch (node.kind) {
    case 'mod_item':
      return readSuite(node)
    case 'function_item':
      return readTest(node)
    case 'attribute_item':
    case 'inner_attribute_item':
      return [...readAttributeFacts(node), ...assert(node, readPanic(node))]
    case 'macro_invocation':
      return readMacroFacts(node)
    // The grammar takes `str![...]` for an index into a type.
    case 'index_expression':
      return /^str!\s*\[/.test(node.text)
        ? assert(node, readMacro('str', readInner(node.text)))
        : []
    case 'call_expression':
      return isChained(node) ? [] : [...assert(node, readCall(node.text)), ...readExit(node)]
    case 'if_expression':
      return readIf(node)
    case 'for_expression':
      return readRetry(node)
    case 'return_expression':
    case 'continue_expression':
      return readEarlyReturn(node)
    case 'line_comment':
    case 'block_comment':
      return [...readComment(node), ...readExample(node)]
    default:
      return []
  }
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
    : createAssertions(demands, node, {
        condition: findCondition(node),
        swallowed: swallowed || isCaught(node),
      })

function readSuite(node: SyntaxNode): readonly CaseFact[] {
  const name = node.tree.field('name')?.text() ?? ''
  if (!/test|spec|bench/i.test(name)) return []
  const span = { line: node.line, endLine: node.endLine }
  return [{ kind: 'case', level: 'suite', name, collected: true, ...span }]
}

function readMacroFacts(node: SyntaxNode): readonly TestFact[] {
  const { text } = node
  const path = node.tree.field('macro')?.text() ?? ''
  if (/^(?:\w+::)*(?:panic|unreachable)$/.test(path)) return assert(node, readUnreached(node))
  const condition = findCondition(node)
  const inner = /(?:^|:)\w*assert\w*$/.test(path) ? [] : readInnerChecks(node, text, condition)
  if (inner.length > 0) return [...readInnerTests(node, text), ...inner]
  return assert(node, readMacro(path, readInner(text)))
}

/** The text between the brackets of a macro. */
const readInner = (text: string): string => {
  const open = text.search(/[([{]/)
  return open < 0 ? '' : text.slice(open + 1, -1)
}

function readInnerChecks(
  node: SyntaxNode,
  text: string,
  condition: string | null,
): readonly AssertionFact[] {
  return findInnerMacros(text).flatMap(({ at, end, demands }) =>
    demands.map((demand) => ({
      ...createAssertion(demand, node, { condition, swallowed: false }),
      text: collapseSpace(text.slice(at, end + 1)),
      line: node.line + countLines(text, at),
      endLine: node.line + countLines(text, end),
    })),
  )
}

/** A check in an example of the documentation, which is run as a test. */
function readExample(node: SyntaxNode): readonly TestFact[] {
  const text = /^\/\/[/!]\s?(.*)$/.exec(node.text.trim())?.[1] ?? ''
  const span = { line: node.line, endLine: node.line }
  if (/^```(?:rust,)?ignore\b/.test(text.trim()))
    return [{ kind: 'mark', mark: 'skip', condition: null, aboutHost: false, text, ...span }]
  return findInnerMacros(text).flatMap(({ demands }) =>
    assert(node, demands).map((fact) => ({ ...fact, ...span })),
  )
}

/** The functions of `proptest! { #[test] fn ... }`, each up to the next one. */
function readInnerTests(node: SyntaxNode, text: string): readonly CaseFact[] {
  const starts = [...text.matchAll(/#\[test\](?:\s*#\[[^\]]*\])*\s*fn\s+(\w+)/g)]
  return starts.map((match, index) => ({
    ...({ kind: 'case', level: 'test', name: match[1] ?? '', collected: true } as const),
    line: node.line + countLines(text, match.index),
    endLine: node.line + countLines(text, (starts[index + 1]?.index ?? text.length) - 1),
  }))
}

const countLines = (text: string, end: number): number => text.slice(0, end).split('\n').length - 1

/** A loop whose counter is called a try, around checks. */
function readRetry(node: SyntaxNode): readonly RetryFact[] {
  const [text, count = ''] =
    /^for\s+_?(?:try|attempt|retry)\w*\s+in\s+\d+\.\.=?(\d+)/.exec(node.text) ?? []
  if (text === undefined || !/assert|return|break/.test(node.text)) return []
  return [
    { kind: 'retry', count: readNumber(count) ?? 2, text, line: node.line, endLine: node.line },
  ]
}

/** A call that is only the beginning of a longer one, such as `a.b()` in `a.b().c()`. */
function isChained(node: SyntaxNode): boolean {
  const { parent } = node
  if (parent?.kind !== 'call_expression') return false
  return parent.start === node.start
}
