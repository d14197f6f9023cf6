import { balanceBrackets } from '../test-changes/fragment-frame.ts'
import type { Grammar, LanguageProfile } from '../test-changes/profile.ts'
import type { SideLine } from '../test-changes/side-text.ts'
import { outlineFragment, type SyntaxNode } from '../test-changes/syntax.ts'

/** A function that stands in a fragment of a file. */
export interface FoundFunction {
  readonly name: string | null
  readonly line: number
  readonly endLine: number
  /** True if every line of it is new. */
  readonly isAdded: boolean
  /** Why its body is taken for a stub, as the end of a sentence; null: it is none. */
  readonly stub: string | null
}

const grammars: ReadonlyMap<string, Grammar> = new Map([
  ...(['ts', 'mts', 'cts'] as const).map((ending) => [ending, 'TypeScript'] as const),
  ...(['tsx', 'js', 'mjs', 'cjs', 'jsx'] as const).map((ending) => [ending, 'Tsx'] as const),
  ...([
    ['py', 'python'],
    ['go', 'go'],
    ['java', 'java'],
    ['rs', 'rust'],
  ] as const),
  ...([
    ['kt', 'kotlin'],
    ['kts', 'kotlin'],
  ] as const),
])

/** The grammar of a file by the ending of its name; null: only its text can be read. */
export const findGrammar = (path: string): Grammar | null =>
  grammars.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase()) ?? null

const jsFunctions = [
  'function_declaration',
  'generator_function_declaration',
  'method_definition',
  'function_expression',
  'arrow_function',
]
const functionKinds: Readonly<Record<Grammar, readonly string[]>> = {
  TypeScript: jsFunctions,
  Tsx: jsFunctions,
  python: ['function_definition'],
  go: ['function_declaration', 'method_declaration', 'func_literal'],
  java: ['method_declaration', 'constructor_declaration'],
  kotlin: ['function_declaration'],
  rust: ['function_item'],
}

const openings = { callback: 'open(() => {', block: '{', call: 'open(', list: '[' }

const createReader = (language: Grammar): LanguageProfile => ({
  language,
  kinds: functionKinds[language],
  read: () => [],
  complete:
    language === 'TypeScript' || language === 'Tsx'
      ? (lines) => balanceBrackets(lines, openings)
      : () => ({ before: [], after: [] }),
})

/** The functions of a fragment, an outer one before those inside it. */
export function findFunctions(
  lines: readonly SideLine[],
  language: Grammar,
): readonly FoundFunction[] {
  const added = new Set(lines.filter(({ changed }) => changed).map(({ number }) => number))
  return outlineFragment(lines, createReader(language)).map((node) => {
    const { line, endLine } = node
    const isAdded = Array.from({ length: endLine - line + 1 }, (_, n) => line + n).every((number) =>
      added.has(number),
    )
    return {
      name: readName(node),
      line,
      endLine,
      isAdded,
      stub: isAdded ? explainStub(node, language) : null,
    }
  })
}

function readName({ tree }: SyntaxNode): string | null {
  const own =
    tree.field('name') ?? tree.children().find((child) => /identifier$/.test(getKind(child)))
  if (own !== null && own !== undefined) return own.text()
  const parent = tree.parent()
  return parent !== null && /declarator|field_definition|pair/.test(getKind(parent))
    ? ((parent.field('name') ?? parent.field('key') ?? null)?.text() ?? null)
    : null
}

type Tree = SyntaxNode['tree']
const getKind = (tree: Tree): string => String(tree.kind())

/** Names of functions that do nothing on purpose. */
const idleName =
  /noop|no_op|ignore|^_|^(?:constructor|init|main|__\w+__|on[A-Z]\w*|setUp|tearDown)$/i

/**
 * A function with parameters that has an empty body, or ignores them and returns a constant. What
 * a framework or a base class demands may do nothing, so methods that override, implement or are
 * abstract are none.
 */
function explainStub(node: SyntaxNode, language: Grammar): string | null {
  const name = readName(node)
  if (name === null || idleName.test(name) || mayBeIdle(node, language)) return null
  const parameters = listParameters(node)
  if (parameters.every((parameter) => parameter.startsWith('_'))) return null
  const statements = listStatements(node)
  if (statements === null) return null
  const [only] = statements
  if (only === undefined) return 'does nothing'
  if (statements.length > 1) return null
  if (language === 'python' && /^(?:pass|\.\.\.)$/.test(only.trim())) return 'does nothing'
  return constantReturn.test(only.trim()) ? 'ignores its arguments and returns a constant' : null
}

const constantReturn =
  /^return(?:\s+(?:null|undefined|None|nil|true|false|True|False|0|-1|""|''|\[\]|\{\}|\(\{\}\)|nil,\s*nil|"",\s*nil|0,\s*nil)(?:\s+as\s+[\w<>.[\], ]+)?)?;?$/

function mayBeIdle(node: SyntaxNode, language: Grammar): boolean {
  const { tree } = node
  const before = tree.text().split('{', 1).join('')
  switch (language) {
    case 'TypeScript':
    case 'Tsx': {
      const parent = tree.parent()
      if (node.kind === 'function_declaration') return false
      return parent === null || getKind(parent) !== 'variable_declarator'
    }
    case 'python':
      return isIdlePython(tree)
    case 'go':
      return node.kind !== 'function_declaration'
    case 'java':
      return node.kind !== 'method_declaration' || /@\w|\babstract\b|\bdefault\b/.test(before)
    case 'kotlin':
      return /\b(?:override|open|abstract)\b|@\w/.test(before)
    case 'rust':
      return hasAncestor(
        tree,
        (up) => getKind(up) === 'trait_item' || /^impl[^{]*\bfor\b/.test(up.text()),
      )
  }
  return language satisfies never
}

function isIdlePython(tree: Tree): boolean {
  const isMethod = hasAncestor(tree, (up) => getKind(up) === 'class_definition')
  // A hook says what it is for.
  if (isMethod && /^\s*def[^\n]*\n\s*[rbuf]{0,2}(?:"""|''')/i.test(tree.text())) return true
  const parent = tree.parent()
  if (parent !== null && getKind(parent) === 'decorated_definition') {
    const decorators = parent.text().split('def ', 1).join('')
    if (/abstract|overload|\.(?:command|group|setter|fixture|route|task|hookspec)/.test(decorators))
      return true
  }
  return hasAncestor(
    tree,
    (up) =>
      getKind(up) === 'class_definition' &&
      /^class\s+\w*(?:Base|Abstract|Interface|Protocol|Mixin|Stub|Null|Fake)|^class[^:]*\b(?:ABC|Protocol)\b/.test(
        up.text().slice(0, 200),
      ),
  )
}

function hasAncestor(tree: Tree, is: (up: Tree) => boolean): boolean {
  for (let up = tree.parent(); up !== null; up = up.parent()) if (is(up)) return true
  return false
}

/** The names of a function's parameters, without receivers. */
function listParameters({ tree }: SyntaxNode): readonly string[] {
  const list =
    tree.field('parameters') ??
    tree.children().find((child) => getKind(child) === 'function_value_parameters')
  if (list === null || list === undefined) return []
  return list
    .children()
    .filter((child) => child.isNamed() && getKind(child) !== 'comment')
    .map((child) => /[A-Za-z_$][\w$]*/.exec(stripTypes(child.text()))?.[0] ?? '')
    .filter((name) => name !== '' && name !== 'self' && name !== 'cls' && name !== 'this')
}

/** A parameter of Java has its type first, `final` aside; everywhere else the name comes first. */
const stripTypes = (text: string): string =>
  /^[\w<>[\],.? ]+\s+(\w+)$/.exec(text.replace(/@\w+(?:\([^)]*\))?\s*/g, ''))?.[1] ??
  text.replace(/^(?:&?mut\s+|&)/, '')

/** The statements of a function's body without comments and docstrings; null: it has no block. */
function listStatements({ tree }: SyntaxNode): readonly string[] | null {
  const body =
    tree.field('body') ?? tree.children().find((child) => getKind(child) === 'function_body')
  if (body === null || body === undefined) return null
  const block = /block|body/.test(getKind(body)) ? body : null
  if (block === null) return null
  const inner = block
    .children()
    .find((child) => /^(?:statements|block|statement_list)$/.test(getKind(child)))
  return (inner ?? block)
    .children()
    .filter((child) => child.isNamed() && !/comment/.test(getKind(child)))
    .map((child) => child.text())
    .filter((text) => !/^[rbuf]{0,2}(?:"""|''')/i.test(text.trim()))
}
