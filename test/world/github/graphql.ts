import { schema as github } from '@octokit/graphql-schema'
import {
  buildSchema,
  type DocumentNode,
  defaultFieldResolver,
  execute,
  type FieldNode,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql'
import type { GithubState } from './state.ts'
import { createQueryRoot } from './views.ts'

/** Replaces the value of a field (`Type.field`) by null, by a GitHub error, or by another value. */
export type FieldFaults = Map<
  string,
  null | { readonly type?: string; readonly message: string } | { readonly answer: () => unknown }
>

let cachedSchema: GraphQLSchema | null = null
/** GitHub's public schema, cached because building it takes long. */
export function loadGithubSchema(): GraphQLSchema {
  cachedSchema ??= buildSchema(github.idl, { assumeValid: true })
  return cachedSchema
}

/**
 * Answers a query as GitHub does: validated against its real schema, with errors beside the data.
 */
export async function runQuery(
  world: GithubState,
  faults: FieldFaults,
  body: { query: string; variables?: Record<string, unknown> },
) {
  const document = parseQuery(body.query)
  if (document instanceof GraphQLError) return { errors: [{ message: document.message }] }
  const invalid = validate(loadGithubSchema(), document)
  if (invalid.length > 0)
    return { errors: invalid.map(({ message, locations }) => ({ message, locations })) }
  const result = await execute({
    schema: loadGithubSchema(),
    document,
    rootValue: createQueryRoot(world),
    variableValues: body.variables ?? {},
    fieldResolver: createFaultyResolver(faults),
  })
  const errors = result.errors?.map(({ message, path, locations, extensions }) => ({
    ...(typeof extensions.type === 'string' ? { type: extensions.type } : {}),
    message,
    path,
    locations,
  }))
  return { data: result.data, ...(errors ? { errors } : {}) }
}

function parseQuery(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query)
  } catch (error) {
    return error instanceof GraphQLError ? error : new GraphQLError(String(error))
  }
}

const createFaultyResolver =
  (faults: FieldFaults): GraphQLFieldResolver<unknown, unknown> =>
  (source, args, context, info) => {
    const fault = faults.get(`${info.parentType.name}.${info.fieldName}`)
    if (fault === undefined) return defaultFieldResolver(source, args, context, info)
    if (fault === null) return null
    if ('answer' in fault) return fault.answer()
    throw new GraphQLError(fault.message, { extensions: fault.type ? { type: fault.type } : {} })
  }

export const readOperationName = (query: string): string =>
  /\b(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? ''

/**
 * The cost of a query by GitHub's rule (docs: "rate limits and query limits for the GraphQL API"):
 * one request for each connection and each entry of the connections around it; a hundredth of the
 * sum, rounded, at least 1.
 */
export const countPoints = (query: string): number =>
  Math.max(1, Math.round(countRequests(query) / 100))

/** The number of requests in GitHub's rule, before the division by 100. */
export function countRequests(query: string): number {
  const document = parseQuery(query)
  if (document instanceof GraphQLError) return 0
  const sets = document.definitions.flatMap((one) =>
    'selectionSet' in one && one.selectionSet ? [one.selectionSet] : [],
  )
  return sets.reduce((sum, set) => sum + countConnections(set, 1), 0)
}

function countConnections(set: SelectionSetNode, times: number): number {
  return set.selections.reduce((sum, selection) => {
    if (selection.kind === 'FragmentSpread' || !selection.selectionSet) return sum
    const size = selection.kind === 'Field' ? readPageSize(selection) : null
    return (
      sum +
      (size === null ? 0 : times) +
      countConnections(selection.selectionSet, times * (size ?? 1))
    )
  }, 0)
}

function readPageSize(field: FieldNode): number | null {
  const size = field.arguments?.find(
    ({ name }) => name.value === 'first' || name.value === 'last',
  )?.value
  return size?.kind === 'IntValue' ? Number(size.value) : size ? 100 : null
}
