import { collapseSpace } from '../../lib/text.ts'
import { type ChainLink, stripQuotes } from '../call-chain.ts'
import type { MockFact, Strength } from '../fact.ts'
import { readNumber } from '../numbers.ts'
import type { SyntaxNode } from '../syntax.ts'
import { rateHelper } from './rate-helper.ts'
import { type Demand, readApproximation, readDemands } from './read-demands.ts'
import { createTable } from './strength-table.ts'

const plain = { expected: null, negated: false, tolerance: null, condition: null } as const

/** What `assert ...` demands; a message after the comma demands nothing. */
export function readAssertStatement(node: SyntaxNode): readonly Demand[] {
  const [condition] = node.tree.namedChildren().filter((child) => child.kind() !== 'comment')
  return condition === undefined ? [] : readDemands(condition.text(), true)
}

const errorNames = /^(?:\w+\.)*(?:Exception|BaseException)$/

/** What a call demands that is an assertion by itself; none if it is not. */
export function readAssertionCall(
  node: SyntaxNode,
  links: readonly ChainLink[],
): readonly Demand[] {
  const last = links.at(-1)
  if (last === undefined || last.args === null) return []
  const { name, args } = last
  const owner = links.at(-2)?.name ?? ''
  if (/^(?:raises|assertRaises(?:Regex|RegexMessage)?|RaisesGroup|raises_regex)$/.test(name))
    return readRaises(node, name, args)
  if (/^(?:warns|deprecated_call|assertWarns\w*|assertLogs|assertNoLogs)$/.test(name))
    return [
      {
        ...plain,
        subject: 'what is warned or logged',
        matcher: name,
        expected: args[0] ?? null,
        strength: 'shape',
      },
    ]
  if (name === 'filterwarnings' && /^["']error/.test(args[0] ?? ''))
    return [
      { ...plain, subject: 'warnings', matcher: name, expected: args.join(', '), strength: 'runs' },
    ]
  const demands = readCalledAssertion(node, owner, name, args)
  // The tree is asked last, because it takes long to find what is around a node.
  return demands.length > 0 && isStatement(node) ? demands : []
}

const statementPattern = /^(?:expression_statement|await|await_expression)$/

const isStatement = ({ tree }: SyntaxNode): boolean =>
  statementPattern.test(String(tree.parent()?.kind()))

function readCalledAssertion(
  node: SyntaxNode,
  owner: string,
  name: string,
  args: readonly string[],
): readonly Demand[] {
  if (/^assert_(?:\w*called\w*|\w*awaited\w*|(?:any|has)_(?:call|await)s?)$/.test(name))
    return [readMockAssertion(node, name, args)]
  if (/^(?:self|cls|testcase|tc|case|t)$/.test(owner) && /^(?:assert|fail)[A-Z]|^fail$/.test(name))
    return readUnitAssertion(name, args)
  if (/^(?:assert|check|verify|expect|ensure|should)_\w+$|^assert[A-Z]\w+$/.test(name))
    return [readHelperAssertion(name, args)]
  return []
}

/** Any error is little; a message that must match is a demand of its own. */
function readRaises(node: SyntaxNode, name: string, args: readonly string[]): readonly Demand[] {
  const [error = '', called] = args
  const block =
    node.parent?.kind === 'with_statement' ? node.parent.tree.field('body')?.text() : called
  const subject = collapseSpace(block ?? 'the error').slice(0, 300)
  const any = error === '' || errorNames.test(error)
  const strength: Strength = any ? 'exists' : error.startsWith('(') ? 'shape' : 'equal'
  const raised = { ...plain, subject, matcher: 'raises', expected: error, strength }
  const message = /Regex/.test(name)
    ? args[1]
    : args.find((arg) => arg.startsWith('match='))?.slice('match='.length)
  if (message === undefined) return [raised]
  const matched = { ...plain, subject, matcher: 'raises match' } as const
  return [raised, { ...matched, expected: message, strength: 'shape' }]
}

const mockStrengths: Readonly<Record<string, Strength>> = {
  assert_called: 'exists',
  assert_awaited: 'exists',
  assert_any_call: 'shape',
  assert_any_await: 'shape',
  assert_called_once: 'shape',
  assert_awaited_once: 'shape',
}

function readMockAssertion(node: SyntaxNode, name: string, args: readonly string[]): Demand {
  const subject = collapseSpace(node.text.slice(0, node.text.lastIndexOf(name) - 1))
  const expected = args.length === 0 ? null : args.join(', ')
  // An argument may be any value where `ANY` stands for it.
  const named = mockStrengths[name] ?? 'equal'
  const open = /\bANY\b/.test(expected ?? '')
  const strength = open ? (named === 'equal' ? 'shape' : 'exists') : named
  return { ...plain, subject, matcher: name, expected, strength }
}

const unitStrengths = createTable({
  exists: 'IsNotNone',
  equal: `Equal Equals ListEqual TupleEqual SetEqual DictEqual SequenceEqual MultiLineEqual AlmostEqual
    AlmostEquals Is IsNone QuerySetEqual HTMLEqual JSONEqual XMLEqual NumQueries`,
})

function readUnitAssertion(name: string, args: readonly string[]): readonly Demand[] {
  const verb = name.replace(/^(?:assert|fail)_?/, '')
  const [first = '', second = null, third] = args
  if (name.startsWith('fail') && (name === 'fail' || verb === ''))
    return [{ ...plain, subject: 'this place', matcher: 'is not reached', strength: 'runs' }]
  if (verb === 'True' || verb === 'IsTrue' || name === 'failUnless') return readDemands(first, true)
  if (verb === 'False' || name === 'failIf') return readDemands(first, false)
  const strength = unitStrengths.get(verb) ?? 'shape'
  const same = second !== null && first === second && strength === 'equal' && !first.includes('(')
  // `assertIn(part, whole)` and `assertEqual(1, value)` have what is expected first.
  const swap =
    second !== null && (/^(?:Not)?In$/.test(verb) || (isLiteral(first) && !isLiteral(second)))
  const option = (key: string) =>
    readNumber(args.find((arg) => arg.startsWith(`${key}=`))?.slice(key.length + 1) ?? '')
  const places = option('places') ?? readNumber(third ?? '') ?? 7
  const delta = option('delta')
  const close = /^(?:Not)?Almost/.test(verb) ? (delta ?? 10 ** -places / 2) : null
  return [
    {
      ...plain,
      subject: swap ? second : first,
      matcher: verb,
      expected: swap ? first : second,
      negated: /^(?:Not|IsNot)/.test(verb) && verb !== 'IsNotNone',
      strength: same ? 'nothing' : /^Not(?:Equal|Almost)/.test(verb) ? 'shape' : strength,
      tolerance: close ?? (second === null ? null : readApproximation(second)),
    },
  ]
}

const isLiteral = (text: string): boolean =>
  /^(?:[frbu]{0,2}["']|-?[\d.]|None$|True$|False$|\[|\{)/.test(text)

/** A helper such as `assert_frame_equal(a, b, rtol=0.1)`, or one of the tests' own. */
function readHelperAssertion(name: string, args: readonly string[]): Demand {
  const [subject = '', ...rest] = args
  const limits = rest.flatMap((arg) => {
    const value = /^(?:rtol|atol|rel_tol|abs_tol|delta|tol)=(.+)$/.exec(arg)?.[1]
    return value === undefined ? [] : [readNumber(value) ?? 0]
  })
  const expected = rest.length === 0 ? null : rest.join(', ')
  const tolerance = limits.length === 0 ? null : Math.max(...limits)
  return {
    ...plain,
    subject,
    matcher: name,
    expected,
    strength: rateHelper(name),
    tolerance,
  }
}

/** What a call replaces: `patch('a.b')`, `monkeypatch.setattr(...)`, `MagicMock(spec=A)`. */
export function readMock(node: SyntaxNode, links: readonly ChainLink[]): readonly MockFact[] {
  const last = links.at(-1)
  if (last === undefined || last.args === null) return []
  const target = findMockTarget(links, last.args)
  if (target === null) return []
  const text = collapseSpace(node.text.slice(0, 300))
  return [{ kind: 'mock', target, text, line: node.line, endLine: node.endLine }]
}

function findMockTarget(links: readonly ChainLink[], args: readonly string[]): string | null {
  const name = links.at(-1)?.name ?? ''
  const owner = links.at(-2)?.name ?? ''
  const [first = '', second = ''] = args
  if (name === 'patch' || (name === 'dict' && owner === 'patch')) return stripQuotes(first)
  if ((name === 'object' || name === 'multiple') && owner === 'patch')
    return `${first}.${stripQuotes(second)}`
  if ((name === 'setattr' || name === 'setitem') && owner === 'monkeypatch')
    return /^["']/.test(first) ? stripQuotes(first) : `${first}.${stripQuotes(second)}`
  if (name === 'create_autospec') return first
  if (!/^(?:Async|Magic|NonCallableMagic|NonCallable)?Mock$/.test(name)) return null
  const spec = args.find((arg) => /^(?:spec|spec_set|wraps)=/.test(arg))
  return spec === undefined ? null : spec.slice(spec.indexOf('=') + 1)
}
