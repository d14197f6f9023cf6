import { type Grammar, leaveFragment } from '../../test-changes/profile.ts'
import { outlineFragment } from '../../test-changes/syntax.ts'

/** The lines of a function, a class or another block, both included, from 1. */
export interface Scope {
  readonly from: number
  readonly to: number
}

/** Longer texts are read by their indentation, which is faster than their syntax. */
const MAX_PARSED_CHARS = 150_000

interface Language {
  readonly language: Grammar
  readonly kinds: readonly string[]
}

const script = [
  'function_declaration',
  'function_expression',
  'generator_function_declaration',
  'arrow_function',
  'method_definition',
  'class_declaration',
  'abstract_class_declaration',
  'interface_declaration',
  'type_alias_declaration',
  'enum_declaration',
  'lexical_declaration',
] as const
const jvm = [
  'method_declaration',
  'constructor_declaration',
  'class_declaration',
  'interface_declaration',
  'enum_declaration',
  'record_declaration',
] as const

const languages: readonly (readonly [ending: RegExp, language: Language])[] = [
  [/\.[cm]?ts$/, { language: 'TypeScript', kinds: script }],
  [/\.(?:tsx|[cm]?jsx?)$/, { language: 'Tsx', kinds: script }],
  [/\.pyi?$/, { language: 'python', kinds: ['function_definition', 'class_definition'] }],
  [
    /\.go$/,
    { language: 'go', kinds: ['function_declaration', 'method_declaration', 'type_declaration'] },
  ],
  [/\.java$/, { language: 'java', kinds: jvm }],
  [
    /\.kts?$/,
    {
      language: 'kotlin',
      kinds: ['function_declaration', 'class_declaration', 'object_declaration'],
    },
  ],
  [
    /\.rs$/,
    {
      language: 'rust',
      kinds: ['function_item', 'impl_item', 'struct_item', 'enum_item', 'trait_item', 'mod_item'],
    },
  ],
]

/**
 * The blocks of a text: by its syntax where the language is known, else by its indentation. Every
 * text has an answer; one that is no valid syntax may have few.
 */
export function listScopes(path: string, text: string): readonly Scope[] {
  const language = languages.find(([ending]) => ending.test(path))?.[1]
  const lines = text.split('\n')
  if (language === undefined || text.length > MAX_PARSED_CHARS) return listIndentedScopes(lines)
  const nodes = outlineFragment(
    lines.map((line, index) => ({ text: line, number: index + 1, changed: false })),
    { ...language, complete: leaveFragment },
  )
  return nodes.map(({ line, endLine }) => ({ from: line, to: endLine }))
}

/** A line with deeper lines below it opens a block, which ends before the next line that is not. */
function listIndentedScopes(lines: readonly string[]): readonly Scope[] {
  const scopes: Scope[] = []
  const open: { indent: number; from: number }[] = []
  let last = 0
  const close = (indent: number): void => {
    for (let top = open.at(-1); top !== undefined && top.indent >= indent; top = open.at(-1)) {
      open.pop()
      if (last > top.from) scopes.push({ from: top.from, to: last })
    }
  }
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const indent = line.search(/\S/)
    // A bracket on a line of its own opens the block of the line above it.
    if (/^\s*[{([]\s*$/.test(line) && open.at(-1)?.indent === indent) {
      last = index + 1
      continue
    }
    // A line of closing brackets belongs to the block that it ends.
    const closes = /^\s*(?:[)\]}]+[;,)]*|end\b.*)$/.test(line)
    if (closes) last = index + 1
    close(closes ? indent + 1 : indent)
    if (closes) {
      const top = open.at(-1)
      if (top !== undefined && top.indent === indent) close(indent)
      continue
    }
    open.push({ indent, from: index + 1 })
    last = index + 1
  }
  close(0)
  return scopes
}
