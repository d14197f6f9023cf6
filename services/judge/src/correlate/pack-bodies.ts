import type { Incoming } from './incoming.ts'

/** Where a message's bytes stand among those of all, as SQL's `substring` counts. */
interface Place {
  readonly begins: number
  readonly bytes: number
}

/**
 * Bodies travel as one value, in which each message knows its place: PostgreSQL has no binary form
 * for a list of them.
 */
export function packBodies(messages: readonly Incoming[]): {
  readonly bodies: Buffer
  readonly places: readonly Place[]
} {
  let next = 1
  const places = messages.map(({ body }): Place => {
    const begins = next
    next += body.byteLength
    return { begins, bytes: body.byteLength }
  })
  return { bodies: Buffer.concat(messages.map(({ body }) => body)), places }
}
