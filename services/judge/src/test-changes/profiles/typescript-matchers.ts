import type { Strength } from '../fact.ts'
import { readNumber } from '../numbers.ts'

/** What a matcher of expect, chai, assert or should demands, by its name in lower case. */
const byName: ReadonlyMap<string, Strength> = new Map([
  ...list(
    'equal',
    'tobe toequal tostrictequal equal equals eql eq is deepequal deepstrictequal strictequal same',
    'deep_equal strict_equal samedeepmembers members tomatchsnapshot tomatchinlinesnapshot',
    'tomatchfilesnapshot snapshot matchsnapshot tobenull tobeundefined tobenan tobetrue tobefalse',
    'null undefined true false isnull isundefined istrue isfalse isnan tohavebeencalledtimes',
    'tohavebeencalledwith tohavebeenlastcalledwith tohavebeennthcalledwith tobecalledwith',
    'tobecalledtimes tohavebeencalledexactlyoncewith tohavebeencalledonce calledwith calledonce',
    'calledoncewith calledoncewithexactly calledwithexactly callcount notcalled tohavelength',
    'lengthof tohavetext tohavevalue tohavecount tohaveurl tohavetitle tohaveattribute',
    'toreturnwith tohavereturnedwith tohaveexactly lengthequal have.length have.text tohavestyle',
    'text html value attr css tobechecked tobedisabled tobeenabled tobeempty tobeemptydomelement empty isempty',
  ),
  ...list(
    'shape',
    'tocontain tocontainequal tomatch tomatchobject tobeinstanceof tobetypeof tobegreaterthan',
    'tobegreaterthanorequal tobelessthan tobelessthanorequal tobecloseto closeto include includes',
    'contain contains match matches regex like an a instanceof typeof above below least most',
    'greaterthan lessthan within oneof satisfy tosatisfy isarray isobject isstring isnumber',
    'tocontaintext tohaveclass tohaveproperty property keys string approximately containsubset',
    'partialdeepequal include.members have.class tobeoneof startswith endswith',
  ),
  ...list(
    'exists',
    'tobedefined tobetruthy tobefalsy tobeinthedocument tobevisible tobehidden tobeattached exist',
    'exists ok notok isok isdefined truthy falsy tohavebeencalled tobecalled called tohavereturned',
    'tothrow tothrowerror throw throws rejects rejected fulfilled isnotnull isnotundefined isnotok',
    'assert be.visible visible pass',
  ),
  ...list('runs', 'doesnotthrow doesnotreject notthrows notthrowsasync'),
])

function list(strength: Strength, ...names: readonly string[]): [string, Strength][] {
  return names.flatMap((line) => line.split(' ')).map((name) => [name, strength])
}

const helperPattern = /^(?:expect|assert|verify|check|ensure|should|until|waitfor)[a-z_]\w*/
const errorMatchers = /^(?:tothrow|tothrowerror|throw|throws|throwsasync|rejects|rejected)$/
const constantPattern =
  /^(?:true|false|null|undefined|-?\d[\d._]*|(["'])(?:(?!\1).)*\1|!0|!1|\[\]|\{\})$/

/** How much `expect(subject).matcher(expected)` demands; `subject` and `expected` as written. */
export function rateMatcher(
  matcher: string,
  subject: string,
  expected: readonly string[],
  negated: boolean,
): Strength {
  const name = matcher.toLowerCase()
  // A helper demands what its own assertions do, which are compared where they stand.
  if (helperPattern.test(name)) return 'equal'
  if (isAlwaysTrue(name, subject, expected)) return 'nothing'
  const [first] = expected
  if (errorMatchers.test(name)) {
    if (negated) return 'runs'
    return first === undefined || first === 'Error' ? 'exists' : 'shape'
  }
  if (first !== undefined && /^expect\.anything\(\)$/.test(first)) return 'exists'
  if (first !== undefined && /^expect\.(?!not)\w+\(/.test(first)) return 'shape'
  // An inline snapshot without a text takes whatever comes first.
  if (name === 'tomatchinlinesnapshot' && first === undefined) return 'exists'
  if (name === 'tohaveproperty' || name === 'property')
    return expected.length > 1 ? 'equal' : 'exists'
  const strength = byName.get(name) ?? (expected.length > 0 ? 'shape' : 'exists')
  if (!negated) return strength
  // "not that value" leaves everything else; "not called" and "not defined" leave one state.
  if (strength === 'equal')
    return first === undefined || constantPattern.test(first) ? 'exists' : 'shape'
  return strength
}

/** A check of a constant, or of something against itself, is true whatever the code does. */
function isAlwaysTrue(name: string, subject: string, expected: readonly string[]): boolean {
  if (subject === '') return false
  if (/\|\|\s*(?:true|!0|1)$|^(?:true|!0|1)\s*\|\|/.test(subject)) return true
  const [first] = expected
  if (constantPattern.test(subject))
    return first === undefined ? !/false|fail/i.test(subject) && name !== 'fail' : first === subject
  return (
    first === subject &&
    byName.get(name) === 'equal' &&
    !subject.includes('(') &&
    !/\+\+|--/.test(subject)
  )
}

/** How far off a value may be: by digits for `toBeCloseTo`, else as given. */
export function readTolerance(matcher: string, expected: readonly string[]): number | null {
  const name = matcher.toLowerCase()
  if (name === 'tobecloseto') return 10 ** -(readNumber(expected[1] ?? '2') ?? 2) / 2
  if (name === 'closeto' || name === 'approximately') return readNumber(expected.at(-1) ?? '')
  return null
}
