import type { FastifyReply, FastifyRequest } from 'fastify'
import { createUnavailableProblem, Problem } from '../../lib/problem.ts'

export interface StreamBounds {
  /** Of one client: a name and an address. Behind a proxy all clients have one address. */
  readonly client: number
  /** Of all clients. */
  readonly all: number
}

/** Takes a slot for a stream until its connection closes; throws a problem if there is none. */
export type TakeStreamSlot = (request: FastifyRequest, reply: FastifyReply) => void

/** Limits the streams that are open at one time, each of which costs memory and reads. */
export function createStreamSlots(max: StreamBounds): TakeStreamSlot {
  const open = new Map<string, number>()
  let all = 0
  return (request, { raw }) => {
    const client = `${request.identity?.name ?? ''} ${request.ip}`
    const own = open.get(client) ?? 0
    if (own >= max.client)
      throw new Problem(
        'too_many_requests',
        `This client has ${own} streams open; close one before it opens another.`,
        { headers: { 'retry-after': '5' } },
      )
    if (all >= max.all)
      throw createUnavailableProblem(`${all} streams are open; try again when one has ended.`)
    open.set(client, own + 1)
    all += 1
    raw.once('close', () => {
      all -= 1
      const left = (open.get(client) ?? 1) - 1
      if (left > 0) open.set(client, left)
      else open.delete(client)
    })
  }
}
