import pg from 'pg'
import { createTestDatabase } from '../harness/database.ts'
import { createProcessEnv } from '../harness/process.ts'
import { createRandomWorld, type RandomWorld } from '../harness/random-world.ts'
import { createCollectorWorld } from '../world/collector.ts'
import { startDatabaseGate } from '../world/database-gate.ts'
import { startHttpGate } from '../world/fault-gate.ts'
import { createObjectStoreWorld } from '../world/object-store.ts'
import { listCommonProblems, listProblems, listUnfinished } from './list-problems.ts'
import { type Replicas, startReplicas } from './replicas.ts'
import { type Cell, faultPolicy, type Gates, listFaults, systemNames } from './systems.ts'

export interface CellResult {
  readonly cell: Cell
  /** How many requests have met the fault. */
  readonly hits: number
  readonly problems: readonly string[]
}

export interface MatrixResult {
  readonly cells: readonly CellResult[]
  /** What went wrong beyond a single cell, with the last lines of the logs. */
  readonly common: readonly string[]
}

export interface MatrixOptions {
  readonly random: () => number
  /** Each fault lasts at least so long, and until requests have met it. */
  readonly faultMs: number
  /** How long the runs may take once the fault is over. */
  readonly patienceMs: number
  /** Whether the runs of a cell end before the next fault begins. */
  readonly settlesBetween: boolean
  readonly onResult?: (result: CellResult) => void
}

const WANTED_HITS = 3
/** How long to wait for a system to be asked. */
const HITS_PATIENCE_MS = 40_000

/**
 * Lets one system after the other fail while runs are in flight, on two replicas with one database,
 * of which some are killed, and compares what came of each run with the truth about it.
 */
export async function runFaultMatrix(
  cells: readonly Cell[],
  options: MatrixOptions,
): Promise<MatrixResult> {
  const { random } = options
  const database = await createTestDatabase()
  const collector = await createCollectorWorld()
  const scripts = cells.flatMap((cell) => cell.scripts)
  const randomWorld = await createRandomWorld(random, scripts)
  const store = await createObjectStoreWorld(randomWorld.world)
  const gates = await startGates(randomWorld, {
    random,
    targets: { store: store.url, collector: collector.url, database: database.url },
  })
  const { env, remove } = createProcessEnv(buildEnv(randomWorld, gates), faultPolicy)
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => {})
  const replicas = await startReplicas(env, randomWorld)
  try {
    await randomWorld.begin([])
    const stage = { randomWorld, gates, pool, replicas }
    const hits: number[] = []
    const crashes: string[][] = []
    const results: CellResult[] = []
    const conclude = async (index: number): Promise<void> => {
      const cell = cells[index]
      if (cell === undefined) return
      const found = await listProblems(randomWorld.world, pool, cell.scripts)
      const missed = hits[index] === 0 ? ['no request has met the fault'] : []
      const problems = [...(crashes[index] ?? []), ...missed, ...found]
      const result = { cell, hits: hits[index] ?? 0, problems }
      results.push(result)
      options.onResult?.(result)
    }
    for (const [index, cell] of cells.entries()) {
      hits.push(await disturb(cell, stage, options))
      crashes.push([...(await replicas.restartEnded())])
      if (!options.settlesBetween) continue
      await settle(stage, cell.scripts, options.patienceMs)
      await conclude(index)
    }
    if (!options.settlesBetween) {
      await settle(stage, scripts, options.patienceMs)
      for (const index of cells.keys()) await conclude(index)
    }
    await randomWorld.flushReports()
    const common = [
      ...(await listCommonProblems(pool, randomWorld.accepted)),
      ...replicas.takeErrors(),
    ]
    const isOk = common.length === 0 && results.every(({ problems }) => problems.length === 0)
    return { cells: results, common: isOk ? [] : [...common, ...replicas.listLastLines()] }
  } finally {
    await replicas.end()
    await randomWorld.close()
    await Promise.all(Object.values(gates).map((gate) => gate.close()))
    await store.close()
    await collector.close()
    await pool.end()
    await database.drop()
    remove()
  }
}

async function startGates(
  { world }: RandomWorld,
  to: {
    readonly random: () => number
    readonly targets: Readonly<Record<'store' | 'collector' | 'database', string>>
  },
): Promise<Gates> {
  const { random, targets } = to
  return {
    GitHub: await startHttpGate(world.github.url, random),
    Argo: await startHttpGate(world.argo.url, random),
    'artifact store': await startHttpGate(targets.store, random),
    model: await startHttpGate(world.model.url, random),
    dispatcher: await startHttpGate(world.dispatcher.url, random),
    Discord: await startHttpGate(world.discord.url, random),
    'trace collector': await startHttpGate(targets.collector, random),
    PostgreSQL: await startDatabaseGate(targets.database),
  }
}

const buildEnv = ({ world }: RandomWorld, gates: Gates): Readonly<Record<string, string>> => ({
  ...world.env,
  GITHUB_API_URL: gates.GitHub.url,
  GITHUB_GRAPHQL_URL: `${gates.GitHub.url}/graphql`,
  ARGO_SERVER_URL: gates.Argo.url,
  ARGO_SWEEP_INTERVAL: '5s',
  ARTIFACT_DIR: '',
  MINIO_ENDPOINT: gates['artifact store'].url,
  MINIO_ACCESS_KEY: 'key-of-the-store',
  MINIO_SECRET_KEY: 'secret-of-the-store',
  OPENAI_BASE_URL: gates.model.url,
  DISPATCHER_URL: gates.dispatcher.url,
  DISCORD_API_URL: gates.Discord.url,
  OTEL_EXPORTER_OTLP_ENDPOINT: gates['trace collector'].url,
  DATABASE_URL: gates.PostgreSQL.url,
})

interface Stage {
  readonly randomWorld: RandomWorld
  readonly gates: Gates
  readonly pool: pg.Pool
  readonly replicas: Replicas
}

/** One fault from its beginning to its end. Resolves to the number of requests that met it. */
async function disturb(
  { system, fault, scripts, kills }: Cell,
  { randomWorld, gates, replicas }: Stage,
  { random, faultMs }: MatrixOptions,
): Promise<number> {
  const gate = gates[system]
  randomWorld.world.github.setBudget(5_000)
  const begun = Date.now()
  gate.disturb(fault)
  randomWorld.start(scripts.map(({ issue }) => issue))
  await waitUntil(
    () => gate.countHits() >= WANTED_HITS && Date.now() - begun >= faultMs,
    HITS_PATIENCE_MS,
  )
  // A replica cannot start without its database, so there it starts after the fault.
  const killing = kills ? replicas.killOne(random) : Promise.resolve()
  if (system !== 'PostgreSQL') await killing
  const hits = gate.countHits()
  gate.disturb(null)
  await killing
  return hits
}

const settle = ({ pool }: Stage, scripts: Cell['scripts'], patienceMs: number): Promise<void> =>
  waitUntil(async () => (await listUnfinished(pool, scripts)).length === 0, patienceMs)

/** Resolves when the condition holds, or when the time is over. */
async function waitUntil(
  holds: () => boolean | Promise<boolean>,
  patienceMs: number,
): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!(await holds()) && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 100))
}

/** The results as a table, system by fault, and below it what went wrong. */
export function formatMatrix({ cells, common }: MatrixResult, seed: number): string {
  const faults = [...new Set(systemNames.flatMap(listFaults))]
  const find = (system: string, fault: string) =>
    cells.filter(({ cell }) => cell.system === system && cell.fault === fault)
  const rows = systemNames.map((system) => [
    system,
    ...faults.map((fault) => {
      if (!listFaults(system).includes(fault)) return 'n/a'
      const found = find(system, fault)
      if (found.length === 0) return '·'
      return found.every(({ problems }) => problems.length === 0) ? 'ok' : 'WRONG'
    }),
  ])
  const table = [['', ...faults], ...rows]
  const widths = table[0]?.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  )
  const lines = table.map((row) =>
    row.map((text, column) => text.padEnd(widths?.[column] ?? 0)).join('  '),
  )
  const wrong = cells.flatMap(({ cell, problems }) =>
    problems.map((problem) => `${cell.system}, ${cell.fault}: ${problem}`),
  )
  return [`seed ${seed}`, ...lines, ...wrong, ...common].join('\n')
}
