import { collapseSpace } from '../../lib/text.ts'
import { readCallChain, stripQuotes } from '../call-chain.ts'
import type { AssertionFact, CaseFact, MarkFact, MockFact, TestFact } from '../fact.ts'
import type { SyntaxNode } from '../syntax.ts'
import { createAssertion, createAssertions } from './create-assertion.ts'
import { isFactOfHost } from './host-fact.ts'
import { readJvmCall } from './jvm-assertions.ts'
import { findCondition, findElse, isSwallowed, readExit, splitBranch } from './jvm-context.ts'
import { onlyLogs } from './only-logs.ts'
import { type Demand, readDemands } from './read-demands.ts'

/** What any call of Java or Kotlin says; `nodes` is the outline it belongs to. */
export function readJvmCallFacts(
  node: SyntaxNode,
  nodes: readonly SyntaxNode[],
): readonly TestFact[] {
  const text = node.text
  const assumed = readAssumption(node, text)
  if (assumed.length > 0) return assumed
  const unreached = readUnreached(node, text)
  return [
    ...placeDemands(unreached ?? readJvmCall(text), node, nodes),
    ...readMock(node, text),
    ...readExit(node),
    ...readArguments(node, text),
  ]
}

export function placeDemands(
  demands: readonly Demand[],
  node: SyntaxNode,
  nodes: readonly SyntaxNode[],
): readonly AssertionFact[] {
  if (demands.length === 0) return []
  const place = { condition: findCondition(node), swallowed: isSwallowed(node, nodes) }
  return createAssertions(demands, node, place)
}

/** `assumeTrue(x)` skips the test where `x` is false. */
function readAssumption(node: SyntaxNode, text: string): readonly MarkFact[] {
  const match = /^(?:Assumptions\.|Assume\.)?(assum\w+)\(/.exec(text)
  if (match === null) return []
  const [first = '', ...rest] =
    readCallChain(text).find(({ name }) => name === match[1])?.args ?? []
  const wanted = !/False/.test(match[1] ?? '')
  const always = first === (wanted ? 'false' : 'true')
  const condition = always ? findCondition(node) : wanted ? `not (${first})` : first
  const aboutHost = condition !== null && isFactOfHost(condition, rest.join(' '))
  return [
    {
      kind: 'mark',
      mark: 'skip',
      condition,
      aboutHost,
      text: collapseSpace(text),
      line: node.line,
      endLine: node.endLine,
    },
  ]
}

/** `fail()` that no `if` guards: a place that must not be reached. */
function readUnreached(node: SyntaxNode, text: string): readonly Demand[] | null {
  if (!/^(?:\w+\.)?fail\(/.test(text)) return null
  for (let up = node.parent; up !== null; up = up.parent) {
    if (/^if_/.test(up.kind)) return []
    if (/declaration$/.test(up.kind)) break
  }
  return [{ ...plain, subject: 'this place', matcher: 'not reached', strength: 'runs' }]
}

const plain = { expected: null, negated: false, tolerance: null, condition: null } as const

/**
 * `if (x) fail()` and `if (x) throw new AssertionError()`: the condition must be false. What is only
 * logged is a demand, too, that does not count.
 */
export function readBranch(
  node: SyntaxNode,
  nodes: readonly SyntaxNode[],
): readonly AssertionFact[] {
  const { text } = node
  const { condition, bodyAt } = splitBranch(text)
  const elseAt = findElse(text, bodyAt)
  const fails = failPattern.test(text.slice(bodyAt, elseAt))
  const failsElse = failPattern.test(text.slice(elseAt))
  if (fails !== failsElse) return placeDemands(readDemands(condition, failsElse), node, nodes)
  if (fails || elseAt < text.length || !onlyLogs(text.slice(bodyAt))) return []
  return placeDemands(readDemands(condition, false), node, nodes).map(swallow)
}

const failPattern = /^\s*(?:else)?\s*\{?\s*(?:[\w.]*fail\(|throw\b.*Assertion\w*Error)/
const swallow = (assertion: AssertionFact): AssertionFact => ({ ...assertion, swallowed: true })

/** Code that runs without its errors counting, as a demand of nothing. */
export function createDropped(node: SyntaxNode, code: string): AssertionFact {
  const subject = collapseSpace(code).replace(/;$/, '').slice(0, 300)
  const demand = { ...plain, subject, matcher: 'runs', strength: 'runs' } as const
  return createAssertion(demand, node, { condition: findCondition(node), swallowed: true })
}

function readMock(node: SyntaxNode, text: string): readonly MockFact[] {
  const target =
    /^(?:Mockito\.)?(?:mock|spy|mockStatic|mockConstruction)\(\s*([\w.]+?)(?:\.class|::class(?:\.java)?)\b/.exec(
      text,
    )?.[1] ??
    /^(?:mockk|spyk|mock|spy)<(\w+)\b/.exec(text)?.[1] ??
    /^mock(?:k(?:Object|Static|Class))\(\s*([\w.]+?)(?:::class)?\b/.exec(text)?.[1]
  return target === undefined
    ? []
    : [
        {
          kind: 'mock',
          target,
          text: collapseSpace(text.slice(0, 300)),
          line: node.line,
          endLine: node.endLine,
        },
      ]
}

/** One row of the arguments that a method gives to a parametrised test. */
function readArguments(node: SyntaxNode, text: string): readonly CaseFact[] {
  if (!/^(?:Arguments\.(?:of|arguments)|arguments|argumentSet)\(/.test(text)) return []
  const name = stripQuotes(collapseSpace(text))
  return [
    {
      kind: 'case',
      level: 'parameter',
      name,
      collected: true,
      line: node.line,
      endLine: node.endLine,
    },
  ]
}

/** A call that is only the beginning of a longer one, such as `assertThat(x)`. */
export function isChained(node: SyntaxNode): boolean {
  const { parent } = node
  if (parent === null || parent.kind !== node.kind) return false
  return parent.start === node.start
}
