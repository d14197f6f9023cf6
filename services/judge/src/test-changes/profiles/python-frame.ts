import type { FragmentFrame } from '../profile.ts'

const rowsStart = '@pytest.mark.parametrize(_, ['

/**
 * Opens the blocks and brackets that a fragment of Python only closes. A fragment that consists of
 * the rows of a list is taken for the cases of a parametrised test, as no other list is a test.
 */
export function completePython(lines: readonly string[]): FragmentFrame {
  const code = lines.filter((line) => /\S/.test(line))
  const { missing, open } = scanBrackets(code)
  const after = open.length === 0 ? [] : [open.toReversed().join('')]
  if (missing.length === 0 && code.length > 0 && code.every((line) => rowPattern.test(line)))
    return { before: [rowsStart], after: [...after, '])', 'def _(): pass'] }
  const last = missing.at(-1)
  if (last === undefined) return { before: openBlocks(code), after }
  const rest = code.slice(last.index)
  const margin = ' '.repeat(readIndent(rest[0] ?? ''))
  const opening = missing.map(({ sign }) => openers[sign]).toReversed()
  const next = rest.find((line, index) => index > 0 && !/^\s*#/.test(line)) ?? ''
  const decorates = /^\s*(?:@|def\b|async def\b|class\b)/.test(next) && opening[0] === '('
  const start = decorates
    ? `${margin}@pytest.mark.parametrize(_, ${opening.slice(1).join('')}`
    : `${margin}_ = ${opening.join('')}`
  return { before: [...openBlocks(rest), start], after }
}

/** A line of a list: a value and a comma, or a comment. */
const rowPattern = /^\s*(?:#.*|(?:[([{"'frbu\d-]|\w+(?:\.\w+)*\().*[,([{]\s*(?:#.*)?|[)\]}]+,)$/

const openers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' }
const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const quietPattern = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#.*$/g

/** The closing brackets without an opening one, the innermost first, and those still open. */
function scanBrackets(lines: readonly string[]) {
  const missing: { readonly sign: string; readonly index: number }[] = []
  const open: string[] = []
  lines.forEach((line, index) => {
    for (const sign of line.replace(quietPattern, '').match(/[()[\]{}]/g) ?? []) {
      const closer = closers[sign]
      if (closer !== undefined) open.push(closer)
      else if (open.at(-1) === sign) open.pop()
      else missing.push({ sign, index })
    }
  })
  return { missing, open }
}

const readIndent = (line: string): number => line.length - line.trimStart().length

/** Each line that is less indented than all before it stands in a block that began earlier. */
function openBlocks(lines: readonly string[]): readonly string[] {
  const openings: string[] = []
  let least = Number.POSITIVE_INFINITY
  for (const line of lines) {
    const indent = readIndent(line)
    if (indent >= least) continue
    if (least !== Number.POSITIVE_INFINITY)
      openings.unshift(`${' '.repeat(indent)}${chooseOpening(line.trimStart())}`)
    least = indent
  }
  return openings
}

const chooseOpening = (line: string): string =>
  /^(?:except|finally)\b/.test(line) ? 'try:' : 'if _:'
