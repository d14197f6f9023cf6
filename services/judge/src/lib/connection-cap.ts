import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { createUnavailableProblem } from './problem.ts'
import { endWithProblem } from './server-options.ts'

/**
 * Keeps at most `max` connections open. At the limit, a new one takes the place of the one that has
 * waited longest for its client: without a request, or with one that is not complete. So clients
 * that only open connections, or send slowly, keep no one else out. If every connection is being
 * answered, the new one gets 503 with `Retry-After`.
 */
export function capConnections(server: Server, max: number): void {
  // In the order of the last change: the first has waited longest.
  const open = new Map<Socket, IncomingMessage | null>()
  const note = (socket: Socket, request: IncomingMessage | null): void => {
    open.delete(socket)
    open.set(socket, request)
  }
  const findWaiting = (): Socket | null => {
    for (const [socket, request] of open) if (request?.complete !== true) return socket
    return null
  }
  server.on('connection', (socket: Socket) => {
    if (open.size >= max) {
      const waiting = findWaiting()
      if (waiting === null) return refuse(socket)
      open.delete(waiting)
      waiting.destroy()
    }
    note(socket, null)
    socket.once('close', () => open.delete(socket))
  })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request
    if (!open.has(socket)) return
    note(socket, request)
    response.once('close', () => {
      if (open.get(socket) === request) note(socket, null)
    })
  })
}

const refuse = (socket: Socket): void =>
  endWithProblem(
    socket,
    createUnavailableProblem('Too many connections are open; try again later.'),
    'Service Unavailable',
  )
