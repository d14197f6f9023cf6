import { startEmbedded } from '../../services/judge/src/adapters/postgres/embedded.ts'

/**
 * What a service does with its embedded server, as a process of its own that can be killed: it
 * starts it, writes one line of JSON when it has it (or cannot), and stops it at SIGTERM.
 */
const say = (what: object): boolean => process.stdout.write(`${JSON.stringify(what)}\n`)
const log = { info: say, warn: say }

try {
  const server = await startEmbedded({ dataDir: process.argv[2] ?? '', log })
  say({ event: 'up', url: server.url })
  process.once('SIGTERM', async () => {
    await server.stop()
    process.exit(0)
  })
  setInterval(() => {}, 60_000)
} catch (error) {
  say({ event: 'refused', ...(error as object), message: (error as Error).message })
  process.exitCode = 1
}
