import { pino } from 'pino'
import { consumeTopics } from '../../services/judge/src/adapters/kafka/consume-topics.ts'
import { openDatabase } from '../../services/judge/src/adapters/postgres/database.ts'
import { createMasker } from '../../services/judge/src/adapters/secrets/masker.ts'
import { configure } from '../../services/judge/src/config/configure.ts'
import { createRecorder } from '../../services/judge/src/correlate/recorder.ts'
import { createConsume } from '../../services/judge/src/ingest/kafka/consume.ts'
import { createWatchedState } from '../harness/watched-state.ts'

/*
 * A process with only the service's Kafka consumer, which a test can kill. It reads the service's
 * environment variables and prints its state whenever that changes.
 */
const configured = configure(
  { GITHUB_TOKEN: 'unused', OPENAI_API_KEY: 'unused', ...process.env },
  () => 'version: 1',
)
if ('faults' in configured) throw new Error(configured.faults.join('\n'))
const { kafka, databaseUrl } = configured.ok.settings
if (kafka === null || databaseUrl === null)
  throw new Error('KAFKA_BROKERS and DATABASE_URL are required')

const log = pino({ level: process.env.STORY_LOG ?? 'silent' }, pino.destination(2))
const database = openDatabase(databaseUrl, {
  name: 'kafka consumer',
  connectTimeout: 1_000,
  onError: () => {},
})
const { watch, state: readState } = createWatchedState(() => consumer.findHold())
const consumer = consumeTopics({
  settings: kafka,
  log,
  watch,
  sessionTimeout: Number(process.env.STORY_SESSION ?? 6_000),
  onLag: (topic, records) => print({ lag: { [topic]: records } }),
  consume: createConsume({
    recorder: createRecorder({
      awaitsArgo: false,
      db: database.db,
      wakeRuns: () => {},
      mask: createMasker().mask,
    }),
    context: { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' },
    sources: { [kafka.completionsTopic]: 'run-complete', [kafka.githubTopic]: 'github' },
    onTombstone: (source) => print({ empty: source }),
  }),
})

function print(what: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

let lastState = ''
const watching = setInterval(() => {
  const state = readState()
  if (state !== lastState) print({ state })
  lastState = state
}, 20)

process.once('SIGTERM', async () => {
  clearInterval(watching)
  await consumer.stop()
  await database.close()
  // As in the service: the library may leave timers of broken connections behind.
  process.exit(0)
})
