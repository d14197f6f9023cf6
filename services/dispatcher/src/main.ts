import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import pretty from 'pino-pretty'
import { createApp } from './app.ts'
import { createArgoClient } from './argo-client.ts'
import { configure } from './config.ts'
import { createMetrics } from './metrics.ts'

/** The process: only this file reads the environment, exits, and looks at the terminal. */
const configured = configure(process.env, (path) => readFileSync(path, 'utf8'))
if ('faults' in configured) {
  process.stderr.write(`${configured.faults.join('\n')}\n`)
  process.exit(2)
}
const settings = configured.ok
const redact = { paths: ['req.headers.authorization'], censor: '[masked]' }
const log = process.stdout.isTTY
  ? pino(
      { level: settings.logLevel, redact },
      pretty({ colorize: true, ignore: 'pid,hostname', sync: true }),
    )
  : pino({ level: settings.logLevel, redact, base: undefined }, pino.destination({ sync: true }))

const metrics = createMetrics()
const { url, token, tokenFile, namespace } = settings.argo
const argo = createArgoClient({
  url,
  namespace,
  token,
  rereadToken: tokenFile === null ? null : () => readFile(tokenFile, 'utf8'),
  onRequest: (operation, outcome, seconds) => metrics.argo.observe({ operation, outcome }, seconds),
})
const stopping = new AbortController()
const app = createApp({
  log,
  argo,
  metrics,
  tokens: settings.tokens,
  namespace,
  templates: settings.templates,
  newId: randomUUID,
  now: () => new Date(),
  stopping: stopping.signal,
})

// Registered before the server listens: a reader of its `listening` line may stop it at once.
closeWithGrace({ delay: 10_000, logger: false }, async ({ signal, err }) => {
  // A process group and the parent in it may both signal; only a second Ctrl-C is impatience.
  process.removeAllListeners('SIGTERM').on('SIGTERM', () => {})
  if (err) log.fatal({ event: 'crashed', err }, 'uncaught error; stopping')
  else log.info({ event: 'stopping', signal }, 'stopping')
  // Running requests get eight seconds, then a 503; connections that remain are closed.
  const deadlines = [
    setTimeout(() => stopping.abort(), 8_000),
    setTimeout(() => app.server.closeAllConnections(), 9_000),
  ]
  await app.close()
  for (const deadline of deadlines) clearTimeout(deadline)
  log.info({ event: 'stopped' }, 'stopped')
  if (signal === 'SIGINT') process.exit(130)
})

const { host } = settings
await app
  .listen({ host, port: settings.port, listenTextResolver: (address) => `bound to ${address}` })
  .catch((error: unknown) => {
    log.fatal({ event: 'not_started', err: error }, 'cannot listen')
    process.exit(1)
  })
const address = app.server.address()
const port = typeof address === 'object' && address !== null ? address.port : settings.port
const urlHost = host.includes(':') ? `[${host}]` : host
log.info({ host, port, url: `http://${urlHost}:${port}` }, 'listening')
