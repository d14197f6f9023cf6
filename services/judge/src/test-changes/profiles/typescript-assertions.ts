import { collapseSpace } from '../../lib/text.ts'
import { type ChainLink, stripQuotes } from '../call-chain.ts'
import type { AssertionFact } from '../fact.ts'
import type { SyntaxNode } from '../syntax.ts'
import { findCondition, isSwallowed } from './typescript-context.ts'
import { rateMatcher, readTolerance } from './typescript-matchers.ts'

const helperPattern =
  /^(?:expect|assert)$|^(?:expect|assert|verify|check|ensure|should|until|waitFor)[A-Z_]\w*$/
const receiverPattern = /^(?:assert|chai|t|tap|QUnit|should|sinon|expectTypeOf|assertType)$/

export function readAssertion(
  node: SyntaxNode,
  links: readonly ChainLink[],
  text: string,
): readonly AssertionFact[] {
  const parts = splitAssertion(links, node.cut)
  if (parts === null || (helperPattern.test(parts.matcher) && !isStatement(node))) return []
  const { subject, matcher, expected, negated } = parts
  return [
    {
      kind: 'assertion',
      subject,
      matcher,
      expected: expected.length === 0 ? null : expected.join(', '),
      negated,
      strength: rateMatcher(matcher, subject, expected, negated),
      tolerance: readTolerance(matcher, expected),
      condition: findCondition(node),
      swallowed: isSwallowed(node) || isFloating(node, links),
      text: collapseSpace(text),
      line: node.line,
      endLine: node.endLine,
    },
  ]
}

/** A promise of an assertion that no one waits for cannot fail its test. */
const isFloating = ({ tree }: SyntaxNode, links: readonly ChainLink[]): boolean =>
  links[0]?.name === 'expect' &&
  links.some(({ name }) => name === 'resolves' || name === 'rejects') &&
  tree.parent()?.kind() === 'expression_statement'

/** A helper whose result is used computes something; one that stands alone checks it. */
function isStatement({ tree }: SyntaxNode): boolean {
  const parent = tree.parent()
  const outer = parent?.kind() === 'await_expression' ? parent.parent() : parent
  return !/^(?:arguments|variable_declarator|assignment_expression|pair|member_expression|binary_expression|array|return_statement)$/.test(
    String(outer?.kind()),
  )
}

interface AssertionParts {
  readonly subject: string
  readonly matcher: string
  readonly expected: readonly string[]
  readonly negated: boolean
}

function splitAssertion(links: readonly ChainLink[], cut: boolean): AssertionParts | null {
  const [first, ...rest] = links
  if (first === undefined) return null
  const negated = rest.some(({ name }) => name === 'not')
  if (first.name === 'expect') {
    const from = first.args === null ? links.findIndex(({ args }) => args !== null) : 0
    const subject = links[from]?.args?.[0]
    const matchers = links.slice(from + 1).filter(({ name }) => name !== 'not')
    const matcher = matchers.findLast(({ args }) => args !== null) ?? matchers.at(-1)
    if (subject === undefined || (matcher === undefined && !cut)) return null
    return { subject, matcher: matcher?.name ?? '', expected: matcher?.args ?? [], negated }
  }
  const last = links.at(-1)
  const should = rest.find(({ name, args }) => name === 'should' && args !== null)
  if (should !== undefined) {
    const [chainer = '', ...expected] = should.args ?? []
    const words = stripQuotes(chainer).split('.')
    const subject = links.slice(0, links.indexOf(should)).map(formatLink).join('.')
    return { subject, matcher: words.at(-1) ?? '', expected, negated: words.includes('not') }
  }
  if (
    rest.length > 0 &&
    receiverPattern.test(first.name) &&
    last !== undefined &&
    last.args !== null
  ) {
    const name = last.name
    if (
      /^(?:teardown|before|after|log|comment|diagnostic|mock|restore|stub|spy|timeout)$/.test(name)
    )
      return null
    if (/^(?:plan|skip|context|step|end|pass)$/.test(name)) return null
    const inverse = /^not[A-Z]|^isNot|^doesNot/.test(name)
    const [subject = '', ...rest] = last.args
    // The last text is a message for people, except where it is what is expected.
    const isMessage =
      rest.length > (/^(?:ok|is(?:True|False|Null|Ok)|assert|truthy|falsy)$/.test(name) ? 0 : 1)
    const expected = isMessage && /^['"`]/.test(rest.at(-1) ?? '') ? rest.slice(0, -1) : rest
    return { subject, matcher: name.replace(/^not(?=[A-Z])/, ''), expected, negated: inverse }
  }
  const name = last?.name ?? ''
  if (last?.args !== null && last !== undefined && helperPattern.test(name) && name !== 'waitFor') {
    const [subject = '', ...rest] = last.args
    // How long a helper waits says nothing about what it demands.
    const expected = rest.filter((arg) => !/^\{\s*timeout\b[^,]*\}$/.test(arg))
    return { subject, matcher: name, expected, negated: false }
  }
  return null
}

const formatLink = ({ name, args }: ChainLink): string =>
  args === null ? name : `${name}(${args.join(', ')})`
