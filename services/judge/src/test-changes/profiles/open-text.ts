import type { FragmentFrame } from '../profile.ts'

/** The quotes of texts that span lines in a language: `"""`, or a backtick. */
export interface LongText {
  readonly quote: string
  /** What begins such a text; it may be more than the quote, such as `r"`. */
  readonly opening: string
}

/**
 * Begins the text in whose middle a fragment begins, or ends the one in which it ends; `complete`
 * does the rest for the lines that are code.
 */
export function openText(
  lines: readonly string[],
  texts: readonly LongText[],
  complete: (lines: readonly string[]) => FragmentFrame,
): FragmentFrame {
  for (const { quote, opening } of texts) {
    const end = lines.findIndex((line) => line.includes(quote))
    if (end < 0) continue
    const rest = lines.slice(end + 1)
    if (endsText(lines[end] ?? '', rest, quote)) {
      const { before, after } = complete([(lines[end] ?? '').replace(quote, ''), ...rest])
      const last = before.at(-1)
      if (last !== undefined && /[[({,]\s*$/.test(last))
        return { before: [...before.slice(0, -1), last + opening], after }
      const margin = /^\s*/.exec(lines[end] ?? '')?.[0] ?? ''
      return { before: [...before, margin + opening], after }
    }
    const count = lines.join('\n').split(quote).length - 1
    if (quote === '"' || count % 2 === 0) continue
    const start = lines.findLastIndex((line) => line.includes(quote))
    const { before, after } = complete(lines.slice(0, start + 1))
    return { before, after: [quote, ...after] }
  }
  return complete(lines)
}

/** A quote alone on its line ends a text if what follows closes or goes on with the code. */
function endsText(line: string, rest: readonly string[], quote: string): boolean {
  const [before = '', after = ''] = line.split(quote, 2)
  if (!/^\s*$/.test(before) || !/^#*\s*[,;)\]}.]*$/.test(after)) return false
  const odd = (rest.join('\n').split(quote).length - 1) % 2 === 0
  if (/[,;)\]}.]/.test(after)) return true
  const next = rest.find((text) => /\S/.test(text)) ?? ''
  return /^\s*[)\]}.,;]/.test(next) || (odd && quote.length > 1)
}
