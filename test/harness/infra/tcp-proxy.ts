import { connect, createServer, type Socket } from 'node:net'

/** A proxy whose connections can be cut at any moment. */
export interface TcpProxy {
  readonly port: number
  /** Breaks every connection and refuses new ones. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

interface ProxyOptions {
  readonly to: { readonly host: string; readonly port: number } | { readonly path: string }
  /** The limit for what the server sends. Default: none. */
  readonly bytesPerSecond?: number
  /** Breaks each connection after the server has sent more than this. */
  readonly breakAfterBytes?: number
}

export async function startTcpProxy({
  to,
  bytesPerSecond,
  breakAfterBytes,
}: ProxyOptions): Promise<TcpProxy> {
  const open = new Set<Socket>()
  let isCut = false
  const server = createServer((client) => {
    if (isCut) return void client.destroy()
    const upstream = connect(to)
    const destroyBoth = () => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      open.add(socket)
      socket.on('error', destroyBoth)
      socket.on('close', () => {
        open.delete(socket)
        destroyBoth()
      })
    }
    client.pipe(upstream)
    let sentBytes = 0
    upstream.on('data', (chunk: Buffer) => {
      sentBytes += chunk.length
      if (breakAfterBytes !== undefined && sentBytes > breakAfterBytes) return destroyBoth()
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
    isCut = true
    for (const socket of open) socket.destroy()
  }
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut,
    mend: () => {
      isCut = false
    },
    close: async () => {
      cut()
      await new Promise((closed) => server.close(closed))
    },
  }
}
