import { parseCLI } from 'vitest/node'
import { messageOf } from '../services/judge/src/lib/failure.ts'
import { fetchKafka } from '../test/harness/infra/kafka.ts'
import { fetchNats } from '../test/harness/infra/nats.ts'
import { type Obtained, obtain, serverNames } from '../test/harness/infra/servers.ts'
import { fetchVerifier } from '../test/harness/infra/verifier.ts'
import { closingLine, runTests, type Tally } from './run-tests.ts'

/**
 * `npm run test:infra`: starts every real server this machine can get, says which, and why not for
 * the rest, and runs the tests that need them. Takes what vitest takes. Whatever it started is
 * stopped again, by its process id. Its last line is that of `npm test`: a test without its server
 * is skipped, and counted as that.
 */
const began = performance.now()
const seconds = () => `${((performance.now() - began) / 1000).toFixed(0)} s`
const tally = await play()
console.log(`done after ${seconds()}`)
console.log(closingLine(tally))
process.exit(tally.failed > 0 ? 1 : 0)

async function play(): Promise<Tally> {
  console.log('Getting real servers; the first time on a machine that takes minutes.')
  const verifier = whyNot(
    fetchVerifier().then((path) => {
      process.env.TEST_VERIFIER = path
    }),
  )
  const servers = await Promise.all(
    serverNames.map(async (name) => {
      const server = await obtain(name, process.env[`TEST_${name}`])
      console.log(line(server))
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
    // Some tests end their server, so they need one of their own.
    const [kafka, nats, manifests] = await Promise.all([
      whyNot(fetchKafka()),
      whyNot(fetchNats()),
      verifier,
    ])
    process.env.TEST_KAFKA_OWN = kafka === null ? 'yes' : 'no'
    process.env.TEST_NATS_OWN = nats === null ? 'yes' : 'no'
    if (kafka !== null) console.log(`✗ what ends a Kafka broker: skipped, ${kafka}`)
    if (nats !== null) console.log(`✗ what ends a NATS server: skipped, ${nats}`)
    if (manifests !== null)
      console.log(`✗ manifests as a cluster reads them: skipped, ${manifests}`)
    console.log(`servers ready after ${seconds()}`)
    const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)])
    return await runTests(filter, { ...options, project: ['infra'] })
  } finally {
    await Promise.all(servers.map((server) => ('close' in server ? server.close() : undefined)))
  }
}

function line(server: Obtained): string {
  return 'address' in server
    ? `✓ ${server.name}: ${server.how}, at ${server.address}`
    : `✗ ${server.name}: skipped, ${server.because}`
}

/** Null where it could be had. */
async function whyNot(fetched: Promise<unknown>): Promise<string | null> {
  try {
    await fetched
    return null
  } catch (error) {
    return messageOf(error).replaceAll('\n', ' ')
  }
}
