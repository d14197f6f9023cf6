import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { argoWorkflows } from '../adapters/argo/workflows.ts'
import type { Configuration } from '../config/configure.ts'
import type { Settings } from '../config/settings.ts'
import { countMessages } from '../correlate/count-messages.ts'
import { createRecorder } from '../correlate/record.ts'
import { traceMessages } from '../correlate/trace-messages.ts'
import { repositoryFilter } from '../ingest/parse/repositories.ts'
import { createApp } from './app.ts'
import { surfaceOf } from './app-dependencies.ts'
import { argoOf, githubOf, type Intake, outsideOf, storeOf } from './clients.ts'
import { createListeners } from './consumers.ts'
import { type Foundation, layFoundation } from './runtime.ts'
import { type Bells, createBells, startClockwork } from './start-engine.ts'

export interface Service {
  readonly host: string
  readonly port: number
  readonly url: string
  /**
   * Stops taking work, finishes or hands back what is in hand within 10 s, and stops its own
   * database last.
   */
  readonly stop: () => Promise<void>
}

/**
 * Puts the service together and starts it: the database, the HTTP surface, then the clockwork.
 * Nothing of it lives in memory that a restart would miss. Rejects with `Failure` where it cannot
 * start, having stopped what was started.
 */
export async function startService(configuration: Configuration, log: Logger): Promise<Service> {
  const stops: Foundation['stops'] = []
  const stop = async () => {
    for (const one of stops.toReversed()) await one()
  }
  try {
    return { ...(await start(await layFoundation(configuration, log, stops))), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(foundation: Foundation): Promise<Omit<Service, 'stop'>> {
  const { settings, stops } = foundation
  const bells = createBells()
  const intake = intakeOf(foundation, bells)
  // With `PORT=0` the address is known only once we listen.
  let base = settings.publicUrl ?? `http://${settings.listen.host}:${settings.listen.port}`
  const github = githubOf(foundation)
  const store = storeOf(settings)
  const outside = outsideOf(
    foundation,
    { ...intake, github, store },
    (runId) => `${base}/runs/${runId}`,
  )
  const listeners = createListeners({ ...foundation, ...intake, trace: foundation.traces.trace })
  const app = await createApp(
    surfaceOf(foundation, intake, { outside, store, bells, listeners, publicUrl: () => base }),
  )
  const address = await listenAt(app.server, settings)
  base = settings.publicUrl ?? address.url

  await startClockwork(foundation, {
    outside,
    github,
    bells,
    crowded: () => app.crowded() || listeners.crowded(),
  })
  listeners.start()
  stops.push(listeners.stop)
  // Requests end first, so that nothing is taken in that nobody looks at any more.
  stops.push(() => app.server.close())
  return address
}

function intakeOf(
  { settings, policy, db, mask, metrics, traces }: Foundation,
  bells: Bells,
): Intake {
  const recorder = createRecorder({ db, ring: bells.ring.ringRuns, mask })
  const argo = argoOf(settings)
  return {
    recorder: traceMessages(countMessages(recorder, metrics.countEvent), traces.trace),
    context: {
      mayJudge: repositoryFilter(settings.github.repositories),
      reviewers: settings.github.reviewers,
      ourContext: policy.values.status.context,
    },
    argo: argo === null ? null : argoWorkflows(argo),
  }
}

async function listenAt(server: FastifyInstance, { listen: { host, port: wanted } }: Settings) {
  await server.listen({ host, port: wanted })
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : wanted
  return { host, port, url: `http://${host.includes(':') ? `[${host}]` : host}:${port}` }
}
