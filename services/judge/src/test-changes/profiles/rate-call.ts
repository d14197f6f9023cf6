import { readCallChain } from '../call-chain.ts'
import type { Strength } from '../fact.ts'

/** What a call of a predicate demands if it must be true. */
export interface RatedCall {
  readonly subject: string
  readonly matcher: string
  readonly expected: string | null
  readonly strength: Strength
}

/** Two values are compared completely: the first two arguments, or the receiver and the first. */
const equalPattern =
  /^(?:equals?|deep_?equals?|eq|is_?equal|array_?equals?|content_?equals|all_?close|is_?close|equal_?fold|assert_?equals|is|ptr_eq)$/i
/** A state that is one value of few, such as "empty". */
const statePattern =
  /^(?:is_?empty|is_?none|is_?null|is_?nil|is_?blank|is_?absent|is_?zero|is_?nan)$/i
const partPattern =
  /^(?:contains?\w*|includes?|starts_?with|ends_?with|has_?(?:prefix|suffix|key|value|attr|next)|matches|match\w*|is_?match|search|fullmatch|isinstance|issubclass|all|any|every|some|none|as|as_?type|is_?instance\w*|one_?of)$/i

/** Rates an expression that ends in a call by the name of the call; null if it is no call. */
export function rateCall(expression: string): RatedCall | null {
  const links = readCallChain(expression)
  const last = links.at(-1)
  if (last === undefined || last.args === null) return null
  const macro = /^matches!\s*\(/.test(expression)
  const receiver = links.length > 1 && !macro ? cutLastCall(expression, last.name) : null
  if (macro) return rateMatch(last.args)
  const strength = rateName(last.name)
  const [first = '', second] = last.args
  // `errors.Is(err, target)` has a package before the name, `list.contains(x)` its subject.
  const free = receiver === null || second !== undefined
  const subject = !free ? receiver : first === '' ? expression : first
  const expected = (free ? second : first) ?? null
  return { subject, matcher: last.name, expected: expected === '' ? null : expected, strength }
}

function rateName(name: string): Strength {
  if (equalPattern.test(name) || statePattern.test(name)) return 'equal'
  return partPattern.test(name) ? 'shape' : 'exists'
}

/** `matches!(x, Err(_))` leaves the error open; a pattern without such a gap is one value. */
function rateMatch(args: readonly string[]): RatedCall {
  const [subject = '', ...rest] = args
  const pattern = rest.join(', ')
  const open = /^\w+\((?:_|\.\.)\)$/.test(pattern)
  const partial = /\b_\b|\.\./.test(pattern)
  const strength = open ? 'exists' : partial ? 'shape' : 'equal'
  return { subject, matcher: 'matches', expected: pattern === '' ? null : pattern, strength }
}

const cutLastCall = (expression: string, name: string): string =>
  expression.slice(0, Math.max(0, expression.lastIndexOf(name) - 1)).replace(/[.?!:]+$/, '')
