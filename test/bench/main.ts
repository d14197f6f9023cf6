import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../../services/judge/src/adapters/postgres/embedded.ts'
import { policyText } from '../harness/policy.ts'
import { createWorld, type World } from '../world/world.ts'
import { decisionRows } from './decision.ts'
import { ingestRows } from './ingest.ts'
import { kafkaRows } from './kafka.ts'
import { webhookSecret } from './messages.ts'
import { type Running, start } from './process.ts'
import { type Row, table } from './table.ts'
import { wrapperRows } from './wrapper.ts'

/**
 * `npm run bench`: what the architecture promises in its section 9, measured on this machine, as
 * ratios against a baseline in the same run wherever there is one. Bounded in count and time;
 * everything is on loopback; PostgreSQL is as durable as it ships.
 */
const dir = await mkdtemp(join(tmpdir(), 'codex-judge-bench-'))
const quiet = { info: () => undefined, warn: () => undefined }

const judge = async (env: Readonly<Record<string, string>>): Promise<Running> =>
  start(process.execPath, ['services/judge/src/main.ts'], { LOG_LEVEL: 'info', PORT: '0', ...env })

type Part = (stage: Stage) => Promise<readonly Row[]>

/**
 * A world and a place on disk that no other part has touched: what one part leaves behind must not
 * be work for the next.
 */
interface Stage {
  readonly world: World
  readonly env: Readonly<Record<string, string>>
  readonly dataDir: string
}

/** Each part by its name: `npm run bench -- ingest kafka` measures those alone. */
const parts: Readonly<Record<string, Part>> = {
  start: async ({ env, dataDir }) => {
    const cold = await start('npm', ['start', '--silent'], {
      ...env,
      LOG_LEVEL: 'info',
      PORT: '0',
      DATA_DIR: dataDir,
    })
    await cold.stop()
    const seconds = cold.readyAfter / 1000
    const seen = `${seconds.toFixed(1)} s`
    return [{ what: 'Cold npm start, empty DATA_DIR', seen, bar: '≤ 3 s', holds: seconds <= 3 }]
  },
  decision: async ({ world, env, dataDir }) => {
    const deciding = await judge({ ...env, DATA_DIR: dataDir })
    world.webhooksTo(deciding.url)
    const rows = await decisionRows(world, deciding.url)
    await deciding.stop()
    return rows
  },
  ingest: async ({ env, dataDir }) => {
    const postgres = await startEmbedded({ dataDir, log: quiet })
    const taking = await judge({
      ...env,
      DATABASE_URL: postgres.url,
      GITHUB_WEBHOOK_SECRET: webhookSecret,
    })
    const rows = await ingestRows({ databaseUrl: postgres.url, judgeUrl: taking.url })
    await taking.stop()
    await postgres.stop()
    return rows
  },
  kafka: async ({ env, dataDir }) => {
    const postgres = await startEmbedded({ dataDir, log: quiet })
    const consuming = (more: Readonly<Record<string, string>>) =>
      judge({ ...env, DATABASE_URL: postgres.url, ...more })
    const rows = await kafkaRows({ databaseUrl: postgres.url, judge: consuming })
    await postgres.stop()
    return rows
  },
  wrapper: wrapperRows,
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !Object.hasOwn(parts, name))
if (unknown.length > 0) {
  console.error(`There is no part named ${unknown.join(', ')}: ${Object.keys(parts).join(', ')}.`)
  process.exit(2)
}

const rows: Row[] = []
try {
  const policyFile = join(dir, 'policy.yml')
  // Gates decide alone and nobody reviews, so that the last signal is the one that is sent last.
  await writeFile(
    policyFile,
    policyText({
      judge: { models: [] },
      review: { required: false, arrival: '0s' },
      ci: { wait: '10m', no_checks_grace: '5m' },
    }),
  )
  for (const [name, measure] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(name)) continue
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

console.log(table(rows))
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1
