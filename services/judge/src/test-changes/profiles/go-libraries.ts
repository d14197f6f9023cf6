import type { ChainLink } from '../call-chain.ts'
import type { Strength } from '../fact.ts'
import { readNumber } from '../numbers.ts'
import type { SyntaxNode } from '../syntax.ts'
import { findErrorSource, isError } from './go-assertions.ts'
import { rateHelper } from './rate-helper.ts'
import { type Demand, readDemands } from './read-demands.ts'
import { createTable } from './strength-table.ts'

const plain = { expected: null, negated: false, tolerance: null, condition: null } as const

const strengths = createTable({
  runs: 'NoError NotPanics NilError Succeed Implements Eventually EventuallyWithT',
  exists: 'NotNil NotEmpty NotZero Error Panics Positive Condition HaveOccurred IsNotNil',
  equal: `Equal EqualValues EqualExportedValues Equals EqualError Exactly JSONEq YAMLEq Same Nil Zero
    Empty ErrorIs ErrorType PanicsWithValue PanicsWithError InDelta InDeltaSlice InEpsilon IsNil
    WithinDuration DeepEqual DeepEquals FileExists NoFileExists HTTPStatusCode MatchError BeNil
    BeEquivalentTo BeIdenticalTo BeZero BeEmpty BeTrue BeFalse BeNumerically ConsistOf MatchJSON
    HaveExactElements`,
})
const checkers: ReadonlySet<string> = new Set(
  'Equals DeepEquals IsNil NotNil ErrorMatches HasLen Matches Contains Not IsTrue IsFalse'.split(
    ' ',
  ),
)
const rateName = (name: string): Strength => strengths.get(name) ?? 'shape'

const ownerPattern =
  /^(?:assert|require|is|qt|c|s|suite|a|r|must|check|verify|td|be|testify|assertions?|req)$/

/** `require.Equal(t, want, got)`, `s.Equal(want, got)`, `assert.Assert(t, cond)`. */
export function readLibraryCall(node: SyntaxNode, links: readonly ChainLink[]): readonly Demand[] {
  const last = links.at(-1)
  const owner = links.at(-2)
  if (last === undefined || last.args === null || links.length > 4) return []
  const known =
    owner !== undefined &&
    (/^(?:Require|Assert)$/.test(owner.name) || ownerPattern.test(owner.name))
  if (owner !== undefined && mockPattern.test(last.name)) {
    const expected = last.args.slice(1).join(', ')
    const demand = { ...plain, subject: owner.name, matcher: last.name } as const
    return [{ ...demand, expected: expected === '' ? null : expected, strength: 'equal' }]
  }
  if (!known) return readHelper(last.name, last.args)
  const name = last.name.replace(/f$/, '')
  const args = testPattern.test(last.args[0] ?? '') ? last.args.slice(1) : last.args
  if (name === 'New' || /^[a-z]/.test(name) || args.length === 0) return []
  return rateLibraryCall(node, name, args)
}

const mockPattern = /^(?:AssertExpectations|AssertCalled|AssertNumberOfCalls|AssertNotCalled)$/
const testPattern = /^(?:t|tt|b|tb|c|s\.T\(\)|suite\.T\(\))$/

/** A helper that gets the test: `assertPop(t, q, "a")`, `goleak.VerifyNone(t)`. */
function readHelper(name: string, args: readonly string[]): readonly Demand[] {
  const [test = '', subject = name, ...rest] = args
  const checks =
    /^(?:assert|require|check|verify|expect|must|ensure|compare|Assert|Require|Check|Verify|Expect|Must|Ensure|Compare|Match)(?=[A-Z]|$)\w*$/
  if (!testPattern.test(test) || !checks.test(name)) return []
  const expected = rest.length === 0 ? null : rest.join(', ')
  return [{ ...plain, subject, matcher: name, expected, strength: rateHelper(name) }]
}

const reversed =
  /^(?:Equal\w*|Exactly|JSONEq|YAMLEq|Same|NotEqual\w*|InDelta|InEpsilon|WithinDuration|IsType|Implements)$/

function rateLibraryCall(
  node: SyntaxNode,
  name: string,
  args: readonly string[],
): readonly Demand[] {
  const [first = '', second = null] = args
  if (/^(?:Eventually|Condition)$/.test(name)) return readAwaited(first)
  const matched = rateChecker(first, second ?? '', args)
  if (matched !== null) return [matched]
  if (name === 'True' || name === 'Assert' || name === 'Check' || name === 'IsTrue')
    return readDemands(first, true)
  if (name === 'False' || name === 'IsFalse') return readDemands(first, false)
  const error = isError(first) ? findErrorSource(node, first) : first
  if (name === 'Nil' && isError(first))
    return [{ ...plain, subject: error, matcher: '==', expected: 'nil', strength: 'runs' }]
  if (name === 'NotNil' && isError(first))
    return [{ ...plain, subject: error, matcher: '!=', expected: 'nil', strength: 'exists' }]
  const swap = reversed.test(name) && second !== null
  const subject = swap ? second : error
  const expected = swap ? first : takesOne.test(name) ? null : second
  const constant = /^(?:true|false|nil|-?\d[\d.]*|"[^"]*")$/
  const same = first === second && !first.includes('(')
  const strength =
    same || (constant.test(first) && constant.test(second ?? '')) ? 'nothing' : rateName(name)
  const tolerance = /^(?:InDelta|InEpsilon|WithinDuration)/.test(name)
    ? readDelta(args[2] ?? '')
    : null
  return [
    {
      ...plain,
      subject,
      matcher: name,
      expected,
      negated: /^Not(?!Panics)|^No(?!Error|t)[A-Z]/.test(name),
      strength,
      tolerance,
    },
  ]
}

/** `func() bool { return x == 1 }` is waited for: what it returns is demanded. */
function readAwaited(code: string): readonly Demand[] {
  const awaited = /^func\(\)\s*bool\s*\{\s*return\s+([^;{}\n]+?)\s*\}$/.exec(code)?.[1]
  if (awaited !== undefined) return readDemands(awaited, true)
  return [{ ...plain, subject: code.slice(0, 300), matcher: 'Eventually', strength: 'exists' }]
}

const takesOne = /^(?:NoError|Error|Nil|NotNil|Empty|NotEmpty|Zero|NotZero|NilError)$/
const units: Readonly<Record<string, number>> = {
  Nanosecond: 1e-9,
  Microsecond: 1e-6,
  Millisecond: 1e-3,
  Second: 1,
  Minute: 60,
  Hour: 3600,
}

/** A number, or a duration in seconds such as `2*time.Second`. */
function readDelta(text: string): number | null {
  const [, before, unit, after] =
    /^(?:([\d.]+)\s*\*\s*)?time\.(\w+)(?:\s*\*\s*([\d.]+))?$/.exec(text) ?? []
  const scale = units[unit ?? '']
  return scale === undefined ? readNumber(text) : scale * Number(before ?? after ?? 1)
}

/** The checker of `c.Assert(got, qt.Equals, want)`, of quicktest and gocheck. */
function rateChecker(subject: string, matcher: string, args: readonly string[]): Demand | null {
  const [, name] =
    /^(?:qt|check|gc|jc|gocheck)\.(\w+)$|^([A-Z]\w+)$/.exec(matcher)?.filter(Boolean) ?? []
  if (name === undefined || (!strengths.has(name) && !checkers.has(name))) return null
  const strength = rateName(name)
  return { ...plain, subject, matcher: name, expected: args[2] ?? null, strength }
}

/** `Expect(got).To(Equal(want))`, `Eventually(f).Should(BeTrue())`. */
export function readGomega(links: readonly ChainLink[]): readonly Demand[] {
  const start = links.findIndex(
    ({ name, args }) =>
      args !== null && /^(?:Expect|Ω|Eventually|Consistently|ExpectWithOffset)$/.test(name),
  )
  const verb = links
    .slice(start + 1)
    .find(({ name }) => /^(?:To|ToNot|NotTo|Should|ShouldNot)$/.test(name))
  if (start < 0 || verb === undefined) return []
  const [, name = 'true', inner = ''] =
    /^(?:\w+\.)?(\w+)\(([\s\S]*)\)$/.exec(verb.args?.[0] ?? '') ?? []
  const subject = links[start]?.args?.[0] ?? ''
  const negated = /Not/.test(verb.name)
  const strength = rateName(name)
  const weak: Strength =
    name === 'HaveOccurred' ? 'runs' : name === 'BeNil' || name === 'BeEmpty' ? 'exists' : 'shape'
  return [
    {
      ...plain,
      subject,
      matcher: name,
      expected: inner === '' ? null : inner,
      negated,
      strength: negated ? weak : strength,
    },
  ]
}
