import { balanceBrackets } from '../fragment-frame.ts'
import type { FragmentFrame } from '../profile.ts'

const openings = { callback: 'open(func() {', block: 'if open {', call: 'open(', list: '_ = open[' }
const tableStart = 'var tests = []struct{}{'
const typeStart = 'func open() { var tests = []struct {'

/**
 * A fragment that shows only rows of a table is taken for a table of tests; one that ends a table
 * gets its beginning.
 */
export function completeGo(lines: readonly string[]): FragmentFrame {
  const code = lines.filter((line) => /\S/.test(line) && !/^\s*\/\//.test(line))
  const isRow = (line: string) =>
    /,\s*(?:\/\/.*)?$|^\s*(?:(?:"[^"]*"|\w+):\s*)?(?:&?[\w.*[\]]+)?\{$/.test(line)
  const end = code.findIndex((line) => !isRow(line))
  const rows = end === -1 ? code : code.slice(0, end)
  const { before: opened, after } = balanceBrackets(lines, openings)
  const before = openSelect(opened, lines)
  // `}{` ends the type of the rows, whose fields the fragment may begin with.
  const type = code.findIndex((line) => /^\s*\}\{$/.test(line))
  if (type >= 0 && code.slice(0, type).every((line) => /^\s*\w+(?:, \w+)*\s+[^{}]+$/.test(line)))
    return { before: [typeStart], after }
  if (rows.length === 0 || !rows.some((line) => /^\s*(?:\{|\},|"[^"]*":\s*\{)/.test(line)))
    return { before, after }
  const closesTable = /^\s*\}$/.test(code[end] ?? '')
  if (end !== -1 && !closesTable) return { before, after }
  const inRow = balanceBrackets(rows, { ...openings, block: '{' })
  const row = inRow.before.length > 0 ? '{' : ''
  const first = `func open() { ${tableStart}${row}`
  return end === -1
    ? { before: [first], after: [...inRow.after, '}', '}'] }
    : { before: [first], after }
}

const casePattern = /^(\s*)(?:case\b.*|default):\s*$/

/** A `case` without its `select` or `switch` in the fragment stands in the block it ends. */
function openSelect(before: readonly string[], lines: readonly string[]): readonly string[] {
  const found = lines.findIndex((line) => casePattern.test(line))
  const margin = casePattern.exec(lines[found] ?? '')?.[1]
  const begun = lines.slice(0, found).some((line) => line.startsWith(`${margin}s`))
  if (margin === undefined || begun) return before
  const end = lines.findIndex((line, index) => index > found && line.trimEnd() === `${margin}}`)
  const missing = countMissing(lines)
  const place = missing.indexOf(end)
  if (end < 0 || place < 0) return before
  const kind = lines.some((line) => /^\s*case\b.*<-/.test(line))
    ? 'select { case <-open:'
    : 'switch { case open:'
  let block = missing.length
  return before.map((line) =>
    line.replaceAll(openings.block, () => {
      block -= 1
      return block === place ? kind : openings.block
    }),
  )
}

/** The lines whose closing brace has no opening one, the innermost first. */
function countMissing(lines: readonly string[]): readonly number[] {
  const missing: number[] = []
  let open = 0
  lines.forEach((line, index) => {
    for (const sign of line.replace(/"(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)*'|\/\/.*$/g, ''))
      if (sign === '{') open += 1
      else if (sign === '}' && open > 0) open -= 1
      else if (sign === '}') missing.push(index)
  })
  return missing
}
