import { GraphQLError } from 'graphql'

export interface PageArgs {
  readonly first?: number | null
  readonly last?: number | null
  readonly after?: string | null
}

/** A page of a list. Like GitHub it refuses pages over 100 entries and lists without a size. */
export function paginate<T>(what: string, items: readonly T[], { first, last, after }: PageArgs) {
  const size = first ?? last
  if (size === undefined || size === null)
    throw new GraphQLError(
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${what}\` connection.`,
      { extensions: { type: 'MISSING_PAGINATION_BOUNDARIES' } },
    )
  if (size > 100)
    throw new GraphQLError(
      `Requesting ${size} records on the \`${what}\` connection exceeds the \`first\` limit of 100 records.`,
      { extensions: { type: 'EXCESSIVE_PAGINATION' } },
    )
  const from = after ? Number(Buffer.from(after, 'base64').toString()) : 0
  const start = first ? from : Math.max(0, items.length - size)
  const nodes = items.slice(start, start + size)
  const end = start + nodes.length
  const cursor = nodes.length > 0 ? Buffer.from(String(end)).toString('base64') : null
  return {
    nodes,
    totalCount: items.length,
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: null,
      endCursor: cursor,
    },
  }
}

export const notFoundError = (message: string) =>
  new GraphQLError(message, { extensions: { type: 'NOT_FOUND' } })
