import { collapseSpace } from '../../lib/text.ts'
import { findClosing, readCallChain } from '../call-chain.ts'
import { type AssertionFact, type Strength, strengths } from '../fact.ts'
import { readNumber } from '../numbers.ts'
import { rateCall } from './rate-call.ts'
import { splitAtWords } from './split-text.ts'

/** What a check demands, apart from where it stands. */
export type Demand = Pick<
  AssertionFact,
  'subject' | 'matcher' | 'expected' | 'negated' | 'strength' | 'tolerance' | 'condition'
>

const either = ['||', ' or '] as const
const both = ['&&', ' and '] as const

/**
 * What an expression demands that must be true, or must be false, in the notation of any of our
 * languages: one demand for each part that has to hold. Total; what it cannot read is `exists`.
 */
export const readDemands = (text: string, wanted: boolean): readonly Demand[] =>
  readNested(text, wanted, 0)

/** Deeper than any code that people write; what is nested deeper is not taken apart. */
const MAX_DEPTH = 40

function readNested(text: string, wanted: boolean, depth: number): readonly Demand[] {
  const expression = stripBrackets(collapseSpace(text))
  if (expression === '') return []
  if (depth > MAX_DEPTH)
    return [
      { ...plain, subject: expression, matcher: 'true', negated: !wanted, strength: 'exists' },
    ]
  const alternatives = splitAtWords(expression, either)
  if (alternatives.length > 1) return combine(alternatives, wanted, !wanted, depth)
  const parts = splitAtWords(expression, both)
  if (parts.length > 1) return combine(parts, wanted, wanted, depth)
  const inner = /^(?:!(?![=~])|not\s)([\s\S]+)$/.exec(expression)?.[1]
  if (inner !== undefined) return readNested(inner, !wanted, depth + 1)
  return [readComparison(expression, wanted) ?? readTruth(expression, wanted)]
}

/** If not all parts must hold, only the weakest is demanded; a flag among them is a condition. */
function combine(
  parts: readonly string[],
  wanted: boolean,
  all: boolean,
  depth: number,
): readonly Demand[] {
  const read = (part: string) => readNested(part, wanted, depth + 1)
  if (all) return parts.flatMap(read)
  const flags = parts.filter((part) => flagPattern.test(part.trim()))
  const checks = parts.filter((part) => !flags.includes(part))
  const [first] = checks
  if (!wanted && first !== undefined && checks.length === 1 && flags.length > 0)
    return read(first).map((demand) => ({
      ...demand,
      condition: flags.join(' ').trim(),
    }))
  const demands = parts.flatMap(read)
  const [weakest] = demands.toSorted((a, b) => rank(a.strength) - rank(b.strength))
  if (weakest === undefined) return []
  const strength = rank(weakest.strength) > rank('shape') ? 'shape' : weakest.strength
  const subject = parts.map(collapseSpace).join(' or ')
  return [{ ...plain, subject, matcher: 'or', negated: !wanted, strength }]
}

const flagPattern = /^!?\s*(?:not\s+)?[\w.]+$/
const rank = (strength: Strength): number => strengths.indexOf(strength)
const plain = { expected: null, negated: false, tolerance: null, condition: null } as const

const comparisons = [
  ...['===', '!==', '==', '!=', ' <= ', ' >= ', ' < ', ' > '],
  ...[' not in ', ' !in ', ' in ', ' is not ', ' !is ', ' is ', ' instanceof '],
] as const
const inverse: Readonly<Record<string, string>> = {
  ...{ '==': '!=', '!=': '==', '<': '>=', '>=': '<', '>': '<=', '<=': '>' },
  ...{ in: 'not in', 'not in': 'in', is: 'is not', 'is not': 'is' },
}

function readComparison(expression: string, wanted: boolean): Demand | null {
  for (const sign of comparisons) {
    const [left = '', right = '', ...more] = splitAtWords(expression, [sign]).map(collapseSpace)
    if (left === '' || right === '') continue
    if (more.length > 0)
      return { ...plain, subject: right, matcher: sign.trim(), strength: 'shape' }
    const name = sign.trim().replace('!in', 'not in').replace('!is', 'is not').slice(0, 10)
    const operator = name.startsWith('instance') ? 'instanceof' : name.replace(/^([!=])==$/, '$1=')
    const swapped = isExpected(left) && !isExpected(right) && /^(?:[=!]=|in|not in)$/.test(operator)
    const [subject, expected] = swapped ? [right, left] : [left, right]
    const matcher = wanted ? operator : (inverse[operator] ?? operator)
    return { ...plain, subject, matcher, expected, ...rateComparison(matcher, subject, expected) }
  }
  return null
}

const literalPattern =
  /^(?:[+-]?\.?\d[\w.+-]*|[frbu]{0,2}["'`][\s\S]*|true|false|nil|None|null|True|False)$/
const isExpected = (text: string): boolean =>
  literalPattern.test(text) || /^(?:\w{1,4}\.)?(?:want|exp|expected)\w*$/i.test(text)

const nothingPattern = /^(?:nil|None|null|undefined)$/
const emptyPattern = /^(?:0|0\.0|""|''|\[\]|\{\}|nil|None|null|undefined)$/
const sizePattern =
  /^len\(|\.(?:len|size|length|count)\(\)$|\.(?:size|length|count)$|^\w*[cC]ount$/i
const errorPattern = /(?:^|\.|_|[a-z])(?:err|Err|error|Error)\w*$|\.Err\(\)$/

function rateComparison(
  matcher: string,
  subject: string,
  expected: string,
): Pick<Demand, 'strength' | 'tolerance'> {
  const rated = (strength: Strength, tolerance: number | null = null) => ({ strength, tolerance })
  if (subject === expected && !subject.includes('(') && matcher !== '!=') return rated('nothing')
  const size = sizePattern.test(subject)
  switch (matcher) {
    case 'is':
    case '==': {
      if (literalPattern.test(subject) && literalPattern.test(expected)) return rated('nothing')
      if (nothingPattern.test(expected) && errorPattern.test(subject)) return rated('runs')
      if (matcher === 'is' && /^[A-Z]\w*[a-z]/.test(expected) && !nothingPattern.test(expected))
        return rated(/^(?:True|False)$/.test(expected) ? 'equal' : 'shape')
      if (size && expected !== '0') return rated('shape')
      return rated('equal', readApproximation(expected))
    }
    case 'is not':
    case '!=':
      return rated(emptyPattern.test(expected) ? 'exists' : 'shape')
    case '>=':
      if (size && expected === '0') return rated('nothing')
      return rated(size && expected === '1' ? 'exists' : 'shape')
    case '>':
      return rated(expected === '0' ? 'exists' : 'shape')
    case '<':
    case '<=':
      return /\babs\w*\b|\.abs\(\)|Abs\(/.test(subject)
        ? rated('equal', readNumber(expected))
        : rated('shape')
    default:
      return rated('shape')
  }
}

/** How far off `approx(1.0, abs=0.1)` may be, in its own unit. */
export function readApproximation(text: string): number | null {
  const call = readCallChain(text).find(({ name }) => name === 'approx')
  if (call === undefined) return null
  const [value = '', ...rest] = call.args ?? []
  const readOption = (name: string): number | null =>
    readNumber(rest.find((arg) => arg.startsWith(`${name}=`))?.slice(name.length + 1) ?? '')
  const near = Math.abs(readNumber(value) ?? 1)
  const absolute = readOption('abs')
  const relative = readOption('rel')
  if (absolute === null && relative === null) return near * 1e-6
  return Math.max(absolute ?? 0, (relative ?? 0) * near)
}

function readTruth(expression: string, wanted: boolean): Demand {
  const demand = { ...plain, subject: expression, matcher: 'true', negated: !wanted } as const
  const truthy = /^(?:true|True|[1-9]\d*|[frbu]?(["']).+\1|\(.+,.*\))$/.test(expression)
  if (truthy || /^(?:false|False|0)$/.test(expression))
    return { ...demand, strength: truthy === wanted ? 'nothing' : 'runs' }
  const rated = rateCall(expression)
  if (rated === null) return { ...demand, strength: 'exists' }
  if (wanted || rated.strength !== 'equal') return { ...demand, ...rated }
  return { ...demand, ...rated, strength: rated.expected === null ? 'exists' : 'shape' }
}

function stripBrackets(text: string): string {
  let rest = text
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const whole = rest.startsWith('(') && findClosing(rest, 0) === rest.length - 1
    if (!whole || splitAtWords(rest.slice(1, -1), [',']).length > 1) return rest
    rest = rest.slice(1, -1).trim()
  }
  return rest
}
