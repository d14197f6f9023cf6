import { createServer, type IncomingMessage } from 'node:http'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface Answered {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

/**
 * Close the connection instead of answering: the other side never learns whether it was carried
 * out.
 */
export const hangUp = 'hang up'

export interface Server {
  readonly url: string
  close(): Promise<void>
}

/** Serves one part of the simulated outside on 127.0.0.1, on a free port or the one given. */
export async function serve(
  answer: (asked: Asked) => Promise<Answered | typeof hangUp>,
  port = 0,
): Promise<Server> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      return
    }
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const asked = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks),
    }
    const given = await answer(asked).catch(
      (error: unknown): Answered => ({ status: 500, body: String(error) }),
    )
    if (given === hangUp) {
      response.destroy()
      return
    }
    response.writeHead(given.status, given.headers)
    response.end(given.body)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const json = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answered => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/**
 * What goes wrong with the next requests, one entry each, first in first out. `before`: nothing was
 * done. `after`: it was done, and the answer is lost or changed. A `hold` only makes the other side
 * wait, with the request or with its answer.
 */
export type Fault =
  | { readonly when: 'before' | 'after'; readonly answer: Answered | typeof hangUp }
  | { readonly when: 'before' | 'after'; readonly hold: Promise<unknown> }

/** Nothing goes wrong with this one. */
export const passes: Fault = { when: 'before', hold: Promise.resolve() }

/** Takes faults in advance and hands out one to each request. */
export function faults() {
  const queue: Fault[] = []
  return {
    next: (...coming: readonly Fault[]): void => {
      queue.push(...coming)
    },
    /** Runs a request through the next fault, if there is one. */
    async around(carryOut: () => Promise<Answered> | Answered): Promise<Answered | typeof hangUp> {
      const fault = queue.shift()
      if (fault === undefined) return await carryOut()
      if ('hold' in fault) {
        if (fault.when === 'before') await fault.hold
        const answered = await carryOut()
        await fault.hold
        return answered
      }
      if (fault.when === 'after') await carryOut()
      return fault.answer
    },
  }
}
