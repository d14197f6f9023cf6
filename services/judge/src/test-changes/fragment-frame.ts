import type { FragmentFrame } from './profile.ts'

/** How a language opens what a fragment only closes. */
export interface Openings {
  /** Opens a function in the arguments of a call, such as `x(() => {`. */
  readonly callback: string
  readonly block: string
  readonly call: string
  readonly list: string
}

const closers: Readonly<Record<string, string>> = { '{': '}', '(': ')', '[': ']' }

/**
 * Balances the brackets of a fragment that begins or ends in the middle of something. Brackets in
 * texts and comments are left out as far as one line shows them.
 */
export function balanceBrackets(lines: readonly string[], openings: Openings): FragmentFrame {
  const open: string[] = []
  const missing: string[] = []
  for (const line of lines)
    for (const sign of listBrackets(line)) {
      const closer = closers[sign]
      if (closer !== undefined) open.push(closer)
      else if (sign !== ')' && sign !== '}' && sign !== ']') continue
      else if (open.at(-1) === sign) open.pop()
      else if (open.includes(sign)) while (open.length > 0 && open.pop() !== sign);
      else missing.push(sign)
    }
  const before = openMissing(missing.toReversed(), openings)
  return {
    before: before === '' ? [] : [before],
    after: open.length === 0 ? [] : [open.toReversed().join('')],
  }
}

const textPattern = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/.*$/g
const listBrackets = (line: string): readonly string[] =>
  (/["'`]|\/\//.test(line) ? line.replace(textPattern, '') : line).match(/[(){}[\]]/g) ?? []

/** `signs` are the closing brackets that lack an opening, the outermost first. */
function openMissing(signs: readonly string[], openings: Openings): string {
  const parts: string[] = []
  for (let n = 0; n < signs.length; n += 1) {
    if (signs[n] === ')' && signs[n + 1] === '}') {
      parts.push(openings.callback)
      n += 1
    } else if (signs[n] === ')') parts.push(openings.call)
    else if (signs[n] === ']') parts.push(openings.list)
    else parts.push(openings.block)
  }
  return parts.join(' ')
}
