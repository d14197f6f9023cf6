import { listWords } from './change-context.ts'
import type { PlacedAssertion } from './match-assertions.ts'
import { isFactOfHost } from './profiles/host-fact.ts'

/** Whether a check that runs only sometimes is as good as one that always does. */
export const isHarmlessCondition = (assertion: PlacedAssertion): boolean =>
  failsOtherwise(assertion) || dependsOnHost(assertion)

const failurePattern =
  /^\s*(?:panic!|unreachable!|fail\(|assert\.fail\(|t\.Fatal|throw\b|raise\b|pytest\.fail)/

/** Whether the test fails behind its assertion, where the condition of that did not hold. */
function failsOtherwise({ side, test, fact }: PlacedAssertion): boolean {
  const indent = measureIndent(side.lines.get(fact.line) ?? '')
  for (let line = fact.endLine + 1; line <= (test?.fact.endLine ?? 0); line += 1) {
    const text = side.lines.get(line) ?? ''
    const before = side.lines.get(line - 1) ?? ''
    const isGuarded = /\b(?:if|else|catch|case|default|except|when)\b/.test(before)
    if (failurePattern.test(text) && measureIndent(text) < indent && !isGuarded) return true
  }
  return false
}

const measureIndent = (line: string): number => line.length - line.trimStart().length

/** Whether the condition of an assertion is about the machine, itself or as its variable is set. */
function dependsOnHost({ side, fact }: PlacedAssertion): boolean {
  const condition = fact.condition ?? ''
  if (isFactOfHost(condition, '')) return true
  return listWords(condition).some((name) => {
    const definition = new RegExp(`\\b${name}\\s*(?::\\s*\\w+\\s*)?:?=(?!=)(.*)`)
    return [...side.lines.values()].some((line) =>
      isFactOfHost(definition.exec(line)?.[1] ?? '', ''),
    )
  })
}
