import { type ChainLink, stripQuotes } from '../call-chain.ts'
import type { CaseFact, MarkFact, TestFact } from '../fact.ts'
import { readNumber } from '../numbers.ts'
import type { SyntaxNode } from '../syntax.ts'
import { isFactOfHost } from './host-fact.ts'
import { findCondition } from './typescript-context.ts'

const suitePattern = /^(?:[fx]?describe|[fx]?context|suite)$/
const testPattern = /^(?:[fx]?it|[fx]?test|[fx]?specify|bench)$/
const modifiers =
  'only skip todo each for concurrent sequential failing fails fail fixme slow serial parallel skipIf runIf if extend before after step describe test it suite configure shuffle'.split(
    ' ',
  )

/** A suite or a test with its marks and rows, if the call defines one. */
export function readCase(node: SyntaxNode, links: readonly ChainLink[]): readonly TestFact[] {
  const from = links[0]?.name === 'Deno' || links[0]?.name === 'QUnit' ? 1 : 0
  const base = links[from]?.name ?? ''
  const suite =
    suitePattern.test(base) || links.slice(from + 1).some(({ name }) => name === 'describe')
  if (!suite && !testPattern.test(base)) return []
  const chain = links.slice(from)
  if (!chain.slice(1).every(({ name }) => name === '' || modifiers.includes(name))) return []
  const call = chain.findLast(({ args }) => args !== null)
  const [title, ...rest] = call?.args ?? []
  const callback = rest.some((arg) => /=>|\bfunction\b/.test(arg.slice(0, 400)))
  const todo = chain.some(({ name }) => name === 'todo')
  if (title === undefined || (!callback && !todo && rest.length === 0)) return []
  if (!callback && /^(?:skip|only|fixme|slow|fail|configure)$/.test(chain.at(-1)?.name ?? ''))
    return []
  const fact: CaseFact = {
    kind: 'case',
    level: suite ? 'suite' : 'test',
    name: stripQuotes(title),
    collected: true,
    line: node.line,
    endLine: node.endLine,
  }
  const line = { line: node.line, endLine: node.line }
  return [
    fact,
    ...chain.flatMap((link, n) => readMark(link, n === 0, line)),
    ...readCondition(node, line),
    ...readOptions(rest, node),
  ]
}

/** A test that is only defined under a condition does not run otherwise. */
function readCondition(
  node: SyntaxNode,
  line: { line: number; endLine: number },
): readonly MarkFact[] {
  const condition = findCondition(node)
  if (condition === null) return []
  const text = `if (${condition})`
  const aboutHost = isFactOfHost(condition, '')
  return [{ kind: 'mark', mark: 'skip', condition: `not (${condition})`, aboutHost, text, ...line }]
}

function readMark(
  { name, args }: ChainLink,
  isBase: boolean,
  line: { line: number; endLine: number },
): readonly MarkFact[] {
  const create = (mark: MarkFact['mark'], condition: string | null = null): readonly MarkFact[] => [
    {
      kind: 'mark',
      mark,
      condition,
      aboutHost: condition !== null && isFactOfHost(condition, ''),
      text: condition === null ? name : `${name}(${condition})`,
      ...line,
    },
  ]
  if (isBase) {
    if (/^x(?:it|test|describe|context|specify)$/.test(name)) return create('skip')
    return /^f(?:it|test|describe|context|specify)$/.test(name) ? create('focus') : []
  }
  if (name === 'only') return create('focus')
  if (name === 'skip' || name === 'todo' || name === 'fixme') return create('skip')
  if (name === 'failing' || name === 'fails' || name === 'fail') return create('expected_failure')
  if (name === 'skipIf' || name === 'runIf' || name === 'if')
    return create('skip', args?.[0] ?? 'unknown')
  return []
}

/** Options of a test, such as `{ skip: true, retry: 2 }`. */
export function readOptions(args: readonly string[], node: SyntaxNode): readonly TestFact[] {
  return args
    .filter((arg) => arg.startsWith('{'))
    .flatMap((arg): readonly TestFact[] => {
      const facts: TestFact[] = []
      for (const [, key, value] of arg.matchAll(
        /\b(skip|todo|only|fails|retry|retries)\s*:\s*([^,}]+)/g,
      )) {
        if (key === undefined || value === undefined || /^(?:false|0)\b/.test(value)) continue
        const text = `${key}: ${value.trim()}`
        const line = findOptionLine(node, key)
        if (key === 'retry' || key === 'retries')
          facts.push({ kind: 'retry', count: readNumber(value) ?? 1, text, ...line })
        else {
          const condition = /^(?:true|['"`])/.test(value) ? null : value.trim()
          const mark = key === 'only' ? 'focus' : key === 'fails' ? 'expected_failure' : 'skip'
          const aboutHost = condition !== null && isFactOfHost(condition, '')
          facts.push({ kind: 'mark', mark, condition, aboutHost, text, ...line })
        }
      }
      return facts
    })
}

/** The line of an option, which comes behind the body of its test. */
function findOptionLine({ text, line }: SyntaxNode, key: string) {
  const index = text.split('\n').findLastIndex((row) => new RegExp(`\\b${key}\\s*:`).test(row))
  const at = line + Math.max(0, index)
  return { line: at, endLine: at }
}
