import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'

import type { LiveConfiguration } from '../config/configure.ts'
import type { Settings } from '../config/settings.ts'
import type { Millis } from '../lib/instant.ts'
import type { MaskNow } from '../lib/mask.ts'
import { createApp } from './app.ts'
import { createAppDependencies } from './app-dependencies.ts'
import { createGithubClient, createObserveDeps, createWatchedSource } from './clients.ts'
import { createConsumers } from './consumers.ts'
import { findUnenforced } from './find-unenforced.ts'
import { createIntake } from './intake.ts'
import { type Runtime, startRuntime } from './runtime.ts'
import { startConsole } from './start-console.ts'
import { createWakeups, startEngine } from './start-engine.ts'
import { startExamination } from './start-examination.ts'

/** Where the started service listens. */
interface ServiceAddress {
  readonly host: string
  readonly port: number
  readonly url: string
}

export interface Service extends ServiceAddress {
  /**
   * Stops taking work, finishes or releases the work in progress within 10 s, and stops the
   * embedded database last.
   */
  readonly stop: () => Promise<void>
}

/**
 * A PostgreSQL that stands still must not keep the process from its end. What is begun then needs
 * no end: the leases of the work expire, and a database that is being stopped stops by itself.
 */
const STOP_LIMIT_MS: Millis = 9_000

/**
 * Builds the service and starts it. It keeps nothing in memory that a restart would miss. Rejects
 * with `Failure` if it cannot start, after stopping what was already running. `onMasked` gets what
 * masks with the newest secrets, for the log that the caller has made.
 */
export async function startService(
  configuration: LiveConfiguration,
  log: Logger,
  onMasked: (maskNow: MaskNow) => void = () => undefined,
): Promise<Service> {
  const stopHooks: Runtime['stopHooks'] = []
  const stop = async () => {
    const limit = delay(STOP_LIMIT_MS, undefined, { ref: false })
    for (const stopPart of stopHooks.toReversed()) await Promise.race([stopPart(), limit])
  }
  try {
    const runtime = await startRuntime(configuration, log, stopHooks, onMasked)
    return { ...(await startParts(runtime)), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Builds the parts on top of the runtime and starts them: the API, the engine, the consumers. */
async function startParts(runtime: Runtime): Promise<ServiceAddress> {
  const { settings, stopHooks } = runtime
  // With `PORT=0` the port is known only after listening.
  let publicUrl = settings.publicUrl ?? `http://${settings.listen.host}:${settings.listen.port}`

  const wakeups = createWakeups()
  const intake = createIntake(runtime, wakeups)
  const github = createGithubClient(runtime)
  const source = createWatchedSource(runtime)
  const observeDeps = createObserveDeps(
    runtime,
    { ...intake, github, source },
    (runId) => `${publicUrl}/runs/${runId}`,
  )
  const consumers = createConsumers({ ...runtime, ...intake, trace: runtime.traces.trace })
  const app = await createApp(
    createAppDependencies(runtime, intake, {
      observeDeps,
      source,
      wakeups,
      consumers,
      publicUrl: () => publicUrl,
      readConsole: startConsole(runtime),
    }),
  )

  const address = await listenOn(app.server, settings)
  publicUrl = settings.publicUrl ?? address.url
  await startEngine(runtime, {
    observeDeps,
    github,
    wakeups,
    isOverloaded: () => app.isOverloaded() || consumers.isOverloaded(),
  })
  consumers.start()
  startExamination(runtime)
  reportUnenforced(runtime)
  stopHooks.push(consumers.stop)
  // Stops first, so that no request is accepted after the engine has stopped.
  stopHooks.push(() => app.server.close())
  return address
}

/** In one line; as a warning if the configuration expects something of it. */
function reportUnenforced({ settings, policy, log }: Runtime): void {
  const { text, ...unenforced } = findUnenforced({ settings, policy })
  const level = unenforced.changed.length > 0 ? 'warn' : 'info'
  log[level]({ event: 'not_enforced', ...unenforced }, text)
}

async function listenOn(
  server: FastifyInstance,
  { listen: { host, port: wanted } }: Settings,
): Promise<ServiceAddress> {
  await server.listen({ host, port: wanted })
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : wanted
  return { host, port, url: `http://${host.includes(':') ? `[${host}]` : host}:${port}` }
}
