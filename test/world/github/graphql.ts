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
import type { World } from './state.ts'
import { queryView } from './views.ts'

/**
 * What a field answers instead of what is true: null, an error of GitHub's kind, or another value.
 * Keyed `Type.field`.
 */
export type FieldFaults = Map<
  string,
  null | { readonly type?: string; readonly message: string } | { readonly answer: () => unknown }
>

let built: GraphQLSchema | null = null
/** GitHub's public schema. Building it takes a moment, so it is done once a process. */
export function githubSchema(): GraphQLSchema {
  built ??= buildSchema(github.idl, { assumeValid: true })
  return built
}

/**
 * Answers a query as GitHub does: validated against its real schema, errors beside data, 100
 * entries a page at most.
 */
export async function runQuery(
  world: World,
  faults: FieldFaults,
  body: { query: string; variables?: Record<string, unknown> },
) {
  const document = parsed(body.query)
  if (document instanceof GraphQLError) return { errors: [{ message: document.message }] }
  const invalid = validate(githubSchema(), document)
  if (invalid.length > 0)
    return { errors: invalid.map(({ message, locations }) => ({ message, locations })) }
  const result = await execute({
    schema: githubSchema(),
    document,
    rootValue: queryView(world),
    variableValues: body.variables ?? {},
    fieldResolver: faulty(faults),
  })
  const errors = result.errors?.map(({ message, path, locations, extensions }) => ({
    ...(typeof extensions.type === 'string' ? { type: extensions.type } : {}),
    message,
    path,
    locations,
  }))
  return { data: result.data, ...(errors ? { errors } : {}) }
}

function parsed(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query)
  } catch (error) {
    return error instanceof GraphQLError ? error : new GraphQLError(String(error))
  }
}

const faulty =
  (faults: FieldFaults): GraphQLFieldResolver<unknown, unknown> =>
  (source, args, context, info) => {
    const fault = faults.get(`${info.parentType.name}.${info.fieldName}`)
    if (fault === undefined) return defaultFieldResolver(source, args, context, info)
    if (fault === null) return null
    if ('answer' in fault) return fault.answer()
    throw new GraphQLError(fault.message, { extensions: fault.type ? { type: fault.type } : {} })
  }

export const operationName = (query: string): string =>
  /\b(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? ''

/**
 * What a query costs, by GitHub's rule (docs: "rate limits and query limits for the GraphQL API"):
 * one request for each connection, times the entries asked of every connection around it; the sum
 * by 100, rounded, at least 1.
 */
export const pointsOf = (query: string): number => Math.max(1, Math.round(requestsOf(query) / 100))

/** The sum before it is divided. */
export function requestsOf(query: string): number {
  const document = parsed(query)
  if (document instanceof GraphQLError) return 0
  const sets = document.definitions.flatMap((one) =>
    'selectionSet' in one && one.selectionSet ? [one.selectionSet] : [],
  )
  return sets.reduce((sum, set) => sum + countIn(set, 1), 0)
}

function countIn(set: SelectionSetNode, times: number): number {
  return set.selections.reduce((sum, selection) => {
    if (selection.kind === 'FragmentSpread' || !selection.selectionSet) return sum
    const size = selection.kind === 'Field' ? pageSizeOf(selection) : null
    return sum + (size === null ? 0 : times) + countIn(selection.selectionSet, times * (size ?? 1))
  }, 0)
}

function pageSizeOf(field: FieldNode): number | null {
  const size = field.arguments?.find(
    ({ name }) => name.value === 'first' || name.value === 'last',
  )?.value
  return size?.kind === 'IntValue' ? Number(size.value) : size ? 100 : null
}
