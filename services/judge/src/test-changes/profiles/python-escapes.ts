import { collapseSpace } from '../../lib/text.ts'
import type { ChainLink } from '../call-chain.ts'
import type { CommentedFact, ExitFact, RetryFact, SwallowFact } from '../fact.ts'
import { readNumber } from '../numbers.ts'
import type { SyntaxNode } from '../syntax.ts'
import { isFactOfHost } from './host-fact.ts'
import { isInTest } from './python-cases.ts'
import { dropsFailure, findCondition, findFunction, readHeader } from './python-context.ts'

const checkPattern = /\bassert\w*\b|\braises\(|\.fail\(/
/** Calls that put things in order again; their errors say nothing about what is tested. */
const tidyPattern =
  /\b\w*(?:unlink|remove|rmtree|rmdir|close|kill|terminate|stop|clean_?up|shutdown|delete|wait|join|cancel|quit|disconnect|tear_?down)\w*\(/

/** The process ends as passed: `sys.exit(0)`, `os._exit(0)`. */
export function readExit(node: SyntaxNode, links: readonly ChainLink[]): readonly ExitFact[] {
  const last = links.at(-1)
  const owner = links.at(-2)?.name
  const exits =
    (last?.name === '_exit' && owner === 'os') ||
    (last?.name === 'exit' && (owner === 'sys' || owner === 'pytest'))
  const [code = '0'] = last?.args ?? []
  const passes = owner === 'pytest' ? /returncode=0/.test(last?.args?.join() ?? '') : code === '0'
  if (!exits || last?.args === null || !passes) return []
  return [{ ...describeExit(node), exit: 'process' }]
}

/** A bare `return` or `continue` that keeps the checks after it from running. */
export function readEarlyReturn(node: SyntaxNode): readonly ExitFact[] {
  if (!/^(?:return(?:\s+None)?|continue)$/.test(node.text) || !isInTest(node)) return []
  const root = findFunction(node)?.tree ?? node.tree.getRoot().root()
  const rest = root.text().slice(node.tree.range().end.index - root.range().start.index)
  const block = node.tree.parent()?.text() ?? ''
  const checksBefore = findCondition(node) !== null && checkPattern.test(block)
  return checkPattern.test(rest) && !checksBefore
    ? [{ ...describeExit(node), exit: 'early_return' }]
    : []
}

function describeExit(node: SyntaxNode): Omit<ExitFact, 'exit'> {
  const condition = findCondition(node)
  const text = condition === null ? node.text : `if ${condition}: ${node.text}`
  return {
    ...{ kind: 'exit', condition, text: collapseSpace(text) },
    aboutHost: condition !== null && isFactOfHost(condition, ''),
    ...{ line: node.line, endLine: node.endLine },
  }
}

/** `except Exception: pass` in a test, unless only cleaning up is tried. */
export function readHandler(node: SyntaxNode): readonly SwallowFact[] {
  const tried = node.parent?.tree.field('body')?.text() ?? ''
  if (!isInTest(node) || !dropsFailure(node) || isTidying(tried)) return []
  const text = collapseSpace(node.text.slice(0, 200))
  return [{ kind: 'swallow', text, line: node.line, endLine: node.endLine }]
}

/** `with contextlib.suppress(Exception)` in a test. */
export function readSuppress(node: SyntaxNode): readonly SwallowFact[] {
  const header = readHeader(node)
  const drops = /\bsuppress\((?:\w+\.)*(?:Exception|BaseException|AssertionError)\b/.test(header)
  if (!drops || !isInTest(node) || isTidying(node.tree.field('body')?.text() ?? '')) return []
  return [{ kind: 'swallow', text: collapseSpace(header), line: node.line, endLine: node.endLine }]
}

const isTidying = (body: string): boolean =>
  body !== '' &&
  !checkPattern.test(body) &&
  body
    .trim()
    .split('\n')
    .every((line) => tidyPattern.test(line))

/** A loop that tries the checks again until they pass: `for _ in range(3): try: ... break`. */
export function readRetryLoop(node: SyntaxNode): readonly RetryFact[] {
  const count = readNumber(/^for\s+\w+\s+in\s+range\((\d+)\)/.exec(node.text)?.[1] ?? '')
  const again =
    /\btry:[\s\S]*\bexcept\b/.test(node.text) && /\b(?:break|return|continue)\b/.test(node.text)
  if (count === null || !again || !isInTest(node) || !checkPattern.test(node.text)) return []
  const text = collapseSpace(readHeader(node))
  return [{ kind: 'retry', count, text, line: node.line, endLine: node.endLine }]
}

const commentedPattern =
  /^(?:assert\b(?!ion)|self\.assert\w+\(|(?:async )?def test\w*\(|with (?:pytest|self)\.(?:raises|assertRaises)\w*\(|pytest\.(?:raises|fail)\(|\w[\w.]*\.assert_\w+\(|class Test\w*[(:])/

/** A check or a test that stands in a comment. */
export function readComment(node: SyntaxNode): readonly CommentedFact[] {
  const text = collapseSpace(node.text.replace(/^#+\s?/, ''))
  if (!commentedPattern.test(text) || /^assert(?:s|ing|ed)?\s+that\b/i.test(text)) return []
  return [{ kind: 'commented', text, line: node.line, endLine: node.endLine }]
}
