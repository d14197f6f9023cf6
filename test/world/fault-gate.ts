import http from 'node:http'
import type { AddressInfo, Server } from 'node:net'

/** How an outside system fails, whatever system it is. */
export const faultKinds = [
  'slow',
  'hung',
  '500',
  '429',
  'wrong body',
  'huge body',
  'reset',
  'half an answer',
  'clock off',
] as const
export type FaultKind = (typeof faultKinds)[number]

/** Stands between the service and one simulated system, and makes that fail. */
export interface FaultGate {
  /** The address of the gate, with the path of the system's own. */
  readonly url: string
  /** Applies the fault to every request from now on; null ends that for new requests. */
  disturb(fault: FaultKind | null): void
  /** How many requests, or packets of a database, have met a fault since `disturb`. */
  countHits(): number
  close(): Promise<void>
}

const SLOW_MS = 1_500
const CLOCK_MS = 10 * 60_000
const HUGE_BYTES = 64 * 1024 * 1024

/**
 * A gate for HTTP. What is only wrong with the answer leaves the request carried out, as in the
 * world; a `500`, a reset and a hung request are carried out or not, at random. What hangs is never
 * answered, also after the fault.
 */
export async function startHttpGate(target: string, random: () => number): Promise<FaultGate> {
  const { port, pathname } = new URL(target)
  let fault: FaultKind | null = null
  let hits = 0
  const server = http.createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of incoming) chunks.push(chunk)
    } catch {
      return
    }
    const met = fault
    if (met !== null) hits += 1
    const carryOut = () => forward(Number(port), incoming, Buffer.concat(chunks))
    try {
      if (met === null) writeAnswer(response, await carryOut())
      else await answerWithFault(met, { response, carryOut, random })
    } catch {
      response.destroy()
    }
  })
  const own = await listenOnLoopback(server)
  return {
    url: `http://127.0.0.1:${own}${pathname === '/' ? '' : pathname}`,
    disturb: (next) => {
      fault = next
      hits = 0
    },
    countHits: () => hits,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

interface GateAnswer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

async function answerWithFault(
  fault: FaultKind,
  on: {
    readonly response: http.ServerResponse
    readonly carryOut: () => Promise<GateAnswer>
    readonly random: () => number
  },
): Promise<void> {
  const { response, carryOut, random } = on
  const maybeCarryOut = async () => {
    if (random() < 0.5) await carryOut()
  }
  switch (fault) {
    case 'slow':
      await new Promise((resolve) => setTimeout(resolve, SLOW_MS))
      return writeAnswer(response, await carryOut())
    case 'hung':
      return await maybeCarryOut()
    case '500':
      await maybeCarryOut()
      return writeJson(response, 500, { message: 'Internal Server Error' })
    case '429':
      return writeJson(response, 429, { message: 'Too Many Requests', retry_after: 1 })
    case 'wrong body': {
      const { status } = await carryOut()
      const [type, body] = wrongBodies[Math.floor(random() * wrongBodies.length)] ?? ['', '']
      response.writeHead(status, { 'content-type': type }).end(body)
      return
    }
    case 'huge body': {
      const { status, headers } = await carryOut()
      response.writeHead(status, { 'content-type': headers['content-type'] ?? 'text/plain' })
      return await writeHugeBody(response)
    }
    case 'reset':
      await maybeCarryOut()
      response.socket?.resetAndDestroy()
      return
    case 'half an answer': {
      const { status, headers, body } = await carryOut()
      response.writeHead(status, { ...keepHeaders(headers), 'content-length': body.length || 100 })
      response.write(body.subarray(0, body.length / 2))
      // The half must have left before the connection breaks.
      setTimeout(() => response.socket?.destroy(), 20)
      return
    }
    case 'clock off':
      return writeAnswer(response, moveClock(await carryOut(), random() < 0.5 ? 1 : -1))
  }
}

const wrongBodies: readonly (readonly [type: string, body: string])[] = [
  ['text/html', '<!doctype html><title>Sign in</title><p>Please sign in to continue.</p>'],
  ['application/json', '{"unexpected":true}'],
  ['application/json', '[]'],
  ['application/json', 'null'],
  ['application/json', '{"data":'],
  ['text/plain', ''],
]

function writeJson(response: http.ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' })
  response.end(JSON.stringify(body))
}

/** Stops early when the client does not want more. */
async function writeHugeBody(response: http.ServerResponse): Promise<void> {
  const piece = Buffer.alloc(1024 * 1024, '[')
  for (let sent = 0; sent < HUGE_BYTES && !response.destroyed; sent += piece.length)
    await new Promise<void>((written) => {
      response.once('close', written)
      response.write(piece, () => {
        response.off('close', written)
        written()
      })
    })
  response.end()
}

/** An answer of a server whose clock is ten minutes fast or slow. */
function moveClock({ status, headers, body }: GateAnswer, sign: 1 | -1): GateAnswer {
  const move = (time: number): Date => new Date(time + sign * CLOCK_MS)
  const isText = /json|text/.test(headers['content-type'] ?? '')
  const moved = isText
    ? Buffer.from(
        body
          .toString('utf8')
          .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (time) =>
            move(Date.parse(time)).toISOString(),
          ),
      )
    : body
  const { 'content-length': _, ...rest } = headers
  return { status, headers: { ...rest, date: move(Date.now()).toUTCString() }, body: moved }
}

function writeAnswer(response: http.ServerResponse, { status, headers, body }: GateAnswer): void {
  response.writeHead(status, keepHeaders(headers)).end(body)
}

const keepHeaders = ({
  connection: _connection,
  'transfer-encoding': _encoding,
  'keep-alive': _keepAlive,
  ...headers
}: http.IncomingHttpHeaders): http.OutgoingHttpHeaders => headers

const forward = (
  port: number,
  { method, url, headers }: http.IncomingMessage,
  sent: Buffer,
): Promise<GateAnswer> =>
  new Promise((resolve, reject) => {
    const request = http.request(
      { host: '127.0.0.1', port, method, path: url, headers, agent: false },
      async (answer) => {
        const chunks: Buffer[] = []
        try {
          for await (const chunk of answer) chunks.push(chunk)
          const body = Buffer.concat(chunks)
          resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body })
        } catch (error) {
          reject(error)
        }
      },
    )
    request.on('error', reject)
    request.end(sent)
  })

export async function listenOnLoopback(server: Server): Promise<number> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return (server.address() as AddressInfo).port
}
