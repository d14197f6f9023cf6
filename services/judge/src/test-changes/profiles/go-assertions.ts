import { collapseSpace } from '../../lib/text.ts'
import type { ChainLink } from '../call-chain.ts'
import type { Strength } from '../fact.ts'
import { readNumber } from '../numbers.ts'
import type { SyntaxNode } from '../syntax.ts'
import { failPattern, failsAtOnce, readCondition } from './go-context.ts'
import { onlyLogs } from './only-logs.ts'
import { type Demand, readDemands } from './read-demands.ts'
import { createTable } from './strength-table.ts'

const plain = { expected: null, negated: false, tolerance: null, condition: null } as const

/**
 * `if got != want { t.Errorf(...) }`: the condition must be false, or true if `else` fails. What is
 * only logged is a demand, too, that does not count.
 */
export function readBranch(node: SyntaxNode): {
  readonly demands: readonly Demand[]
  readonly swallowed: boolean
} {
  const body = node.tree.field('consequence')?.text() ?? ''
  const demands = readFailures(node, body)
  if (demands.length > 0 || node.tree.field('alternative') !== null || !onlyLogs(body))
    return { demands, swallowed: false }
  return { demands: readCheck(node, false), swallowed: true }
}

function readFailures(node: SyntaxNode, body: string): readonly Demand[] {
  const alternative = node.tree.field('alternative')?.text() ?? ''
  const fails = failsAtOnce(body) && failPattern.test(body)
  const failsElse =
    alternative.startsWith('{') && failsAtOnce(alternative) && failPattern.test(alternative)
  return fails === failsElse ? [] : readCheck(node, failsElse)
}

const readCheck = (node: SyntaxNode, wanted: boolean): readonly Demand[] =>
  readDemands(readCondition(node), wanted).map((demand) =>
    isError(demand.subject)
      ? { ...demand, subject: findErrorSource(node, demand.subject) }
      : widen(demand, node),
  )

/** `math.Abs(got-want) > 0.01` as a reason to fail is a tolerance. */
const widen = (demand: Demand, node: SyntaxNode): Demand => {
  const source = /^\w+$/.test(demand.subject) ? findAssigned(node, demand.subject) : null
  return source === null || demand.matcher !== 'true' ? demand : { ...demand, subject: source }
}

const isError = (name: string): boolean => /^\w*[eE]rr\w*$/.test(name)

/** The call that an error came from says more than its name `err`. */
export function findErrorSource(node: SyntaxNode, name: string): string {
  return findAssigned(node, name) ?? name
}

/** An error is checked soon after the call that it came from. */
const MAX_STATEMENTS_BACK = 6

function findAssigned(node: SyntaxNode, name: string): string | null {
  const statement =
    node.tree.parent()?.kind() === 'expression_statement' ? node.tree.parent() : node.tree
  const candidates = [node.tree.field('initializer')?.text()]
  let before = statement?.prev() ?? null
  for (let n = 0; n < MAX_STATEMENTS_BACK && before !== null; n += 1, before = before.prev())
    if (/^(?:short_var_declaration|assignment_statement)$/.test(String(before.kind())))
      candidates.push(before.text().slice(0, 400))
  for (const text of candidates) {
    const [, names = '', value] = /^([\w\s,]+?):?=\s*([\s\S]+)$/.exec(text ?? '') ?? []
    if (value !== undefined && names.split(/[\s,]+/).includes(name))
      return collapseSpace(value).slice(0, 300)
  }
  return null
}

const strengths = createTable({
  runs: 'NoError NotPanics NilError Succeed Implements Eventually EventuallyWithT',
  exists: 'NotNil NotEmpty NotZero Error Panics Positive Condition HaveOccurred IsNotNil',
  equal: `Equal EqualValues EqualExportedValues Equals EqualError Exactly JSONEq YAMLEq Same Nil Zero
    Empty ErrorIs ErrorType PanicsWithValue PanicsWithError InDelta InDeltaSlice InEpsilon IsNil
    WithinDuration DeepEqual DeepEquals FileExists NoFileExists HTTPStatusCode MatchError BeNil
    BeEquivalentTo BeIdenticalTo BeZero BeEmpty BeTrue BeFalse BeNumerically ConsistOf MatchJSON
    HaveExactElements`,
})
const rateName = (name: string): Strength => strengths.get(name) ?? 'shape'

const ownerPattern =
  /^(?:assert|require|is|qt|c|s|suite|a|r|must|check|verify|td|be|testify|assertions?|req)$/

/** `require.Equal(t, want, got)`, `s.Equal(want, got)`, `assert.Assert(t, cond)`. */
export function readLibraryCall(node: SyntaxNode, links: readonly ChainLink[]): readonly Demand[] {
  const last = links.at(-1)
  const owner = links.at(-2)
  if (last === undefined || last.args === null || owner === undefined || links.length > 4) return []
  const mocks = /^(?:AssertExpectations|AssertCalled|AssertNumberOfCalls|AssertNotCalled)$/.test(
    last.name,
  )
  if (!mocks && !/^(?:Require|Assert)$/.test(owner.name) && !ownerPattern.test(owner.name))
    return []
  if (mocks)
    return [
      {
        ...plain,
        subject: owner.name,
        matcher: last.name,
        expected: last.args.slice(1).join(', ') || null,
        strength: 'equal',
      },
    ]
  const name = last.name.replace(/f$/, '')
  const args = /^(?:t|tt|b|tb|c|s\.T\(\)|suite\.T\(\))$/.test(last.args[0] ?? '')
    ? last.args.slice(1)
    : last.args
  if (name === 'New' || /^[a-z]/.test(name) || args.length === 0) return []
  return rateLibraryCall(node, name, args)
}

const reversed =
  /^(?:Equal\w*|Exactly|JSONEq|YAMLEq|Same|NotEqual\w*|InDelta|InEpsilon|WithinDuration|IsType|Implements)$/

function rateLibraryCall(
  node: SyntaxNode,
  name: string,
  args: readonly string[],
): readonly Demand[] {
  const [first = '', second = null] = args
  if (name === 'True' || name === 'Assert' || name === 'Check' || name === 'IsTrue')
    return readDemands(first, true)
  if (name === 'False' || name === 'IsFalse') return readDemands(first, false)
  const matched = rateGomegaMatcher(first, second ?? '', args)
  if (matched !== null) return [matched]
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

/** The matcher of `c.Assert(got, qt.Equals, want)` and of `g.Expect(got).To(Equal(want))`. */
function rateGomegaMatcher(
  subject: string,
  matcher: string,
  args: readonly string[],
): Demand | null {
  const [, name] = /^qt\.(\w+)$/.exec(matcher) ?? []
  if (name === undefined) return null
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
