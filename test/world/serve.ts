import { createServer, type IncomingMessage } from 'node:http'

export interface HttpRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

export interface HttpAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
}

/** Close the connection instead of answering, so the client does not learn what happened. */
export const hangUp = 'hang up'

export interface HttpServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves one simulated system on 127.0.0.1, on the given port or a free one. */
export async function serve(
  answer: (request: HttpRequest) => Promise<HttpAnswer | typeof hangUp>,
  port = 0,
): Promise<HttpServer> {
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of incoming) chunks.push(chunk)
    } catch {
      return
    }
    const url = new URL(incoming.url ?? '/', 'http://127.0.0.1')
    const request = {
      method: incoming.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    }
    const result = await answer(request).catch(
      (error: unknown): HttpAnswer => ({ status: 500, body: String(error) }),
    )
    if (result === hangUp) {
      response.destroy()
      return
    }
    response.writeHead(result.status, result.headers)
    response.end(result.body)
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

export const answerJson = (
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): HttpAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

/**
 * What goes wrong with one request. `before`: it is not carried out. `after`: it is, and its answer
 * is replaced. `hold`: the request or its answer waits.
 */
export type Fault =
  | { readonly when: 'before' | 'after'; readonly answer: HttpAnswer | typeof hangUp }
  | { readonly when: 'before' | 'after'; readonly hold: Promise<unknown> }

/** Lets one request pass. */
export const noFault: Fault = { when: 'before', hold: Promise.resolve() }

/** A queue of faults, of which each request takes one, and a fault that lasts. */
export function createFaults() {
  const queue: Fault[] = []
  let lasting: Fault | null = null
  return {
    /** Applies the fault to every request until it is set to null. */
    always: (fault: Fault | null): void => {
      lasting = fault
    },
    next: (...next: readonly Fault[]): void => {
      queue.push(...next)
    },
    /** Handles a request with the next fault, if there is one. */
    async apply(
      handle: () => Promise<HttpAnswer> | HttpAnswer,
    ): Promise<HttpAnswer | typeof hangUp> {
      const fault = queue.shift() ?? lasting ?? undefined
      if (fault === undefined) return await handle()
      if ('hold' in fault) {
        if (fault.when === 'before') await fault.hold
        const answer = await handle()
        await fault.hold
        return answer
      }
      if (fault.when === 'after') await handle()
      return fault.answer
    },
  }
}
