import { type ServiceProcess, spawnService } from '../harness/process.ts'
import type { RandomWorld } from '../harness/random-world.ts'

/** The replicas of the service, of which some are killed, and all are started again. */
export interface Replicas {
  /** Kills one of them with `SIGKILL`, and starts another in its place. */
  killOne(random: () => number): Promise<void>
  /** Starts what has ended by itself, and tells how it ended. */
  restartEnded(): Promise<readonly string[]>
  /** The last lines of all logs. */
  listLastLines(): readonly string[]
  /** The errors of our own that were logged since the last call. */
  takeErrors(): readonly string[]
  end(): Promise<void>
}

/** Before it listens, a replica may end, as without a database: it is started until it stays. */
async function startReplica(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
  for (;;) {
    const { ready } = spawnService(env)
    const started = await ready.catch((error: unknown) => {
      if (String(error).includes('not_started')) return null
      throw error
    })
    if (started !== null) return started
  }
}

export async function startReplicas(
  env: Readonly<Record<string, string>>,
  randomWorld: RandomWorld,
): Promise<Replicas> {
  const replicas = await Promise.all([startReplica(env), startReplica(env)])
  const ended: ServiceProcess[] = []
  const read = new Map<ServiceProcess, number>()
  /** Completions go to each that runs, and webhooks to the one of them that runs longest. */
  const announce = () => {
    const alive = replicas.filter((one) => !one.hasExited())
    randomWorld.serviceUrls = alive.map(({ url }) => url)
    randomWorld.world.sendWebhooksTo(alive[0]?.url ?? '')
  }
  const replace = async (old: ServiceProcess) => {
    replicas.splice(replicas.indexOf(old), 1)
    ended.push(old)
    announce()
    replicas.push(await startReplica(env))
    announce()
  }
  announce()
  return {
    killOne: async (random) => {
      const victim = replicas[Math.floor(random() * replicas.length)]
      if (victim === undefined) return
      await victim.kill()
      await replace(victim)
    },
    restartEnded: async () => {
      const gone = replicas.filter((one) => one.hasExited())
      for (const one of gone) await replace(one)
      return gone.map((one) => `a replica ended by itself: ${one.stderr().slice(-600)}`)
    },
    listLastLines: () =>
      replicas.flatMap(({ lines }) => lines.slice(-30).map((line) => JSON.stringify(line))),
    takeErrors: () =>
      [...ended, ...replicas].flatMap((one) => {
        const fresh = one.lines.slice(read.get(one) ?? 0)
        read.set(one, one.lines.length)
        return fresh
          .filter(({ level }) => typeof level === 'number' && level >= 50)
          .map((line) => JSON.stringify(line).slice(0, 600))
      }),
    end: async () => {
      await Promise.all(replicas.map((one) => one.kill()))
    },
  }
}
