import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbedded } from '../../services/judge/src/adapters/postgres/embedded.ts'
import { formatPolicy } from '../harness/policy.ts'
import { createWorld, type World } from '../world/world.ts'
import { measureBacktest } from './backtest.ts'
import { measureDecisions } from './decision.ts'
import { measureGates } from './gates.ts'
import { hostileTokens, measureHostile } from './hostile.ts'
import { measureIngest } from './ingest.ts'
import { measureKafka } from './kafka.ts'
import { WEBHOOK_SECRET } from './messages.ts'
import { type BenchProcess, startProgram } from './process.ts'
import { formatTable, type Measurement } from './table.ts'
import { measureWrapper } from './wrapper.ts'

/**
 * `npm run bench`: measures the targets in docs/performance.md on this machine, relative to a
 * baseline in the same run if there is one. Everything is on loopback, and PostgreSQL is fully
 * durable. `--seconds 60` shortens the part `hostile`, and
 * `--attack 'nested text'` restricts it to one attack.
 */
const { values, positionals: wantedParts } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '600' },
    attack: { type: 'string' },
  },
})
const dir = await mkdtemp(join(tmpdir(), 'codex-judge-bench-'))
const quiet = { info: () => undefined, warn: () => undefined }

const startJudge = async (env: Readonly<Record<string, string>>): Promise<BenchProcess> =>
  startProgram(process.execPath, ['services/judge/src/main.ts'], {
    LOG_LEVEL: 'info',
    PORT: '0',
    ...env,
  })

type Part = (stage: Stage) => Promise<readonly Measurement[]>

/** A new world and directory for each part, so that no part leaves work for the next one. */
interface Stage {
  readonly world: World
  readonly env: Readonly<Record<string, string>>
  readonly dataDir: string
}

/** The parts by name: `npm run bench -- ingest kafka` only runs these two. */
const parts: Readonly<Record<string, Part>> = {
  start: async ({ env, dataDir }) => {
    const cold = await startProgram('npm', ['start', '--silent'], {
      ...env,
      LOG_LEVEL: 'info',
      PORT: '0',
      DATA_DIR: dataDir,
    })
    await cold.stop()
    const seconds = cold.readyAfterMs / 1000
    const measured = `${seconds.toFixed(1)} s`
    return [
      { what: 'Cold npm start, empty DATA_DIR', measured, target: '≤ 3 s', isMet: seconds <= 3 },
    ]
  },
  decision: async ({ world, env, dataDir }) => {
    const deciding = await startJudge({ ...env, DATA_DIR: dataDir })
    world.sendWebhooksTo(deciding.url)
    const rows = await measureDecisions(world, deciding.url)
    await deciding.stop()
    const postgres = await startEmbedded({ dataDir, log: quiet })
    const replayed = await measureBacktest(postgres.url)
    await postgres.stop()
    return [...rows, ...replayed]
  },
  ingest: async ({ env, dataDir }) => {
    const postgres = await startEmbedded({ dataDir, log: quiet })
    const taking = await startJudge({
      ...env,
      DATABASE_URL: postgres.url,
      GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
    })
    const rows = await measureIngest({ databaseUrl: postgres.url, judgeUrl: taking.url })
    await taking.stop()
    await postgres.stop()
    return rows
  },
  kafka: async ({ env, dataDir }) => {
    const postgres = await startEmbedded({ dataDir, log: quiet })
    const consuming = (more: Readonly<Record<string, string>>) =>
      startJudge({ ...env, DATABASE_URL: postgres.url, ...more })
    const rows = await measureKafka({ databaseUrl: postgres.url, judge: consuming })
    await postgres.stop()
    return rows
  },
  hostile: async ({ world, env, dataDir }) => {
    const postgres = await startEmbedded({ dataDir, log: quiet })
    const judge = await startJudge({
      ...env,
      DATABASE_URL: postgres.url,
      GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
      INGEST_TOKEN: hostileTokens.ingest,
      OPERATOR_TOKEN: hostileTokens.operator,
      READ_TOKEN: hostileTokens.read,
    })
    const seconds = Number(values.seconds)
    const only = values.attack ?? null
    const databaseUrl = postgres.url
    const rows = await measureHostile(world, { judge, databaseUrl, seconds, only })
    await judge.stop()
    await postgres.stop()
    return rows
  },
  gates: measureGates,
  wrapper: measureWrapper,
}

/** Takes ten minutes, so it is only measured by its name. */
const HOSTILE = 'hostile'
const unknown = wantedParts.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  const known = Object.keys(parts).join(', ')
  console.error(`Unknown part ${unknown.join(', ')}; the parts are ${known}.`)
  process.exit(2)
}

const rows: Measurement[] = []
try {
  const policyFile = join(dir, 'policy.yml')
  // Without a model and a review the last signal is the webhook that is sent last.
  await writeFile(
    policyFile,
    formatPolicy({
      judge: { models: [] },
      review: { required: false, arrival: '0s' },
      ci: { wait: '10m', no_checks_grace: '5m' },
    }),
  )
  for (const [name, measure] of Object.entries(parts)) {
    const isWanted = wantedParts.length === 0 ? name !== HOSTILE : wantedParts.includes(name)
    if (!isWanted) continue
    const world = await createWorld()
    rows.push(
      ...(await measure({
        world,
        env: { ...world.env, POLICY_FILE: policyFile },
        dataDir: join(dir, name),
      })),
    )
    await world.close()
  }
} finally {
  await rm(dir, { recursive: true, force: true })
}

console.log(formatTable(rows))
process.exitCode = rows.every(({ isMet }) => isMet) ? 0 : 1
