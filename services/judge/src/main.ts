import { readFileSync } from 'node:fs'
import closeWithGrace from 'close-with-grace'
import { pino } from 'pino'
import pretty from 'pino-pretty'
import { createLogMask } from './composition/mask-log.ts'
import { startService } from './composition/service.ts'
import { configure } from './config/configure.ts'
import { getErrorMessage } from './lib/failure.ts'

/*
 * The entry point of the service: reads the environment, sets up logging, and ends the process.
 */
const configured = configure(process.env, (path) => readFileSync(path, 'utf8'))
if ('faults' in configured) {
  process.stderr.write(`${configured.faults.join('\n')}\n`)
  process.exit(2)
}
const { settings } = configured.ok
const redact = {
  paths: ['req.headers.authorization', 'req.headers.cookie', '*.token', '*.password', '*.secret'],
  censor: '[masked]',
}
const { hooks, follow } = createLogMask(settings.secrets)
const log = process.stdout.isTTY
  ? pino(
      { level: settings.logLevel, redact, hooks },
      pretty({ colorize: true, ignore: 'pid,hostname', sync: true }),
    )
  : pino(
      { level: settings.logLevel, redact, base: undefined, hooks },
      pino.destination({ sync: true }),
    )

// The AI SDK warns on standard error about OpenAI-compatible servers; every answer is checked
// anyway.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })

const starting = startService(configured.ok, log, follow).catch((error: unknown) => {
  log.fatal({ event: 'not_started', error: getErrorMessage(error) }, getErrorMessage(error))
  process.exit(1)
})

// Installed before the start completes, so that a signal during the start stops what is running.
closeWithGrace({ delay: 10_000, logger: false }, async ({ signal, err }) => {
  // A process group and the parent in it may both signal; only a second Ctrl-C is impatience.
  process.removeAllListeners('SIGTERM').on('SIGTERM', () => {})
  if (err) log.fatal({ event: 'crashed', err }, 'uncaught error; stopping')
  else log.info({ event: 'stopping', signal }, 'stopping')
  await (await starting).stop()
  log.info({ event: 'stopped' }, 'stopped')
  if (signal === 'SIGINT') process.exit(130)
})

const service = await starting
log.info({ event: 'systems', ...settings.off }, 'external systems that are off')
log.info({ host: service.host, port: service.port, url: service.url }, 'listening')
