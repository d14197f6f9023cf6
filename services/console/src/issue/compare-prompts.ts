import { diffLines } from 'diff'

export interface PromptLine {
  readonly kind: 'added' | 'removed' | 'context'
  readonly text: string
}

/** More unchanged lines than this between two changes are folded into one line that counts them. */
const CONTEXT_LINES = 3

/** How the prompt of one attempt became that of another, line by line, without what both share. */
export function comparePrompts(before: string, after: string): readonly PromptLine[] {
  const lines = diffLines(endLine(before), endLine(after)).flatMap(
    ({ value, added, removed }): PromptLine[] =>
      value
        .replace(/\n$/, '')
        .split('\n')
        .map((text) => ({ kind: added ? 'added' : removed ? 'removed' : 'context', text })),
  )
  return foldContext(lines)
}

/** A last line without an end would differ from the same line with one. */
const endLine = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`)

function foldContext(lines: readonly PromptLine[]): readonly PromptLine[] {
  const isNear = (index: number): boolean =>
    lines
      .slice(Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1)
      .some(({ kind }) => kind !== 'context')
  const shown: PromptLine[] = []
  let folded = 0
  const flush = () => {
    if (folded > 0)
      shown.push({ kind: 'context', text: `… ${folded} ${folded === 1 ? 'line' : 'lines'} alike` })
    folded = 0
  }
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'context' && !isNear(index)) {
      folded += 1
      continue
    }
    flush()
    shown.push(line)
  }
  flush()
  return shown
}
