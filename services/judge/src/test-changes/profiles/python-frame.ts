import { balanceBrackets } from '../fragment-frame.ts'
import type { FragmentFrame } from '../profile.ts'

const listStart = '@pytest.mark.parametrize(_, ['

/**
 * Opens the blocks and brackets that a fragment of Python only closes. A fragment that consists of
 * the rows of a list is taken for the cases of a parametrised test, as no other list is a test.
 */
export function completePython(lines: readonly string[]): FragmentFrame {
  const code = lines.filter((line) => /\S/.test(line))
  if (code.length > 0 && code.every((line) => rowPattern.test(line)))
    return { before: [listStart], after: ['])', 'def _(): pass'] }
  const { before, after } = balanceBrackets(lines, {
    callback: '{',
    block: '{',
    call: '(',
    list: '[',
  })
  const opened = before.join('')
  const rows = /^\(\s*\[$/.test(opened)
  return {
    before: [...openBlocks(code), ...(rows ? [listStart] : opened === '' ? [] : [`_ = ${opened}`])],
    after,
  }
}

/** A line of a list: a value and a comma, or a comment. */
const rowPattern = /^\s*(?:#.*|(?:[([{"'frbu\d-]|\w+(?:\.\w+)*\().*[,([{]\s*(?:#.*)?|[)\]}]+,)$/

/** Each line that is less indented than all before it stands in a block that began earlier. */
function openBlocks(lines: readonly string[]): readonly string[] {
  const openings: string[] = []
  let least = Number.POSITIVE_INFINITY
  for (const line of lines) {
    const indent = line.length - line.trimStart().length
    if (indent >= least) continue
    const first = least === Number.POSITIVE_INFINITY
    least = indent
    if (!first) openings.unshift(`${' '.repeat(indent)}${chooseOpening(line.trimStart())}`)
  }
  return openings
}

function chooseOpening(line: string): string {
  if (/^(?:except|finally)\b/.test(line)) return 'try:'
  return 'if _:'
}
