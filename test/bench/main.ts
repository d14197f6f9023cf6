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

/**
 * `npm run bench`: what the architecture promises in its section 9, measured on this machine, as ratios against a baseline in the
 * same run wherever there is one. Bounded in count and time; everything is on loopback; PostgreSQL is as durable as it ships.
 */
const dir = await mkdtemp(join(tmpdir(), 'codex-judge-bench-'))
const quiet = { info: () => undefined, warn: () => undefined }
const rows: Row[] = []

const judge = async (env: Readonly<Record<string, string>>): Promise<Running> =>
  start(process.execPath, ['services/judge/src/main.ts'], { LOG_LEVEL: 'info', PORT: '0', ...env })

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

  const cold = await start('npm', ['start', '--silent'], {
    ...world.env,
    LOG_LEVEL: 'info',
    PORT: '0',
    DATA_DIR: join(dir, 'cold'),
    POLICY_FILE: policyFile,
  })
  await cold.stop()
  const seconds = cold.readyAfter / 1000
  rows.push({
    what: 'Cold npm start, empty DATA_DIR',
    seen: `${seconds.toFixed(1)} s`,
    bar: '≤ 3 s',
    holds: seconds <= 3,
  })

  const deciding = await judge({ ...world.env, DATA_DIR: join(dir, 'deciding'), POLICY_FILE: policyFile })
  world.webhooksTo(deciding.url)
  rows.push(...(await decisionRows(world, deciding.url)))
  await deciding.stop()

  const postgres = await startEmbedded({ dataDir: join(dir, 'ingest'), log: quiet })
  const taking = await judge({
    ...world.env,
    GITHUB_WEBHOOK_SECRET: webhookSecret,
    DATABASE_URL: postgres.url,
    POLICY_FILE: policyFile,
  })
  rows.push(...(await ingestRows({ databaseUrl: postgres.url, judgeUrl: taking.url })))
  await taking.stop()
  rows.push(
    ...(await kafkaRows({
      databaseUrl: postgres.url,
      judge: (env) => judge({ ...world.env, POLICY_FILE: policyFile, ...env }),
    })),
  )
  await postgres.stop()
  await world.close()
} finally {
  await rm(dir, { recursive: true, force: true })
}

console.log(table(rows))
process.exitCode = rows.every(({ holds }) => holds) ? 0 : 1
