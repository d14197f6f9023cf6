import { collapseSpace } from '../../lib/text.ts'
import type { SyntaxNode } from '../syntax.ts'
import { failPattern, failsAtOnce, readCondition } from './go-context.ts'
import { onlyLogs } from './only-logs.ts'
import { type Demand, readDemands } from './read-demands.ts'

/**
 * `if got != want { t.Errorf(...) }`: the condition must be false, or true if `else` fails. What is
 * only logged is a demand, too, that does not count.
 */
export function readBranch(node: SyntaxNode): {
  readonly demands: readonly Demand[]
  readonly swallowed: boolean
} {
  const body = node.readField('consequence')
  const demands = readFailures(node, body)
  if (demands.length > 0 || node.readField('alternative') !== '' || !onlyLogs(body))
    return { demands, swallowed: false }
  return { demands: readCheck(node, false), swallowed: true }
}

function readFailures(node: SyntaxNode, body: string): readonly Demand[] {
  const alternative = node.readField('alternative')
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
  if (demand.matcher !== 'true' || !/^\w+$/.test(demand.subject)) return demand
  const source = findAssigned(node, demand.subject)
  if (source === null) return demand
  // `ok := strings.Contains(s, part)` demands as much as what it is set to.
  const [rated] = readDemands(source, !demand.negated)
  return { ...demand, ...rated, condition: demand.condition }
}

export const isError = (name: string): boolean => /^\w*[eE]rr\w*$/.test(name)

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
