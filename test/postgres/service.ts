import { startEmbedded } from '../../services/judge/src/adapters/postgres/embedded.ts'

/*
 * A process that can be killed and uses an embedded server like the service: it starts the server,
 * writes the result as one line of JSON, and stops the server on SIGTERM.
 */
const writeLine = (entry: object): boolean => process.stdout.write(`${JSON.stringify(entry)}\n`)
const log = { info: writeLine, warn: writeLine }

try {
  const server = await startEmbedded({ dataDir: process.argv[2] ?? '', log })
  writeLine({ event: 'up', url: server.url })
  process.once('SIGTERM', async () => {
    await server.stop()
    process.exit(0)
  })
  setInterval(() => {}, 60_000)
} catch (error) {
  writeLine({ event: 'refused', ...(error as object), message: (error as Error).message })
  process.exitCode = 1
}
