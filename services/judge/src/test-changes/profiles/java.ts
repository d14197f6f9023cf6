import type { SgNode } from '@ast-grep/napi'
import { collapseSpace } from '../../lib/text.ts'
import type { CaseFact, TestFact } from '../fact.ts'
import { balanceBrackets } from '../fragment-frame.ts'
import type { FragmentFrame, LanguageProfile } from '../profile.ts'
import type { SyntaxNode } from '../syntax.ts'
import {
  type Annotation,
  isSetup,
  isSwitchedOff,
  isTestMethod,
  parseAnnotation,
  readAnnotation,
  readExpected,
} from './jvm-annotations.ts'
import {
  createDropped,
  isChained,
  placeDemands,
  readBranch,
  readJvmCallFacts,
} from './jvm-calls.ts'
import {
  findFunction,
  readComment,
  readEarlyReturn,
  readHandler,
  readTried,
} from './jvm-context.ts'
import { openText } from './open-text.ts'
import { readDemands } from './read-demands.ts'
import { dropHelpers, sortFacts } from './sort-facts.ts'

/* JUnit 3 to 5, TestNG, AssertJ, Hamcrest, Truth, Mockito, Reactor, MockMvc, Awaitility. */

export const java: LanguageProfile = {
  language: 'java',
  kinds: [
    ...['class_declaration', 'record_declaration', 'interface_declaration', 'method_declaration'],
    ...['annotation', 'marker_annotation', 'method_invocation', 'assert_statement'],
    ...['if_statement', 'switch_block_statement_group', 'switch_rule', 'try_statement'],
    ...['try_with_resources_statement', 'catch_clause', 'return_statement', 'continue_statement'],
    ...['line_comment', 'block_comment'],
  ],
  read: (nodes) =>
    sortFacts(
      dropHelpers(
        nodes.flatMap((node) => readNode(node, nodes)),
        nodes,
      ),
    ),
  complete: (lines) => openText(lines, [{ quote: '"""', opening: '"""' }], completeJava),
}

const openings = {
  callback: 'open(() -> {',
  block: '{{',
  call: 'open(',
  list: 'int[] open = new int[',
}

/** Java has no methods within methods: the outermost block is a class, if it ends at the margin. */
function completeJava(lines: readonly string[]): FragmentFrame {
  const { before, after } = balanceBrackets(lines, openings)
  const inClass = lines.findLast((line) => /^\s*\}/.test(line))?.startsWith('}') === true
  const blocks = inClass ? ['class Open {', 'void open() {'] : ['void open() {']
  let depth = 0
  const name = () => blocks[depth++] ?? 'if (open) {'
  return {
    before: before.map((line) => line.replace(/\{\{/g, name)),
    // The last statement may be cut off before its semicolon.
    after: after.map((line) => line.replaceAll('}', ';}')),
  }
}

function readNode(node: SyntaxNode, nodes: readonly SyntaxNode[]): readonly TestFact[] {
  switch (node.kind) {
    case 'class_declaration':
    case 'record_declaration':
    case 'interface_declaration':
      return readSuite(node)
    case 'method_declaration':
      return readTest(node)
    case 'annotation':
    case 'marker_annotation': {
      const annotation = parseAnnotation(node.text, node.line, node.endLine)
      const rows = node.kind === 'annotation' ? readRows(node) : []
      const expected = placeDemands(readExpected(annotation), node, [])
      return [...readAnnotation(annotation), ...expected, ...rows]
    }
    case 'method_invocation':
      return isChained(node) ? [] : readJvmCallFacts(node, nodes)
    case 'assert_statement': {
      const condition = node.tree.namedChildren()[0]?.text() ?? ''
      return placeDemands(readDemands(condition, true), node, nodes)
    }
    case 'if_statement':
      return readBranch(node, nodes)
    case 'catch_clause':
      return readHandler(node).flatMap((fact) => [fact, createDropped(node, readTried(node))])
    case 'return_statement':
    case 'continue_statement':
      return readEarlyReturn(node)
    case 'line_comment':
    case 'block_comment':
      return readComment(node)
    default:
      return []
  }
}

const readName = (node: SyntaxNode): string => node.tree.field('name')?.text() ?? ''

/** A class is a suite by its name, or if it stands within one. */
function readSuite(node: SyntaxNode): readonly CaseFact[] {
  const name = readName(node)
  const collected = true
  return [{ kind: 'case', level: 'suite', name, collected, line: node.line, endLine: node.endLine }]
}

/** A method that a runner calls, or would call but for a missing annotation. */
function readTest(node: SyntaxNode): readonly CaseFact[] {
  const annotations = readAnnotations(node.tree, node.line)
  // A test of a base class that is overridden and switched off is no test of its own.
  const overrides = annotations.some(({ name }) => name === 'Override')
  if (isSetup(annotations) || (overrides && annotations.some(isSwitchedOff))) return []
  const name = readName(node)
  const modifiers = node.tree.child(0)?.text() ?? ''
  const old = /^test[A-Z_]/.test(name) && /\bpublic\b/.test(modifiers)
  const marked = annotations.some((annotation) => readAnnotation(annotation).length > 0)
  // At the beginning of a fragment, the annotations may stand before it.
  const cut = annotations.length === 0 && node.tree.prev() === null && node.parent === null
  const collected = isTestMethod(annotations) || marked || old || cut
  const isVoid = node.tree.field('type')?.text() === 'void'
  if (!collected && (!isVoid || /\b(?:private|static|abstract)\b/.test(modifiers))) return []
  if (findFunction(node) !== null) return []
  return [{ kind: 'case', level: 'test', name, collected, line: node.line, endLine: node.endLine }]
}

export function readAnnotations(tree: SgNode, line: number): readonly Annotation[] {
  // They mostly come first; listing all children takes much longer.
  const first = tree.child(0)
  const modifiers =
    first?.kind() === 'modifiers'
      ? first
      : tree.children().find((child) => child.kind() === 'modifiers')
  return (modifiers?.namedChildren() ?? [])
    .filter((child) => /annotation$/.test(String(child.kind())))
    .map((child) => parseAnnotation(child.text(), line, line))
}

/** The rows of `@ValueSource(strings = {...})` and `@CsvSource({...})`. */
function readRows(node: SyntaxNode): readonly CaseFact[] {
  if (!/^@(?:ValueSource|CsvSource|EnumSource|Parameters)\b/.test(node.text)) return []
  const shift = node.line - node.tree.range().start.line
  const list = node.tree.find({ rule: { kind: 'element_value_array_initializer' } })
  return (list?.namedChildren() ?? []).map((row) => ({
    ...({
      kind: 'case',
      level: 'parameter',
      name: collapseSpace(row.text()),
      collected: true,
    } as const),
    line: row.range().start.line + shift,
    endLine: row.range().end.line + shift,
  }))
}
