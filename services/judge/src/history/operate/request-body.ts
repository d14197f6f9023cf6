import type { Static, TSchema } from 'typebox'
import Value from 'typebox/value'
import { Problem } from '../../lib/problem.ts'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const toCamelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Accepts snake_case names, and the number of an issue as text. */
function normaliseBody(body: unknown): unknown {
  if (!isObject(body)) return body
  const entries = Object.entries(body)
  const camelCased = Object.fromEntries([
    ...entries.map(([name, value]) => [toCamelCase(name), value] as const),
    ...entries.filter(([name]) => toCamelCase(name) === name),
  ])
  const { issueNumber } = camelCased
  return typeof issueNumber === 'string' && /^\d{1,10}$/.test(issueNumber)
    ? { ...camelCased, issueNumber: Number(issueNumber) }
    : camelCased
}

/**
 * Validates a JSON body; names may be camelCase or snake_case. Throws `bad_request` without a body,
 * and `invalid` with every fault and its place.
 */
export function readBody<T extends TSchema>(schema: T, body: unknown): Static<T> {
  if (body === undefined) throw new Problem('bad_request', 'A JSON body is required.')
  const value = normaliseBody(body)
  if (Value.Check(schema, value)) return value
  throw createInvalidProblem(collectFaults(schema, value))
}

/** As `readBody`, but a missing body counts as `{}`. */
export const readOptionalBody = <T extends TSchema>(schema: T, body: unknown): Static<T> =>
  readBody(schema, body === undefined || body === null ? {} : body)

export interface BodyFault {
  /** A JSON pointer into the body. */
  readonly path: string
  readonly message: string
}

export const createInvalidProblem = (errors: readonly BodyFault[]): Problem =>
  new Problem(
    'invalid',
    errors.map(({ path, message }) => `${path || 'The body'} ${message}`).join('; '),
    {
      extra: { errors },
    },
  )

/** At most one fault for each place. */
function collectFaults(schema: TSchema, value: unknown): readonly BodyFault[] {
  const faults = new Map<string, string>()
  for (const error of Value.Errors(schema, value)) {
    if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties)
        faults.set(`${error.instancePath}/${name}`, 'is required')
    } else faults.set(error.instancePath, error.message)
  }
  return [...faults].map(([path, message]) => ({ path, message }))
}
