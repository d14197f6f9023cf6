import { collapseSpace } from '../../lib/text.ts'
import { type ChainLink, readCallChain, splitArguments } from '../call-chain.ts'
import type { MarkFact, RetryFact } from '../fact.ts'
import { readNumber } from '../numbers.ts'
import type { SyntaxNode } from '../syntax.ts'
import { isFactOfHost } from './host-fact.ts'
import { findCondition } from './python-context.ts'

type Span = { readonly line: number; readonly endLine: number }

/** Marks that a pipeline leaves out by their names. */
const leftOutPattern =
  /^(?:quarantined?|manual|nightly|disabled|broken|wip|skip_?ci|no_?ci|not_?in_?ci)$/

/** Reads `pytest.mark.skipif(...)`, `unittest.skip(...)`, `flaky(...)`: a decorator's expression. */
export function readMarkExpression(text: string, span: Span): readonly (MarkFact | RetryFact)[] {
  const links = readCallChain(text)
  const last = links.at(-1)
  if (last === undefined) return []
  const [first] = last.args ?? []
  const reason = readOption(last, 'reason') ?? last.args?.at(-1) ?? ''
  const create = (mark: MarkFact['mark'], condition: string | null): readonly MarkFact[] => [
    {
      ...{ kind: 'mark', mark, condition, text: collapseSpace(text) },
      aboutHost: condition !== null && isFactOfHost(condition, reason),
      ...{ line: span.line, endLine: span.endLine },
    },
  ]
  const positional = first === undefined || /^\w+\s*=/.test(first) ? null : first
  const option = readOption(last, 'condition')
  switch (last.name) {
    case 'skip':
      return create('skip', null)
    case 'skipif':
    case 'skipIf':
      return create('skip', positional ?? option ?? 'a condition')
    case 'skipUnless':
      return create('skip', `not (${positional ?? 'a condition'})`)
    case 'xfail':
      return create('expected_failure', option ?? (isText(positional) ? null : positional))
    case 'expectedFailure':
      return create('expected_failure', null)
    case 'flaky':
    case 'retry':
    case 'repeat_on_failure':
      return [
        {
          ...{ kind: 'retry', count: readCount(last), text: collapseSpace(text) },
          ...{ line: span.line, endLine: span.endLine },
        },
      ]
  }
  const named = links.length === 1 && last.args === null
  if (named && /(?:^|_)(?:skip|broken|disabled|ignored?)(?:_|$)/.test(last.name))
    return create('skip', /_(?:if|unless|on|without)_/.test(last.name) ? last.name : null)
  if (named && /(?:^|_)xfail(?:_|$)/.test(last.name)) return create('expected_failure', null)
  if (links.at(-2)?.name === 'mark' && leftOutPattern.test(last.name))
    return create('deselected', null)
  return []
}

const isText = (text: string | null): boolean => text !== null && /^[frbu]{0,2}["']/.test(text)

function readOption({ args }: ChainLink, name: string): string | null {
  const option = args?.find((arg) => new RegExp(`^${name}\\s*=`).test(arg))
  return option === undefined ? null : option.slice(option.indexOf('=') + 1).trim()
}

function readCount(link: ChainLink): number {
  const numbers = (link.args ?? []).map((arg) => readNumber(/(-?[\d_]+)\)*$/.exec(arg)?.[1] ?? ''))
  return numbers.find((number) => number !== null) ?? 2
}

/** A call within a test that skips it, or expects its failure: `pytest.skip(...)`. */
export function readSkipCall(node: SyntaxNode, links: readonly ChainLink[]): readonly MarkFact[] {
  const last = links.at(-1)
  const [owner] = links
  if (last === undefined || last.args === null) return []
  const skips = /^(?:skip|skipTest|SkipTest|importorskip)$/.test(last.name)
  const expects = last.name === 'xfail'
  const ours = /^(?:pytest|self|cls|unittest|nose|SkipTest|skip|importorskip|xfail)$/
  if ((!skips && !expects) || !ours.test(owner?.name ?? '') || isInMark(node)) return []
  const imported =
    last.name === 'importorskip' ? `${last.args[0] ?? 'a module'} is not installed` : null
  const condition = imported ?? findCondition(node)
  return [
    {
      ...{ kind: 'mark', mark: expects ? 'expected_failure' : 'skip', condition },
      aboutHost: imported !== null || isAboutHost(node, condition, last.args[0] ?? ''),
      ...{ text: collapseSpace(node.text), line: node.line, endLine: node.endLine },
    },
  ]
}

/** A skip in `except ImportError` says that a module of the host is missing. */
function isAboutHost(node: SyntaxNode, condition: string | null, reason: string): boolean {
  if (condition === null) return false
  for (let up = node.parent; up !== null; up = up.parent)
    if (up.kind === 'except_clause')
      return /^except[^:]*\b(?:ImportError|ModuleNotFoundError|FileNotFoundError)\b/.test(up.text)
  return isFactOfHost(condition, reason)
}

function isInMark(node: SyntaxNode): boolean {
  for (let up = node.parent; up !== null; up = up.parent) if (up.kind === 'decorator') return true
  return false
}

/** The marks of `pytestmark = [...]`, of a named mark, and of `pytest.param(..., marks=...)`. */
export function readAssignedMarks(node: SyntaxNode): readonly (MarkFact | RetryFact)[] {
  const [, name, value] = /^(\w+)\s*(?::[^=]+)?=(?!=)\s*([\s\S]*)$/.exec(node.text) ?? []
  if (name === '__test__' && value?.trim() === 'False')
    return [
      {
        ...{ kind: 'mark', mark: 'deselected', condition: null, aboutHost: false },
        ...{ text: '__test__ = False', line: node.line, endLine: node.endLine },
      },
    ]
  if (name !== 'pytestmark' || value === undefined) return []
  const items = value.startsWith('[') || value.startsWith('(') ? value.slice(1, -1) : value
  return splitArguments(items).flatMap((item) => readMarkExpression(item, node))
}
