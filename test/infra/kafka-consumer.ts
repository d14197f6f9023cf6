import { pino } from 'pino'
import { consumeTopics } from '../../services/judge/src/adapters/kafka/consume-topics.ts'
import { openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import { createMasker } from '../../services/judge/src/adapters/secrets/masker.ts'
import { configure } from '../../services/judge/src/config/configure.ts'
import { createRecorder } from '../../services/judge/src/correlate/record.ts'
import { createConsume } from '../../services/judge/src/ingest/kafka/consume.ts'

/*
 * The service's way in from Kafka, without what follows: a process that can be killed at any
 * moment. It takes the service's own environment and prints its state whenever that changes.
 */
const configured = configure(
  { GITHUB_TOKEN: 'nobody is asked', OPENAI_API_KEY: 'nobody is asked', ...process.env },
  () => 'version: 1',
)
if ('faults' in configured) throw new Error(configured.faults.join('\n'))
const { kafka, databaseUrl } = configured.ok.settings
if (kafka === null || databaseUrl === null)
  throw new Error('KAFKA_BROKERS and DATABASE_URL are needed')

const log = pino({ level: process.env.STORY_LOG ?? 'silent' }, pino.destination(2))
const database = openDatabase(databaseUrl, {
  name: 'kafka consumer',
  patience: 1_000,
  onError: () => {},
})
const consumer = consumeTopics({
  settings: kafka,
  log,
  session: Number(process.env.STORY_SESSION ?? 6_000),
  lags: (topic, records) => tell({ lag: { [topic]: records } }),
  consume: createConsume({
    recorder: createRecorder({ db: database.db, ring: () => {}, mask: createMasker().mask }),
    context: { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' },
    sources: { [kafka.completionsTopic]: 'run-complete', [kafka.githubTopic]: 'github' },
    empty: (source) => tell({ empty: source }),
  }),
})

function tell(what: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

let told = ''
const watching = setInterval(() => {
  const state = consumer.state()
  if (state !== told) tell({ state })
  told = state
}, 20)

process.once('SIGTERM', async () => {
  clearInterval(watching)
  await consumer.stop()
  await database.close()
  // As the service does: the library may leave timers of connections behind that have broken.
  process.exit(0)
})
