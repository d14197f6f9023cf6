import { collapseSpace } from '../../lib/text.ts'
import { type ChainLink, stripQuotes } from '../call-chain.ts'
import type { TestFact } from '../fact.ts'
import { readNumber } from '../numbers.ts'
import type { SyntaxNode } from '../syntax.ts'
import { isFactOfHost } from './host-fact.ts'
import { readOptions } from './typescript-cases.ts'
import { findCondition, isInCleanup } from './typescript-context.ts'

/** Calls that keep a test from running or failing: skips, retries, mocks, plans, exits. */
export function readSpecialCall(
  node: SyntaxNode,
  links: readonly ChainLink[],
  text: string,
): readonly TestFact[] {
  const names = links.map(({ name }) => name).join('.')
  const last = links.findLast(({ args }) => args !== null)
  const args = last?.args ?? []
  const at = { text: collapseSpace(text).slice(0, 300), line: node.line, endLine: node.endLine }
  if (
    /^(?:this|t|ctx|context|test|it|tc)\.(?:\w+\.)?(?:skip|fixme|pending)$|^pending$/.test(names)
  ) {
    const given = args.find((arg) => !/^["'`]/.test(arg)) ?? null
    const condition = given ?? findCondition(node)
    const reason = args.find((arg) => /^["'`]/.test(arg)) ?? ''
    const aboutHost = condition !== null && isFactOfHost(condition, reason)
    return [{ kind: 'mark', mark: 'skip', condition, aboutHost, ...at }]
  }
  if (/(?:^|\.)(?:retries|retryTimes)$/.test(names))
    return [{ kind: 'retry', count: readNumber(args[0] ?? '') ?? 1, ...at }]
  if (/^(?:test\.)?describe\.configure$/.test(names)) return readOptions(args, node)
  if (
    /^(?:\w+\.)?with_?retry$|^retry$/i.test(names) ||
    /(?:^|\.)(?:pRetry|asyncRetry)$/.test(names)
  )
    return [{ kind: 'retry', count: 1, ...at }]
  if (/^(?:vi|jest)\.(?:do|unstable_)?mock(?:Module)?$|^mock\.module$/i.test(names))
    return [{ kind: 'mock', target: stripQuotes(args[0] ?? ''), ...at }]
  const replaced = readReplacedMethod(links)
  if (replaced !== null) return [{ kind: 'mock', target: replaced, ...at }]
  if (/^(?:expect\.(?:assertions|hasAssertions)|\w+\.plan)$/.test(names))
    return [{ kind: 'plan', count: readNumber(args[0] ?? ''), ...at }]
  if (names === 'process.exit' && (args[0] === '0' || args.length === 0)) {
    const condition = findCondition(node)
    const aboutHost = condition !== null && isFactOfHost(condition, '')
    return [{ kind: 'exit', exit: 'process', condition, aboutHost, ...at }]
  }
  if (last?.name === 'catch' && dropsError(args[0] ?? '') && !isInCleanup(node))
    return [{ kind: 'swallow', ...at }]
  return []
}

/** The method that `vi.spyOn(cart, 'total').mockReturnValue(3)` replaces; a spy alone does not. */
function readReplacedMethod(links: readonly ChainLink[]): string | null {
  const spy = links.find(({ name }) => name === 'spyOn' || name === 'stub')
  const replaces = links.some(({ name }) =>
    /^(?:mock[A-Z]\w*|returns|resolves|rejects|callsFake|value)$/.test(name),
  )
  const [, method] = spy?.args ?? []
  return method === undefined || !replaces ? null : stripQuotes(method)
}

/** Whether a function that gets an error neither passes it on nor looks at it. */
const dropsError = (callback: string): boolean =>
  /=>|\bfunction\b/.test(callback) &&
  !/\bthrow\b|\bfail|\bexpect|\bassert|\breject|=>\s*\(?\w+\)?$/.test(callback)
