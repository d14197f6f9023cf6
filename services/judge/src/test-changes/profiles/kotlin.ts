import { collapseSpace } from '../../lib/text.ts'
import { stripQuotes } from '../call-chain.ts'
import type { CaseFact, MarkFact, TestFact } from '../fact.ts'
import { balanceBrackets } from '../fragment-frame.ts'
import type { LanguageProfile } from '../profile.ts'
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
import { readKotest } from './jvm-assertions.ts'
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
  readRunCatching,
  readTried,
} from './jvm-context.ts'
import { openText } from './open-text.ts'
import { dropHelpers, sortFacts } from './sort-facts.ts'

/* kotlin.test, JUnit, Kotest, AssertJ, assertk, Strikt, MockK and Mockito. */

export const kotlin: LanguageProfile = {
  language: 'kotlin',
  kinds: [
    ...['class_declaration', 'object_declaration', 'function_declaration', 'annotation'],
    ...['call_expression', 'infix_expression', 'if_expression', 'when_entry', 'try_expression'],
    ...['catch_block', 'jump_expression', 'line_comment', 'multiline_comment'],
  ],
  read: (nodes) =>
    sortFacts(
      dropHelpers(
        nodes.flatMap((node) => readNode(node, nodes)),
        nodes,
      ),
    ),
  complete: (lines) =>
    openText(lines, [{ quote: '"""', opening: '"""' }], (code) => balanceBrackets(code, openings)),
}

const openings = { callback: 'open({', block: 'fun open() {', call: 'open(', list: 'open[' }

function readNode(node: SyntaxNode, nodes: readonly SyntaxNode[]): readonly TestFact[] {
  switch (node.kind) {
    case 'class_declaration':
    case 'object_declaration':
      return readSuite(node)
    case 'function_declaration':
      return readTest(node)
    case 'annotation': {
      const annotation = parseAnnotation(node.text, node.line, node.endLine)
      const expected = placeDemands(readExpected(annotation), node, [])
      return [...readAnnotation(annotation), ...expected, ...readRows(node)]
    }
    case 'call_expression':
      return isChained(node) ? [] : readCall(node, nodes)
    case 'infix_expression':
      return readInfix(node, nodes)
    case 'if_expression':
      return readBranch(node, nodes)
    case 'catch_block':
      return readHandler(node).flatMap((fact) => [fact, createDropped(node, readTried(node))])
    case 'jump_expression':
      return readEarlyReturn(node)
    case 'line_comment':
    case 'multiline_comment':
      return readComment(node)
    default:
      return []
  }
}

function findChildText(node: SyntaxNode, kinds: RegExp): string {
  return (
    node.tree
      .children()
      .find((child) => kinds.test(String(child.kind())))
      ?.text() ?? ''
  )
}

function readSuite(node: SyntaxNode): readonly CaseFact[] {
  const name = findChildText(node, /^(?:type_identifier|simple_identifier)$/)
  if (name === '') return []
  const span = { line: node.line, endLine: node.endLine }
  return [{ kind: 'case', level: 'suite', name, collected: true, ...span }]
}

/** A function that a runner calls, or would call but for a missing annotation. */
function readTest(node: SyntaxNode): readonly CaseFact[] {
  const annotations = readAnnotations(node)
  const name = stripQuotes(findChildText(node, /^simple_identifier$/))
  const modifiers = findChildText(node, /^modifiers$/)
  if (name === '' || isSetup(annotations) || findFunction(node) !== null) return []
  // A test of a base class that is overridden and switched off is no test of its own.
  if (/\boverride\b/.test(modifiers) && annotations.some(isSwitchedOff)) return []
  const marked = annotations.some((annotation) => readAnnotation(annotation).length > 0)
  // At the beginning of a fragment, the annotations may stand before it.
  const cut = annotations.length === 0 && node.tree.prev() === null && node.parent === null
  const collected = isTestMethod(annotations) || marked || cut
  if (!collected && /\b(?:private|abstract|inline|operator)\b/.test(modifiers)) return []
  if (!collected && findChildText(node, /^function_value_parameters$/) !== '()') return []
  return [{ kind: 'case', level: 'test', name, collected, line: node.line, endLine: node.endLine }]
}

function readAnnotations(node: SyntaxNode): readonly Annotation[] {
  const modifiers = node.tree.children().find((child) => child.kind() === 'modifiers')
  return (modifiers?.namedChildren() ?? [])
    .filter((child) => child.kind() === 'annotation')
    .map((child) => parseAnnotation(child.text(), node.line, node.line))
}

function readRows(node: SyntaxNode): readonly CaseFact[] {
  if (!/^@(?:ValueSource|CsvSource|EnumSource)\b/.test(node.text)) return []
  const shift = node.line - node.tree.range().start.line
  const list = node.tree.find({ rule: { kind: 'collection_literal' } })
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

/** The code between the first and the last brace. */
const readBlock = (text: string): string => text.slice(text.indexOf('{') + 1, text.lastIndexOf('}'))

const suiteWords =
  /^[xf]?(?:describe|context|given|when|and|feature|expectSuite|[Gg]iven|[Ww]hen)$/i
const testWords = /^[xf]?(?:test|it|should|expect|scenario|then)$/i

function readCall(node: SyntaxNode, nodes: readonly SyntaxNode[]): readonly TestFact[] {
  const spec = readSpec(node)
  if (spec.length > 0) return spec
  const [, subject, name, argument = ''] =
    /^([\s\S]+?)\??\.(should(?:Not)?[A-Z]?\w*)(?:<[^>]*>)?\(([\s\S]*)\)$/.exec(node.text) ?? []
  if (subject !== undefined && name !== undefined)
    return placeDemands(
      readKotest(collapseSpace(subject), name, collapseSpace(argument)),
      node,
      nodes,
    )
  const caught = readRunCatching(node).flatMap((fact) => [
    fact,
    createDropped(node, readBlock(node.text)),
  ])
  return [...caught, ...readJvmCallFacts(node, nodes)]
}

/** Specs of Kotest: `"name" { }`, `test("name") { }`, `"name".config(enabled = false) { }`. */
function readSpec(node: SyntaxNode): readonly TestFact[] {
  const { text } = node
  if (!text.endsWith('}')) return []
  const [, word, quoted, config = ''] =
    /^(?:(\w+)\()?("(?:[^"\\]|\\.)*")\)?((?:\.config\([^)]*\))?)\s*\{/.exec(text) ?? []
  if (
    quoted === undefined ||
    (word !== undefined && !suiteWords.test(word) && !testWords.test(word))
  )
    return []
  const level = word !== undefined && suiteWords.test(word) ? 'suite' : 'test'
  const title = stripQuotes(quoted)
  const span = { line: node.line, endLine: node.endLine }
  const line = { line: node.line, endLine: node.line }
  const mark = (kind: MarkFact['mark'], condition: string | null = null): MarkFact => ({
    ...{ kind: 'mark', mark: kind, condition, aboutHost: false },
    ...{ text: collapseSpace(text.split('{')[0] ?? ''), ...line },
  })
  const facts: TestFact[] = [
    { kind: 'case', level, name: title.replace(/^[!]|^f:/, ''), collected: true, ...span },
  ]
  if (title.startsWith('!') || word?.startsWith('x') === true || /enabled\s*=\s*false/.test(config))
    facts.push(mark('skip'))
  else if (/enabled(?:If|OrReasonIf)?\s*=/.test(config)) facts.push(mark('skip', config))
  if (title.startsWith('f:') || (word?.startsWith('f') === true && word !== 'feature'))
    facts.push(mark('focus'))
  return facts
}

/** `value shouldBe expected`. */
function readInfix(node: SyntaxNode, nodes: readonly SyntaxNode[]): readonly TestFact[] {
  // `null` is no named child of this grammar.
  const [left, operator, right] = node.tree.children()
  if (left === undefined || operator === undefined || right === undefined) return []
  const name = operator.text()
  if (/^(?:should|When|Then|-)$/.test(name) && /^"/.test(left.text()) && /^\{/.test(right.text())) {
    const span = { line: node.line, endLine: node.endLine }
    return [
      { kind: 'case', level: 'suite', name: stripQuotes(left.text()), collected: true, ...span },
    ]
  }
  return placeDemands(
    readKotest(collapseSpace(left.text()), name, collapseSpace(right.text())),
    node,
    nodes,
  )
}
