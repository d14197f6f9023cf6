import { readCallChain } from '../call-chain.ts'
import type { TestFact } from '../fact.ts'
import { balanceBrackets } from '../fragment-frame.ts'
import type { FragmentFrame, Grammar, LanguageProfile } from '../profile.ts'
import type { SyntaxNode } from '../syntax.ts'
import { readAssertion } from './typescript-assertions.ts'
import { readCase } from './typescript-cases.ts'
import { readCatch, readComment, readEarlyReturn } from './typescript-context.ts'
import { readRows } from './typescript-rows.ts'
import { readSpecialCall } from './typescript-special-calls.ts'

/* Vitest, Jest, Mocha, Jasmine, node:test, AVA, Playwright, Cypress, Chai and node:assert. */

const kinds = [
  'call_expression',
  'if_statement',
  'ternary_expression',
  'switch_case',
  'catch_clause',
  'try_statement',
  'return_statement',
  'continue_statement',
  'arrow_function',
  'function_expression',
  'function_declaration',
  'method_definition',
  'array',
  'comment',
]

const openings = { callback: 'open(() => {', block: '{', call: 'open(', list: '[' }

const createProfile = (language: Grammar): LanguageProfile => ({
  language,
  kinds,
  read: (nodes) => nodes.flatMap(readNode),
  complete: (lines) => completeTable(lines) ?? balanceBrackets(lines, openings),
})

/** A fragment from the middle of a table has rows only, and no brackets around them. */
function completeTable(lines: readonly string[]): FragmentFrame | null {
  const code = lines.filter((line) => /\S/.test(line))
  if (code.length < 2 || !code.every((line) => /^\s*\[.*\],$/.test(line))) return null
  return { before: ['['], after: [']'] }
}

/** TypeScript, where `<T>value` is a type assertion. */
export const typescript: LanguageProfile = createProfile('TypeScript')
/** JavaScript, and TypeScript with JSX. */
export const tsx: LanguageProfile = createProfile('Tsx')

function readNode(node: SyntaxNode): readonly TestFact[] {
  switch (node.kind) {
    case 'call_expression':
      return isChained(node) ? [] : readCall(node)
    case 'array':
      return readRows(node)
    case 'comment':
      return readComment(node)
    case 'catch_clause':
      return readCatch(node)
    case 'return_statement':
    case 'continue_statement':
      return readEarlyReturn(node)
    default:
      return []
  }
}

/** A call that is only the beginning of a longer one, such as `expect(x)` in `expect(x).toBe(1)`. */
function isChained(node: SyntaxNode): boolean {
  const { parent } = node
  if (parent?.kind !== 'call_expression') return false
  return parent.start === node.start
}

function readCall(node: SyntaxNode): readonly TestFact[] {
  // Chai's `expect(x).to.be.true` ends in properties, which are outside of the call.
  const text = takeWholeChain(node)
  const head = text.slice(0, 160)
  if (!/^(?:await\s+)?[\w$]+/.test(head)) return []
  const links = readCallChain(text)
  const cases = readCase(node, links)
  if (cases.length > 0) return cases
  return [...readSpecialCall(node, links, text), ...readAssertion(node, links, text)]
}

function takeWholeChain(node: SyntaxNode): string {
  // Only a dot continues a chain, maybe behind a comment; asking the tree costs more than the rest.
  if (!/[.?/]/.test(node.next)) return node.text
  let tree = node.tree
  for (let up = tree.parent(); up?.kind() === 'member_expression'; up = up.parent()) tree = up
  return tree.text()
}
