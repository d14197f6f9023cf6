import type { SgNode } from '@ast-grep/napi'
import { collapseSpace } from '../../lib/text.ts'
import { splitArguments } from '../call-chain.ts'
import type { CaseFact, MarkFact } from '../fact.ts'
import type { SyntaxNode } from '../syntax.ts'
import { isFactOfHost } from './host-fact.ts'
import type { Demand } from './read-demands.ts'

const testPattern =
  /^(?:[\w:]*\b(?:test|rstest|test_case|test_matrix|quickcheck|proptest|wasm_bindgen_test|bench|gtest|case|property_test)|[\w:]+_test)\b/

/** The attributes and comments right before an item, the first one first. */
export function listBefore(tree: SgNode): readonly SgNode[] {
  const before: SgNode[] = []
  for (let prev = tree.prev(); prev !== null; prev = prev.prev()) {
    if (!/^(?:attribute_item|line_comment|block_comment)$/.test(String(prev.kind()))) break
    before.unshift(prev)
  }
  return before
}

/** The text of an attribute without its brackets: `ignore = "slow"`. */
const readAttribute = (text: string): string => collapseSpace(text.replace(/^#!?\[|\]$/g, ''))

/** A function that the test runner calls, or would call but for a missing attribute. */
export function readTest(node: SyntaxNode): readonly CaseFact[] {
  const before = listBefore(node.tree)
  const attributes = before.filter((item) => item.kind() === 'attribute_item')
  const name = node.tree.field('name')?.text() ?? ''
  // At the beginning of a fragment, the attributes may stand before it.
  const cut = before.length === 0 && node.tree.prev() === null
  const collected = cut || attributes.some((item) => testPattern.test(readAttribute(item.text())))
  const lost = node.tree.field('parameters')?.text() === '()' && !/^pub\b/.test(node.text)
  if (!collected && !lost) return []
  const start = attributes[0]?.range().start.line ?? node.tree.range().start.line
  const line = node.line - (node.tree.range().start.line - start)
  const inside = findOwner(node) === 'function_item'
  return inside
    ? []
    : [{ kind: 'case', level: 'test', name, collected, line, endLine: node.endLine }]
}

function findOwner(node: SyntaxNode): string | null {
  for (let up = node.parent; up !== null; up = up.parent)
    if (up.kind === 'function_item' || up.kind === 'mod_item') return up.kind
  return null
}

/** What an attribute does to its item: it skips it, compiles it out, or is one of its cases. */
export function readAttributeFacts(node: SyntaxNode): readonly (MarkFact | CaseFact)[] {
  const text = readAttribute(node.text)
  const span = { line: node.line, endLine: node.endLine }
  const create = (mark: MarkFact['mark'], condition: string | null): readonly MarkFact[] => {
    const aboutHost = condition !== null && isFactOfHost(condition, readReason(node))
    return [{ kind: 'mark', mark, condition, aboutHost, text: node.text.trim(), ...span }]
  }
  if (/^ignore\b/.test(text)) return create('skip', null)
  const [, condition, ignored] = /^cfg_attr\(([\s\S]*),\s*(ignore)\b/.exec(text) ?? []
  if (condition !== undefined && ignored !== undefined) return create('skip', condition.trim())
  const compiled = /^cfg\(([\s\S]*)\)$/.exec(text)?.[1]
  if (compiled !== undefined) {
    const rest = leaveTest(compiled)
    return rest === '' ? [] : create('build_tag', rest)
  }
  const row = /^(?:case(?:::\w+)?|test_case|test_matrix)\(([\s\S]*)\)$/.exec(text)?.[1]
  if (row === undefined) return []
  return [{ kind: 'case', level: 'parameter', name: collapseSpace(row), collected: true, ...span }]
}

/** The condition without `test`, which is true whenever tests are run. */
function leaveTest(condition: string): string {
  const inner = /^all\(([\s\S]*)\)$/.exec(condition.trim())?.[1]
  const parts = inner === undefined ? [condition.trim()] : splitArguments(inner)
  const rest = parts.filter((part) => part !== 'test')
  return rest.length > 1 ? `all(${rest.join(', ')})` : (rest[0] ?? '')
}

/** What stands beside an attribute as its reason: the comments before it and on its line. */
function readReason(node: SyntaxNode): string {
  const comments = listBefore(node.tree).filter((item) => item.kind() !== 'attribute_item')
  const next = node.tree.next()
  const beside = next?.kind() === 'line_comment' ? next.text() : ''
  return [...comments.map((item) => item.text()), beside].join(' ')
}

/** `#[should_panic(expected = "...")]` demands a failure, and perhaps its message. */
export function readPanic(node: SyntaxNode): readonly Demand[] {
  const text = readAttribute(node.text)
  if (!/^should_panic\b/.test(text)) return []
  const plain = { negated: false, tolerance: null, condition: null } as const
  const panic = {
    ...plain,
    subject: 'the test',
    matcher: 'panics',
    expected: null,
    strength: 'exists',
  } as const
  const message = /expected\s*=\s*([\s\S]+?)\)?$/.exec(text)?.[1]
  if (message === undefined) return [panic]
  return [
    panic,
    {
      ...plain,
      subject: 'the message of the panic',
      matcher: 'panics with',
      expected: message,
      strength: 'shape',
    },
  ]
}
