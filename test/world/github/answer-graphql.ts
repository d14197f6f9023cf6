import { answerJson, type HttpAnswer } from '../serve.ts'
import { countPoints, type FieldFaults, runQuery } from './graphql.ts'
import type { GithubState } from './state.ts'
import { getBudget } from './views.ts'

/** Answers a GraphQL request, and charges its points to the hourly budget. */
export async function answerGraphql(
  world: GithubState,
  fieldFaults: FieldFaults,
  body: { readonly query: string },
): Promise<HttpAnswer> {
  const budget = getBudget(world)
  const points = countPoints(body.query)
  const isExhausted = budget.used + points > budget.limit
  if (!isExhausted) budget.used += points
  const headers = {
    'x-ratelimit-resource': 'graphql',
    'x-ratelimit-limit': String(budget.limit),
    'x-ratelimit-remaining': String(Math.max(0, budget.limit - budget.used)),
    'x-ratelimit-reset': String(Math.ceil(Date.parse(budget.resetAt) / 1000)),
  }
  const answer = isExhausted
    ? { errors: [{ type: 'RATE_LIMITED', message: 'API rate limit already exceeded.' }] }
    : await runQuery(world, fieldFaults, body)
  return answerJson(200, answer, headers)
}
