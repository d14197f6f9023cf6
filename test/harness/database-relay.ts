import { once } from 'node:events'
import net from 'node:net'

/** A TCP relay to a database, which can stand still like a server that was paused, or be cut. */
export interface DatabaseRelay {
  readonly url: string
  /** Takes connections and bytes, and passes nothing on; half an answer may be on its way. */
  hold(): void
  /** Passes on what was held, and everything after it. */
  resume(): void
  /** Resets every connection, and refuses new ones until `close`. */
  cut(): Promise<void>
  close(): Promise<void>
}

/** `answerBytes`: how many bytes of answers still pass after `hold`; half an answer. */
export async function startDatabaseRelay(
  target: string,
  { answerBytes = 0 }: { readonly answerBytes?: number } = {},
): Promise<DatabaseRelay> {
  const { hostname, port } = new URL(target)
  const open = new Set<net.Socket>()
  const held: (() => void)[] = []
  let isHeld = false
  const pass = (from: net.Socket, to: net.Socket, getAllowance: () => number): void => {
    from.on('data', (chunk: Buffer) => {
      if (!isHeld) return void to.write(chunk)
      const passed = Math.min(chunk.length, getAllowance())
      to.write(chunk.subarray(0, passed))
      held.push(() => to.write(chunk.subarray(passed)))
    })
    from.on('error', () => to.destroy()).on('close', () => to.destroy())
  }
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), hostname)
    open.add(near).add(far)
    for (const socket of [near, far]) socket.on('close', () => open.delete(socket))
    pass(near, far, () => 0)
    pass(far, near, () => answerBytes)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const cut = async (): Promise<void> => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of open) socket.resetAndDestroy()
    await closed
  }
  return {
    url: Object.assign(new URL(target), {
      host: `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    }).href,
    hold: () => {
      isHeld = true
    },
    resume: () => {
      isHeld = false
      for (const passOn of held.splice(0)) passOn()
    },
    cut,
    close: cut,
  }
}
