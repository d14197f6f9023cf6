import { connect, createServer, type Socket } from 'node:net'

/** A wire between two parties that can be cut, in the middle of whatever is said. */
export interface TcpProxy {
  readonly port: number
  /** Breaks every connection and refuses new ones. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

interface Wire {
  readonly to: { readonly host: string; readonly port: number } | { readonly path: string }
  /** Passes at most so many bytes a second of what the server says; unlimited where left out. */
  readonly bytesPerSecond?: number
  /** Breaks each connection after the server has said so much. */
  readonly breaksAfter?: number
}

export async function tcpProxy({ to, bytesPerSecond, breaksAfter }: Wire): Promise<TcpProxy> {
  const open = new Set<Socket>()
  let whole = true
  const server = createServer((client) => {
    if (!whole) return void client.destroy()
    const upstream = connect(to)
    const breaks = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', breaks)
      socket.on('close', () => {
        open.delete(socket)
        breaks()
      })
    }
    client.pipe(upstream)
    let said = 0
    upstream.on('data', (chunk: Buffer) => {
      said += chunk.length
      if (breaksAfter !== undefined && said > breaksAfter) return breaks()
      client.write(chunk)
      if (bytesPerSecond === undefined) return
      upstream.pause()
      setTimeout(() => upstream.resume(), (chunk.length / bytesPerSecond) * 1000)
    })
    upstream.on('end', () => client.end())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  const cut = () => {
    whole = false
    for (const socket of open) socket.destroy()
  }
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut,
    mend: () => {
      whole = true
    },
    close: async () => {
      cut()
      await new Promise((closed) => server.close(closed))
    },
  }
}
