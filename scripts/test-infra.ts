import { parseCLI } from 'vitest/node'
import { getErrorMessage } from '../services/judge/src/lib/failure.ts'
import { fetchKafka } from '../test/harness/infra/kafka.ts'
import { fetchNats } from '../test/harness/infra/nats.ts'
import { type ObtainedServer, obtainServer, serverNames } from '../test/harness/infra/servers.ts'
import { fetchVerifier } from '../test/harness/infra/verifier.ts'
import { formatTally, runTests, type Tally } from './run-tests.ts'

/**
 * `npm run test:infra`: starts every real server available on this machine, explains which are not,
 * and runs the tests that need them, with the arguments of vitest. It stops what it started. Its
 * last line is that of `npm test`; tests without their server count as skipped.
 */
const began = performance.now()
const formatElapsed = () => `${((performance.now() - began) / 1000).toFixed(0)} s`
const tally = await runInfraTests()
console.log(`done after ${formatElapsed()}`)
console.log(formatTally(tally))
process.exit(tally.failed > 0 ? 1 : 0)

async function runInfraTests(): Promise<Tally> {
  console.log('Preparing real servers; the first time this takes minutes.')
  const verifier = explainFailure(
    fetchVerifier().then((path) => {
      process.env.TEST_VERIFIER = path
    }),
  )
  const servers = await Promise.all(
    serverNames.map(async (name) => {
      const server = await obtainServer(name, process.env[`TEST_${name}`])
      console.log(formatServer(server))
      return server
    }),
  )
  try {
    for (const server of servers) {
      if ('address' in server) {
        process.env[`TEST_${server.name}`] = server.address
        process.env[`TEST_${server.name}_PRODUCT`] = server.how
      } else delete process.env[`TEST_${server.name}`]
    }
    // Some tests stop their server, so they need one of their own.
    const [kafka, nats, manifests] = await Promise.all([
      explainFailure(fetchKafka()),
      explainFailure(fetchNats()),
      verifier,
    ])
    process.env.TEST_KAFKA_OWN = kafka === null ? 'yes' : 'no'
    process.env.TEST_NATS_OWN = nats === null ? 'yes' : 'no'
    if (kafka !== null) console.log(`✗ tests that stop a Kafka broker: skipped, ${kafka}`)
    if (nats !== null) console.log(`✗ tests that stop a NATS server: skipped, ${nats}`)
    if (manifests !== null) console.log(`✗ strict validation of manifests: skipped, ${manifests}`)
    console.log(`servers ready after ${formatElapsed()}`)
    const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
    return await runTests(filter, { ...options, project: ['infra'] })
  } finally {
    await Promise.all(servers.map((server) => ('close' in server ? server.close() : undefined)))
  }
}

function formatServer(server: ObtainedServer): string {
  return 'address' in server
    ? `✓ ${server.name}: ${server.how}, at ${server.address}`
    : `✗ ${server.name}: skipped, ${server.because}`
}

/** Null if it succeeded, else the reason of the failure. */
async function explainFailure(fetched: Promise<unknown>): Promise<string | null> {
  try {
    await fetched
    return null
  } catch (error) {
    return getErrorMessage(error).replaceAll('\n', ' ')
  }
}
