import { collapseSpace } from '../../lib/text.ts'
import type { ChainLink } from '../call-chain.ts'
import type {
  CommentedFact,
  ExitFact,
  MarkFact,
  RetryFact,
  SwallowFact,
  TestFact,
} from '../fact.ts'
import { readNumber } from '../numbers.ts'
import type { SyntaxNode } from '../syntax.ts'
import { failPattern, findCondition, findFunction, readName } from './go-context.ts'
import { isFactOfHost } from './host-fact.ts'

const checkPattern = /\b(?:assert|require)\.\w+\(|\bExpect\(/
const fails = (text: string): boolean => failPattern.test(text) || checkPattern.test(text)
const skipPattern = /^(?:[tbfs]|tb|tt|c|g|s\.T\(\)|suite\.T\(\))\.(?:Skip|Skipf|SkipNow)$/

/** `t.Skip(...)`, a helper such as `skipIfNoDocker(t)`, or `Skip(...)` of Ginkgo. */
export function readSkip(node: SyntaxNode, links: readonly ChainLink[]): readonly MarkFact[] {
  const name = collapseSpace(node.readField('function'))
  const args = links.at(-1)?.args ?? []
  const helper = /^(?:\w+\.)?[sS]kip\w*$/.test(name) && !/^\w+\.Skip\w*$/.test(name)
  const ginkgo = name === 'Skip' || name === 'ginkgo.Skip' || name === 'testenv.Skip'
  if (!skipPattern.test(name) && !ginkgo && !(helper && /^\w{1,3}$/.test(args[0] ?? ''))) return []
  const around = findCondition(node)
  const named = helper && /(?:If|Unless|Without|On|Not?)[A-Z_]/.test(name) ? name : null
  const condition = around ?? named
  const names = named !== null && !/Flak|Short|Slow|CI\b/.test(named)
  const aboutHost = names || (condition !== null && isFactOfHost(condition, args.join(' ')))
  const text = collapseSpace(node.text)
  return [
    {
      kind: 'mark',
      mark: 'skip',
      condition,
      aboutHost,
      text,
      line: node.line,
      endLine: node.endLine,
    },
  ]
}

/** `os.Exit(0)`: the process ends as passed. */
export function readExit(node: SyntaxNode): readonly ExitFact[] {
  if (!/^os\.Exit\(\s*0?\s*\)$/.test(node.text)) return []
  return [{ ...describeExit(node), exit: 'process' }]
}

/** A bare `return` or `continue` that keeps the checks after it in its test from running. */
export function readEarlyReturn(node: SyntaxNode): readonly ExitFact[] {
  if (!/^(?:return|continue)\s*;?$/.test(node.text)) return []
  const literal = findLiteral(node)
  const around = literal ?? findFunction(node)
  if (around === null && node.parent !== null && findCondition(node) === null) return []
  const root = around?.tree ?? node.tree.getRoot().root()
  const rest = root.text().slice(node.tree.range().end.index - root.range().start.index)
  const block = findCondition(node) === null ? '' : (node.tree.parent()?.text() ?? '')
  if (!fails(rest) || fails(block) || /\bSkip\w*\(/.test(block)) return []
  return [{ ...describeExit(node), exit: 'early_return' }]
}

/** The function literal around a node, if it stands between the node and its test. */
function findLiteral(node: SyntaxNode): SyntaxNode | null {
  for (let up = node.parent; up !== null; up = up.parent)
    if (up.kind === 'func_literal' || up.kind === 'function_declaration') return up
  return null
}

function describeExit(node: SyntaxNode): Omit<ExitFact, 'exit'> {
  const condition = findCondition(node)
  const text = condition === null ? node.text : `if ${condition} { ${node.text} }`
  const aboutHost = condition !== null && isFactOfHost(condition, '')
  return {
    kind: 'exit',
    condition,
    aboutHost,
    text: collapseSpace(text),
    line: node.line,
    endLine: node.endLine,
  }
}

/** A panic of the tested code is caught, and what it was is not looked at. */
export function readRecover(node: SyntaxNode): readonly SwallowFact[] {
  if (node.text !== 'recover()') return []
  const parent = node.tree.parent()
  const statement =
    parent?.kind() === 'expression_statement' || /^_\s*=/.test(parent?.parent()?.text() ?? '')
  if (!statement) return []
  return [{ kind: 'swallow', text: 'recover()', line: node.line, endLine: node.endLine }]
}

/** `FlakeAttempts(3)`, or a loop whose counter is called a try. */
export function readRetry(node: SyntaxNode): readonly RetryFact[] {
  const span = { line: node.line, endLine: node.line }
  if (node.kind === 'call_expression') {
    const count = /^(?:\w+\.)?FlakeAttempts\((\d+)\)$/.exec(node.text)?.[1]
    return count === undefined
      ? []
      : [{ kind: 'retry', count: Number(count), text: node.text, ...span }]
  }
  const [text, count = ''] =
    /^for\s+(?:try|attempt|retry|retries)\w*\s*:?=\s*(?:\d+;[^;{]*<=?\s*|range\s+)(\d+)[^{]*/.exec(
      node.text,
    ) ?? []
  if (text === undefined || !fails(node.text)) return []
  return [{ kind: 'retry', count: readNumber(count) ?? 2, text: collapseSpace(text), ...span }]
}

const hostTags =
  /^(?:!|&&|\|\||[()\s]|\b(?:linux|windows|darwin|freebsd|netbsd|openbsd|unix|wasip?1?|js|android|ios|plan9|solaris|aix|amd64|arm64|arm|386|wasm|riscv64|s390x|ppc64le|cgo|race|gc|gccgo|go1\.\d+)\b)+$/
const codePattern =
  /^(?:(?:assert|require)\.\w+\(|t\.(?:Error|Fatal|Run|Fail)\w*\(|if .*(?:[!=]=|<|>|!\w).*\{$|func (?:Test|Benchmark|Fuzz)\w*\()/

/** A build tag, or a check or test that stands in a comment. */
export function readComment(node: SyntaxNode): readonly TestFact[] {
  const tag = /^\/\/(?:go:build|\s*\+build)\s+(.+)$/.exec(node.text)?.[1]
  if (tag !== undefined)
    return [
      {
        ...{
          kind: 'mark',
          mark: 'build_tag',
          condition: tag.trim(),
          aboutHost: hostTags.test(tag),
        },
        ...{ text: node.text.trim(), line: node.line, endLine: node.endLine },
      },
    ]
  return node.text.split('\n').flatMap((line, index): readonly CommentedFact[] => {
    const text = collapseSpace(line.replace(/^\s*(?:\/\/|\/\*+|\*)\s?/, ''))
    if (!codePattern.test(text)) return []
    return [{ kind: 'commented', text, line: node.line + index, endLine: node.line + index }]
  })
}

/** A failing call that no `if` guards, as in a `case` that must not be reached. */
export function findUnguardedFailure(node: SyntaxNode): string | null {
  if (!failPattern.test(node.text.slice(0, 40)) || /^(?:assert|require|log|os)\b/.test(node.text))
    return null
  const around = findFunction(node)
  if (around !== null && /^(?:main|init|TestMain)$/.test(readName(around))) return null
  for (let up = node.parent; up !== null; up = up.parent) {
    if (up.kind === 'if_statement') return null
    // How long is waited is not what is checked.
    if (up.kind.endsWith('_case'))
      return collapseSpace(up.text.split(':')[0] ?? '').replace(/time\.After\(.*\)/, 'time.After')
    if (up.kind === 'function_declaration' || up.kind === 'func_literal') break
  }
  return 'the end'
}
