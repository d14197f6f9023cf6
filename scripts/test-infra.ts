import { parseCLI, startVitest, type TestModule } from 'vitest/node'
import { fetchKafka } from '../test/harness/infra/kafka.ts'
import { fetchNats } from '../test/harness/infra/nats.ts'
import { type Obtained, obtain, serverNames } from '../test/harness/infra/servers.ts'

/**
 * `npm run test:infra`: starts every real server this machine can get, says which, and why not for the rest, and runs the tests
 * that need them. Takes what vitest takes. Whatever it started is stopped again, by its process id.
 */
const began = performance.now()
const seconds = () => `${((performance.now() - began) / 1000).toFixed(0)} s`
const servers = await Promise.all(serverNames.map((name) => obtain(name, process.env[`TEST_${name}`])))
for (const server of servers) console.log(line(server))

let skipped = 0
try {
  for (const server of servers) {
    if ('address' in server) {
      process.env[`TEST_${server.name}`] = server.address
      process.env[`TEST_${server.name}_PRODUCT`] = server.how
    } else delete process.env[`TEST_${server.name}`]
  }
  // Some tests end their broker, so they need one of their own.
  const own = await fetchKafka().then(
    () => true,
    () => false,
  )
  process.env.TEST_KAFKA_OWN = own ? 'yes' : 'no'
  process.env.TEST_NATS_OWN = await fetchNats().then(
    () => 'yes',
    () => 'no',
  )
  if (!own) console.log('· tests that end a Kafka broker are skipped: its jars cannot be fetched with Maven')
  console.log(`servers ready after ${seconds()}`)
  await runTests()
} finally {
  await Promise.all(servers.map((server) => ('close' in server ? server.close() : undefined)))
}
console.log(`done after ${seconds()}${skipped > 0 ? `; ${skipped} skipped for want of a server` : ''}`)
process.exit(process.exitCode ?? 0)

function line(server: Obtained): string {
  return 'address' in server
    ? `✓ ${server.name}: ${server.how}, at ${server.address}`
    : `✗ ${server.name}: skipped, ${server.because}`
}

async function runTests(): Promise<void> {
  const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
  let modules: readonly TestModule[] = []
  const vitest = await startVitest('test', [...filter], {
    ...options,
    project: ['infra'],
    watch: false,
    reporters: [
      'default',
      {
        onTestRunEnd: (ended) => {
          modules = ended
        },
      },
    ],
  })
  await vitest.close()
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  skipped = tests.filter((test) => test.result().state === 'skipped').length
}
