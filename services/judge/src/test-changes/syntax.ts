import go from '@ast-grep/lang-go'
import java from '@ast-grep/lang-java'
import kotlin from '@ast-grep/lang-kotlin'
import python from '@ast-grep/lang-python'
import rust from '@ast-grep/lang-rust'
import { parse, registerDynamicLanguage, type SgNode } from '@ast-grep/napi'
import type { LanguageProfile } from './profile.ts'
import type { SideLine } from './side-text.ts'

// A second call in one process would be ignored, so all grammars are registered at once.
registerDynamicLanguage({ go, java, kotlin, python, rust })

/** A node of an outline: of the kinds that a profile asked for, with its enclosing such node. */
export interface SyntaxNode {
  readonly kind: string
  readonly text: string
  /** The first and last line in the file, from 1. */
  readonly line: number
  readonly endLine: number
  /** Where the node begins in the text of the fragment. */
  readonly start: number
  /** The first sign after the node that is no white space; empty at the end. */
  readonly next: string
  /** The fragment ends before the node does. */
  readonly cut: boolean
  /** The nearest enclosing node of the outline; null at the top of the fragment. */
  readonly parent: SyntaxNode | null
  /** The text of a field of the node, which is read once; empty if it has none. */
  readField(name: string): string
  /** The node of the full tree, for its fields and children; reading those costs time. */
  readonly tree: SgNode
}

/** Deeper than any code that people write; without it the work grows with the square of it. */
const MAX_NESTING = 60

/**
 * Parses a fragment and lists its nodes of the profile's kinds, outer before inner. Total: the
 * parser accepts any text, and what it cannot place is left out.
 */
export function outlineFragment(
  lines: readonly SideLine[],
  profile: Pick<LanguageProfile, 'language' | 'kinds' | 'complete'>,
): readonly SyntaxNode[] {
  const texts = lines.map(({ text }) => text)
  const { before, after } = profile.complete(texts)
  const source = [...before, ...texts, ...after].join('\n')
  const root = parse(profile.language, source).root()
  const found = root.findAll({ rule: { any: profile.kinds.map((kind) => ({ kind })) } })
  const open: { node: SyntaxNode; end: number }[] = []
  const nodes: SyntaxNode[] = []
  for (const tree of found) {
    const { start, end } = tree.range()
    while (open.length > 0 && (open.at(-1)?.end ?? 0) <= start.index) open.pop()
    const first = lines[Math.max(0, start.line - before.length)]
    const last = lines[Math.min(lines.length - 1, end.line - before.length)]
    const inFrame = start.line < before.length || first === undefined || last === undefined
    if (inFrame || open.length >= MAX_NESTING) continue
    const node = new OutlineNode(tree, source, {
      ...{ start: start.index, end: end.index, line: first.number, endLine: last.number },
      cut: end.line >= before.length + lines.length,
      parent: open.at(-1)?.node ?? null,
    })
    nodes.push(node)
    open.push({ node, end: end.index })
  }
  return nodes
}

type NodePlace = Pick<SyntaxNode, 'line' | 'endLine' | 'start' | 'cut' | 'parent'> & {
  readonly end: number
}

/** A class, because an outline has many nodes, and most of them are never asked for a text. */
class OutlineNode implements SyntaxNode {
  readonly kind: string
  readonly line: number
  readonly endLine: number
  readonly start: number
  readonly cut: boolean
  readonly parent: SyntaxNode | null
  readonly tree: SgNode
  readonly #source: string
  readonly #end: number
  #text: string | null = null
  #fields: Map<string, string> | null = null

  constructor(tree: SgNode, source: string, place: NodePlace) {
    this.kind = String(tree.kind())
    this.line = place.line
    this.endLine = place.endLine
    this.start = place.start
    this.cut = place.cut
    this.parent = place.parent
    this.tree = tree
    this.#source = source
    this.#end = place.end
  }

  /** Cut from the source, because every question to the parser costs more. */
  get text(): string {
    this.#text ??= this.#source.slice(this.start, this.#end)
    return this.#text
  }

  get next(): string {
    let at = this.#end
    while (/\s/.test(this.#source[at] ?? '')) at += 1
    return this.#source[at] ?? ''
  }

  readField(name: string): string {
    this.#fields ??= new Map()
    const known = this.#fields.get(name)
    if (known !== undefined) return known
    const text = this.tree.field(name)?.text() ?? ''
    this.#fields.set(name, text)
    return text
  }
}

/** Whether `outer` is an ancestor of `inner` in the outline. */
export function isWithin(inner: SyntaxNode, outer: SyntaxNode): boolean {
  for (let node = inner.parent; node !== null; node = node.parent) if (node === outer) return true
  return false
}
