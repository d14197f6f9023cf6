import { collapseSpace } from '../../lib/text.ts'
import { findClosing, readCallChain, splitArguments } from '../call-chain.ts'
import type { Strength } from '../fact.ts'
import { readNumber } from '../numbers.ts'
import { rateHelper } from './rate-helper.ts'
import { type Demand, readDemands } from './read-demands.ts'

const plain = { expected: null, negated: false, tolerance: null, condition: null } as const

/** What a macro demands, by its name and the text between its brackets; none if it is no check. */
export function readMacro(path: string, inner: string): readonly Demand[] {
  const name = path.slice(path.lastIndexOf(':') + 1)
  const args = splitArguments(inner)
  const [first = '', second = null] = args
  if (/^(?:prop_|debug_|soft_)?(?:assert|check|verify|ensure)$/.test(name))
    return readDemands(first, true)
  if (/^(?:prop_|debug_)?assert_(?:eq|str_eq|json_eq|json_diff)$|^assert_data_eq$/.test(name))
    return [readEquality(name, first, second)]
  if (/^(?:prop_|debug_)?assert_ne$/.test(name))
    return [
      {
        ...plain,
        subject: first,
        matcher: name,
        expected: second,
        negated: true,
        strength: 'shape',
      },
    ]
  if (/^(?:debug_)?assert_matches$|^assert_let$|^let_assert$/.test(name)) {
    const [subject, pattern] =
      name === 'assert_matches' ? [first, args.slice(1).join(', ')] : [inner, '']
    return readDemands(`matches!(${subject}, ${pattern})`, true)
  }
  if (/snapshot|golden/.test(name) && !/settings/.test(name)) return [readSnapshot(name, args)]
  if (/^(?:str|expect|expect_file|file|bytes)$/.test(name) && /^\s*(?:\[?\s*r?#*"|_)/.test(inner))
    return [readLiteral(name, inner)]
  if (/^assert_\w*(?:relative|abs_diff|ulps|approx|close|near|float)\w*$/.test(name))
    return [
      {
        ...plain,
        subject: first,
        matcher: name,
        expected: second,
        strength: 'equal',
        tolerance: readLimit(args),
      },
    ]
  if (/^(?:assert|expect|verify)_that$/.test(name) && second !== null) {
    const strength =
      /^(?:\w+::)*(?:eq|approx_eq|near|elements_are|ok\(eq|some\(eq|none|is_false|is_true)\b/.test(
        second,
      )
    return [
      {
        ...plain,
        subject: first,
        matcher: name,
        expected: second,
        strength: strength ? 'equal' : 'shape',
      },
    ]
  }
  if (/^(?:assert|expect|verify|check|ensure)_\w+$/.test(name))
    return [readHelper(name, first, args.slice(1))]
  return []
}

function readEquality(name: string, first: string, second: string | null): Demand {
  const literal =
    /^(?:-?\d|["'&]|r#*"|true$|false$|None$|Ok\(|Err\(|Some\(|vec!|\[|expected\w*$|want\w*$)/
  const swap = second !== null && literal.test(first) && !literal.test(second)
  const [subject, expected] = swap ? [second, first] : [first, second]
  const constant = /^(?:-?\d[\d_.]*|true|false|"[^"]*")$/
  const same = first === second && !first.includes('(')
  const nothing = same || (constant.test(subject) && constant.test(expected ?? ''))
  return { ...plain, subject, matcher: name, expected, strength: nothing ? 'nothing' : 'equal' }
}

/** `insta::assert_snapshot!(value, @"recorded")`; other arguments say how it is recorded. */
function readSnapshot(name: string, args: readonly string[]): Demand {
  const recorded = args.findLast((arg) => /^@?r?#*"/.test(arg)) ?? null
  const subject = args.filter((arg) => arg !== recorded).join(', ')
  return { ...plain, subject, matcher: name, expected: recorded, strength: 'equal' }
}

/** Expected output that stands in the test; `[..]` and a line of dots leave parts of it open. */
function readLiteral(name: string, inner: string): Demand {
  const open = /\[\.\.\]|^\s*\.\.\.\s*$/m.test(inner)
  const expected = collapseSpace(inner)
  return {
    ...plain,
    subject: 'the expected output',
    matcher: name,
    expected,
    strength: open ? 'shape' : 'equal',
  }
}

/** The largest of `epsilon = 1e-3`, `max_relative = 0.1` or a third argument. */
function readLimit(args: readonly string[]): number | null {
  const limits = args.slice(2).flatMap((arg) => readNumber(arg.slice(arg.indexOf('=') + 1)) ?? [])
  return limits.length === 0 ? null : Math.max(...limits)
}

function readHelper(name: string, subject: string, rest: readonly string[]): Demand {
  const expected = rest.length === 0 ? null : rest.join(', ')
  return { ...plain, subject, matcher: name, expected, strength: rateHelper(name) }
}

const commandSteps: Readonly<Record<string, Strength>> = {
  success: 'exists',
  failure: 'exists',
  code: 'equal',
  stdout: 'equal',
  stderr: 'equal',
  stdout_eq: 'equal',
  stderr_eq: 'equal',
}

/** Checks that are calls: `.assert().success()`, `expect![..].assert_eq(&x)`, `assert_error(e)`. */
export function readCall(text: string): readonly Demand[] {
  if (!/\b(?:assert|expect|check|verify)/.test(text)) return []
  const links = readCallChain(text)
  const start = links.findIndex(({ name, args }) => name === 'assert' && args?.length === 0)
  if (start >= 0) {
    const subject = collapseSpace(text.slice(0, text.search(/\.\s*assert\(\)/)))
    return links.slice(start + 1).flatMap(({ name, args }): readonly Demand[] => {
      const strength = commandSteps[name]
      if (strength === undefined || args === null) return []
      const part = /contains|predicate|is_match|starts_with|\[\.\.\]/.test(args.join())
      return [
        {
          ...plain,
          subject,
          matcher: name,
          expected: args.join(', ') || null,
          strength: part ? 'shape' : strength,
        },
      ]
    })
  }
  const last = links.at(-1)
  const called = last?.name === 'await' ? links.at(-2) : last
  if (called === undefined || called.args === null) return []
  const { name, args } = called
  const [first] = links
  if (first?.name === 'assert_that' && first.args !== null && first !== called) {
    const expected = args.length === 0 ? null : args.join(', ')
    const strength = /equal|is_(?:true|false|none|empty)/.test(name) ? 'equal' : 'shape'
    return [{ ...plain, subject: first.args[0] ?? '', matcher: name, expected, strength }]
  }
  if (!/^(?:assert|expect|verify|check|should)_\w+$/.test(name) || name === 'expect_err') return []
  if (links.length === 1) return [readHelper(name, args[0] ?? '', args.slice(1))]
  const receiver = collapseSpace(text.slice(0, text.lastIndexOf(name))).replace(/[.:]+$/, '')
  return [readHelper(name, receiver, args)]
}

/** The checks that stand in the arguments of another macro, which the syntax tree leaves unread. */
export function findInnerMacros(
  text: string,
): readonly { readonly at: number; readonly end: number; readonly demands: readonly Demand[] }[] {
  return [...text.matchAll(/\b((?:\w+::)*(?:prop_|debug_)?assert(?:_\w+)?)!\s*(?=[([{])/g)].map(
    (match) => {
      const open = match.index + match[0].length
      const end = findClosing(text, open)
      return { at: match.index, end, demands: readMacro(match[1] ?? '', text.slice(open + 1, end)) }
    },
  )
}
