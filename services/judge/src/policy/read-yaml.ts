import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'

/** A fault of the YAML syntax. */
export interface SyntaxFault {
  readonly line: number
  readonly wrong: string
}

/** A place in a document: map keys and list indexes from the root. */
export type Path = readonly (string | number)[]

export interface YamlText {
  /** The document as plain values; null for an empty text. */
  readonly value: unknown
  /** The line, from 1, of the key or item at a path, or of its nearest parent in the text. */
  readonly findLine: (path: Path) => number
}

/** Reads one YAML document. Duplicate keys, several documents and alias bombs are faults. */
export function readYaml(
  text: string,
): { readonly ok: YamlText } | { readonly faults: readonly SyntaxFault[] } {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false })
  const line = (offset: number): number => Math.max(1, counter.linePos(offset).line)
  const faults = [...document.errors, ...document.warnings].map(({ message, pos }) => ({
    line: line(pos[0]),
    wrong: message,
  }))
  if (faults.length > 0) return { faults }
  try {
    return {
      ok: {
        value: document.toJS({ maxAliasCount: 100 }),
        findLine: (path) => line(findOffset(document.contents, path)),
      },
    }
  } catch (error) {
    return { faults: [{ line: 1, wrong: error instanceof Error ? error.message : String(error) }] }
  }
}

function findOffset(root: Node | null, path: Path): number {
  let node: unknown = root
  let offset = root?.range?.[0] ?? 0
  for (const step of path) {
    const child = findChild(node, step)
    if (child === null) return offset
    offset = child.offset
    node = child.node
  }
  return offset
}

function findChild(
  node: unknown,
  step: string | number,
): { readonly offset: number; readonly node: unknown } | null {
  if (isAlias(node)) return null
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
    return pair && isScalar(pair.key)
      ? { offset: pair.key.range?.[0] ?? 0, node: pair.value }
      : null
  }
  if (isSeq(node) && typeof step === 'number') {
    const item = node.items[step]
    return isScalar(item) || isMap(item) || isSeq(item)
      ? { offset: item.range?.[0] ?? 0, node: item }
      : null
  }
  return null
}
