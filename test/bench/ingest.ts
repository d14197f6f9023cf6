import { fileURLToPath } from 'node:url'
import { type Message, sendAll } from './load.ts'
import { generateCompletions, generateWebhooks, takeMessages } from './messages.ts'
import { startProgram } from './process.ts'
import { computeMedian, type Measurement } from './table.ts'

interface IngestBench {
  readonly databaseUrl: string
  readonly judgeUrl: string
}

const ROUNDS = 3
const MESSAGES = { webhooks: 6_000, completions: 2_000 }

/**
 * Measures durable ingest over HTTP: messages a second, as a share of a bare route with one INSERT.
 * The rounds of both alternate, so that each pair runs under the same load of the machine.
 */
export async function measureIngest({
  databaseUrl,
  judgeUrl,
}: IngestBench): Promise<readonly Measurement[]> {
  const bare = await startProgram(
    process.execPath,
    [fileURLToPath(new URL('./bare-route.ts', import.meta.url))],
    {
      DATABASE_URL: databaseUrl,
    },
  )
  try {
    const measure = async (
      what: string,
      rounds: readonly (readonly Message[])[],
      bar: number,
    ): Promise<Measurement> => {
      const pairs: { bare: number; judge: number }[] = []
      // The first round is a warm-up.
      for (const [round, messages] of rounds.entries()) {
        const pair = {
          bare: await sendAll(bare.url, messages),
          judge: await sendAll(judgeUrl, messages),
        }
        if (round > 0) pairs.push(pair)
      }
      const ratio = computeMedian(pairs.map((pair) => pair.judge / pair.bare))
      const rate = Math.round(computeMedian(pairs.map(({ judge }) => judge)))
      const bareRate = Math.round(computeMedian(pairs.map((pair) => pair.bare)))
      const rates = `${rate}/s of ${bareRate}/s`
      return {
        what,
        measured: `${(ratio * 100).toFixed(0)} % (${rates})`,
        target: `≥ ${bar * 100} % of a bare route`,
        isMet: ratio >= bar,
      }
    }
    const [hooks, runs] = [generateWebhooks(), generateCompletions()]
    const rounds = (make: () => Message[]) => Array.from({ length: ROUNDS + 1 }, make)
    return [
      await measure(
        'Durable ingest, webhooks',
        rounds(() => takeMessages(hooks, MESSAGES.webhooks)),
        0.6,
      ),
      await measure(
        'Durable ingest, run-complete',
        rounds(() => takeMessages(runs, MESSAGES.completions)),
        0.3,
      ),
    ]
  } finally {
    await bare.stop()
  }
}
