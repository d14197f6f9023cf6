import { isMap, isScalar, type Pair, parseDocument } from 'yaml'

/**
 * What the comments of a policy file say of each dotted key. A key without a comment of its own
 * belongs to the one above it in its section, or has the comment of its section.
 */
export function listMeanings(text: string): ReadonlyMap<string, string> {
  const meanings = new Map<string, string>()
  const visit = (node: unknown, path: readonly string[], inherited: string): void => {
    if (!isMap(node)) return
    // The comment above the first key of a nested map is that of the map.
    let above = toSentence(node.commentBefore) || inherited
    node.items.forEach((item, index) => {
      const { key, value } = item as Pair
      if (!isScalar(key)) return
      const own = toSentence(key.commentBefore)
      // A blank line ends what a comment is about.
      const known = own || (key.spaceBefore === true && index > 0 ? inherited : above)
      const here = [...path, String(key.value)]
      if (isMap(value) && value.items.length > 0) visit(value, here, known)
      else meanings.set(here.join('.'), known)
      above = known
    })
  }
  visit(parseDocument(text).contents, [], '')
  return meanings
}

/** The last paragraph of a comment as one line: what is further above is about the whole file. */
const toSentence = (comment: string | null | undefined): string =>
  (comment ?? '')
    .split('\n\n')
    .at(-1)
    ?.split('\n')
    .map((line) => line.trim())
    .join(' ')
    .replace(/ {2,}/g, ' ')
    .trim() ?? ''
