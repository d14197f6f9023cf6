import { connect, createServer, type Socket } from 'node:net'
import { type FaultGate, type FaultKind, listenOnLoopback } from './fault-gate.ts'

/** What of the faults PostgreSQL can have: it sends no bodies, and its clock cannot be moved. */
export const databaseFaults: readonly FaultKind[] = [
  'slow',
  'hung',
  '500',
  '429',
  'reset',
  'half an answer',
]

const SLOW_PACKET_MS = 40

/**
 * A gate for PostgreSQL. `500` ends each connection like a shutdown, `429` has no room for another
 * one, and a connection that has hung once never answers again.
 */
export async function startDatabaseGate(databaseUrl: string): Promise<FaultGate> {
  const target = new URL(databaseUrl)
  let fault: FaultKind | null = null
  let hits = 0
  const open = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect({ host: target.hostname, port: Number(target.port || 5432) })
    const end = () => {
      client.destroy()
      upstream.destroy()
    }
    let isHung = false
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        open.delete(socket)
        end()
      })
    }
    if (fault === '429') {
      hits += 1
      client.once('data', () => client.end(encodeFatal('53300', 'sorry, too many clients already')))
      return
    }
    client.pipe(upstream)
    upstream.on('data', (packet: Buffer) => {
      if (isHung) return
      if (fault !== null && fault !== '429') hits += 1
      switch (fault) {
        case 'slow':
          upstream.pause()
          setTimeout(() => {
            client.write(packet)
            upstream.resume()
          }, SLOW_PACKET_MS)
          return
        case 'hung':
          isHung = true
          return
        case '500':
          client.end(encodeFatal('57P01', 'terminating connection due to administrator command'))
          return
        case 'reset':
          client.resetAndDestroy()
          return
        case 'half an answer':
          client.end(packet.subarray(0, Math.ceil(packet.length / 2)))
          return
        default:
          client.write(packet)
      }
    })
  })
  const port = await listenOnLoopback(server)
  const url = Object.assign(new URL(databaseUrl), { hostname: '127.0.0.1', port: String(port) })
  return {
    url: url.href,
    disturb: (next) => {
      fault = next
      hits = 0
    },
    countHits: () => hits,
    close: async () => {
      for (const socket of open) socket.destroy()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** PostgreSQL's message about an error that ends the connection. */
function encodeFatal(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(fields.length + 4, 1)
  return Buffer.concat([head, fields])
}
