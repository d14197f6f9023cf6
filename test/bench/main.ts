import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../../services/judge/src/adapters/postgres/embedded.ts'
import { policyText } from '../harness/policy.ts'
import { createWorld } from '../world/world.ts'
import { decisionRows } from './decision.ts'
import { ingestRows } from './ingest.ts'
import { kafkaRows } from './kafka.ts'
import { webhookSecret } from './messages.ts'
import { type Running, start } from './process.ts'
import { type Row, table } from './table.ts'
import { wrapperRows } from './wrapper.ts'

/**
 * `npm run bench`: what the architecture promises in its section 9, measured on this machine, as ratios against a baseline in the
 * same run wherever there is one. Bounded in count and time; everything is on loopback; PostgreSQL is as durable as it ships.
 */
const dir = await mkdtemp(join(tmpdir(), 'codex-judge-bench-'))
const quiet = { info: () => undefined, warn: () => undefined }
const rows: Row[] = []

const judge = async (env: Readonly<Record<string, string>>): Promise<Running> =>
  start(process.execPath, ['services/judge/src/main.ts'], { LOG_LEVEL: 'info', PORT: '0', ...env })

/** Each part by its name: `npm run bench -- ingest kafka` measures those alone. */
const parts = ['start', 'decision', 'ingest', 'kafka', 'wrapper'] as const
const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !parts.some((part) => part === name))
if (unknown.length > 0) {
  console.error(`There is no part named ${unknown.join(', ')}: ${parts.join(', ')}.`)
  process.exit(2)
}
const wanted = (part: (typeof parts)[number]): boolean => asked.length === 0 || asked.includes(part)

try {
  const world = await createWorld()
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

  if (wanted('start')) {
    const cold = await start('npm', ['start', '--silent'], {
      ...world.env,
      LOG_LEVEL: 'info',
      PORT: '0',
      DATA_DIR: join(dir, 'cold'),
      POLICY_FILE: policyFile,
    })
    await cold.stop()
    const seconds = cold.readyAfter / 1000
    const seen = `${seconds.toFixed(1)} s`
    rows.push({ what: 'Cold npm start, empty DATA_DIR', seen, bar: '≤ 3 s', holds: seconds <= 3 })
  }
  if (wanted('decision')) {
    const deciding = await judge({ ...world.env, DATA_DIR: join(dir, 'deciding'), POLICY_FILE: policyFile })
    world.webhooksTo(deciding.url)
    rows.push(...(await decisionRows(world, deciding.url)))
    await deciding.stop()
  }
  if (wanted('ingest') || wanted('kafka')) {
    const postgres = await startEmbedded({ dataDir: join(dir, 'ingest'), log: quiet })
    const env = { ...world.env, POLICY_FILE: policyFile, DATABASE_URL: postgres.url }
    if (wanted('ingest')) {
      const taking = await judge({ ...env, GITHUB_WEBHOOK_SECRET: webhookSecret })
      rows.push(...(await ingestRows({ databaseUrl: postgres.url, judgeUrl: taking.url })))
      await taking.stop()
    }
    if (wanted('kafka')) {
      rows.push(...(await kafkaRows({ databaseUrl: postgres.url, judge: (more) => judge({ ...env, ...more }) })))
    }
    await postgres.stop()
  }
  if (wanted('wrapper')) rows.push(...(await wrapperRows()))
  await world.close()
} finally {
  await rm(dir, { recursive: true, force: true })
}

console.log(table(rows))
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1
