import { showInvisible } from '../judge/show-invisible.ts'
import { collapseSpace } from '../lib/text.ts'
import { clean } from '../text/untrusted-text.ts'

/**
 * Text from outside in a form that cannot move the cursor, colour or reorder what a terminal shows:
 * control and invisible characters become their numbers. Tabs become spaces.
 */
export const toPlain = (text: string): string => showInvisible(clean(text)).replaceAll('\t', '  ')

/** One line of it. */
export const toPlainLine = (text: string): string => collapseSpace(toPlain(text))

/**
 * Breaks text between words into lines of at most `columns` characters, the indent included. Words
 * that are longer, such as addresses, are left whole. Lines of the text stay lines.
 */
export function wrap(
  text: string,
  {
    columns,
    indent = '',
    first = indent,
  }: {
    readonly columns: number
    readonly indent?: string
    /** The indent of the first line. */
    readonly first?: string
  },
): readonly string[] {
  const lines: string[] = []
  for (const paragraph of toPlain(text).split('\n')) {
    let line = lines.length === 0 ? first : indent
    let isEmpty = true
    for (const word of paragraph.split(' ').filter((part) => part !== '')) {
      if (!isEmpty && line.length + 1 + word.length > columns) {
        lines.push(line)
        line = indent
        isEmpty = true
      }
      line += isEmpty ? word : ` ${word}`
      isEmpty = false
    }
    lines.push(line.trimEnd())
  }
  return lines
}

/** Puts parts on one line with ` · ` between them, and breaks only between parts. */
export function joinParts(
  parts: readonly (string | null)[],
  { columns, indent = '' }: { readonly columns: number; readonly indent?: string },
): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const part of parts) {
    if (part === null || part === '') continue
    const plain = toPlainLine(part)
    const longer = line === '' ? `${indent}${plain}` : `${line} · ${plain}`
    if (line !== '' && longer.length > columns) {
      lines.push(line)
      line = `${indent}${plain}`
    } else line = longer
  }
  return line === '' ? lines : [...lines, line]
}
