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
    const node: SyntaxNode = {
      kind: String(tree.kind()),
      // Cut from the source, because every question to the parser costs more.
      get text() {
        return source.slice(start.index, end.index)
      },
      get next() {
        let at = end.index
        while (at < source.length && /\s/.test(source[at] ?? '')) at += 1
        return source[at] ?? ''
      },
      line: first?.number ?? 0,
      endLine: last?.number ?? first?.number ?? 0,
      start: start.index,
      cut: end.line >= before.length + lines.length,
      parent: open.at(-1)?.node ?? null,
      readField: createFieldReader(tree),
      tree,
    }
    if (inFrame || open.length >= MAX_NESTING) continue
    nodes.push(node)
    open.push({ node, end: end.index })
  }
  return nodes
}

function createFieldReader(tree: SgNode): SyntaxNode['readField'] {
  let texts: Map<string, string> | null = null
  return (name) => {
    // Most nodes are never asked.
    texts ??= new Map()
    const known = texts.get(name)
    if (known !== undefined) return known
    const text = tree.field(name)?.text() ?? ''
    texts.set(name, text)
    return text
  }
}

/** Whether `outer` is an ancestor of `inner` in the outline. */
export function isWithin(inner: SyntaxNode, outer: SyntaxNode): boolean {
  for (let node = inner.parent; node !== null; node = node.parent) if (node === outer) return true
  return false
}
