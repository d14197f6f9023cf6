/** A key with what is nested below it, or an item of a list (its key is `-`). */
export interface Block {
  readonly key: string
  readonly line: number
  readonly changed: boolean
  /** The column at which it begins, from 0; where a format has no meaningful indentation, 0. */
  readonly indent: number
}

/** A key with a value, or an item of a list (its key is empty). */
export interface Entry {
  readonly key: string
  /** Without quotes and comments. */
  readonly value: string
  readonly line: number
  readonly changed: boolean
  /** The enclosing blocks that are visible, outermost first. */
  readonly blocks: readonly Block[]
}

/** A line of a script: of a shell file, a recipe, or a value that a shell runs. */
export interface ScriptLine {
  readonly text: string
  readonly line: number
  readonly changed: boolean
  readonly blocks: readonly Block[]
  /** What makes the surrounding format ignore a failure, such as make's `-`; null if nothing. */
  readonly ignored: string | null
}

/** What one side of a configuration file says. */
export interface ConfigurationText {
  readonly entries: readonly Entry[]
  readonly scripts: readonly ScriptLine[]
}

/** The keys of the enclosing blocks and the entry's own, without the marks of list items. */
export const listKeys = ({ blocks, key }: Pick<Entry, 'blocks' | 'key'>): readonly string[] =>
  [...blocks.map((block) => block.key), key].filter((part) => part !== '-' && part !== '')

/** Removes one pair of quotes around a value. */
export function unquote(text: string): string {
  const trimmed = text.trim()
  const [, , inner] = /^(["'`])(.*)\1$/s.exec(trimmed) ?? []
  return inner ?? trimmed
}

/** Splits `[a, "b, c", {d: e}]` without its brackets at the commas of the first level. */
export function splitItems(text: string): readonly string[] {
  const items: string[] = []
  let depth = 0
  let quote = ''
  let from = 0
  for (let at = 0; at <= text.length; at++) {
    const sign = text[at] ?? ','
    if (quote !== '' && at < text.length) {
      if (sign === quote) quote = ''
    } else if (sign === '"' || sign === "'" || sign === '`') quote = sign
    else if (/[[{(]/.test(sign)) depth += 1
    else if (/[\]})]/.test(sign)) depth -= 1
    if (at === text.length || (sign === ',' && depth === 0 && quote === '')) {
      const item = text.slice(from, at).trim()
      if (item !== '') items.push(item)
      from = at + 1
    }
  }
  return items
}
