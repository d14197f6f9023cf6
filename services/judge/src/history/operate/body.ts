import type { Static, TSchema } from 'typebox'
import Value from 'typebox/value'
import { Problem } from '../../lib/problem.ts'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const camel = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/**
 * The same body with `issue_number` read as `issueNumber`, and the number of an issue read as one
 * where it came as text.
 */
function normalised(body: unknown): unknown {
  if (!isObject(body)) return body
  const entries = Object.entries(body)
  const spelt = Object.fromEntries([
    ...entries.map(([name, value]) => [camel(name), value] as const),
    ...entries.filter(([name]) => camel(name) === name),
  ])
  const { issueNumber } = spelt
  return typeof issueNumber === 'string' && /^\d{1,10}$/.test(issueNumber)
    ? { ...spelt, issueNumber: Number(issueNumber) }
    : spelt
}

/**
 * What a person sent, on its schema. Names may be camelCase or snake_case. Throws `bad_request`
 * where there is no JSON at all, and `invalid` with every fault and where it is.
 */
export function readBody<T extends TSchema>(schema: T, body: unknown): Static<T> {
  if (body === undefined) throw new Problem('bad_request', 'A JSON body is needed.')
  const value = normalised(body)
  if (Value.Check(schema, value)) return value
  throw invalid(faultsOf(schema, value))
}

/** The same, but no body is an empty one. */
export const readOptionalBody = <T extends TSchema>(schema: T, body: unknown): Static<T> =>
  readBody(schema, body === undefined || body === null ? {} : body)

export interface Fault {
  /** Where in the body, as a JSON pointer. */
  readonly path: string
  readonly message: string
}

export const invalid = (errors: readonly Fault[]): Problem =>
  new Problem(
    'invalid',
    errors.map(({ path, message }) => `${path || 'The body'} ${message}`).join('; '),
    {
      extra: { errors },
    },
  )

/** One fault a place: of a choice that failed as a whole, only the choice is named. */
function faultsOf(schema: TSchema, value: unknown): readonly Fault[] {
  const faults = new Map<string, string>()
  for (const error of Value.Errors(schema, value)) {
    if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties)
        faults.set(`${error.instancePath}/${name}`, 'is required')
    } else faults.set(error.instancePath, error.message)
  }
  return [...faults].map(([path, message]) => ({ path, message }))
}
