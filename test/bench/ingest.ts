import { fileURLToPath } from 'node:url'
import { load, type Message } from './load.ts'
import { completions, made, webhooks } from './messages.ts'
import { start } from './process.ts'
import { median, type Row } from './table.ts'

interface Bench {
  readonly databaseUrl: string
  readonly judgeUrl: string
}

const ROUNDS = 3
const MESSAGES = { webhooks: 6_000, completions: 2_000 }

/**
 * Durable ingest over HTTP: what the service takes in a second, as a share of what a bare route
 * with one INSERT takes on the same machine, from the same sender, round about round. A pair of
 * rounds shares whatever the machine does meanwhile.
 */
export async function ingestRows({ databaseUrl, judgeUrl }: Bench): Promise<readonly Row[]> {
  const bare = await start(
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
    ): Promise<Row> => {
      const pairs: { bare: number; judge: number }[] = []
      // The first round only warms both up.
      for (const [round, messages] of rounds.entries()) {
        const pair = { bare: await load(bare.url, messages), judge: await load(judgeUrl, messages) }
        if (round > 0) pairs.push(pair)
      }
      const ratio = median(pairs.map((pair) => pair.judge / pair.bare))
      const rates = `${Math.round(median(pairs.map(({ judge }) => judge)))}/s of ${Math.round(median(pairs.map((pair) => pair.bare)))}/s`
      return {
        what,
        seen: `${(ratio * 100).toFixed(0)} % (${rates})`,
        bar: `≥ ${bar * 100} % of a bare route`,
        holds: ratio >= bar,
      }
    }
    const [hooks, runs] = [webhooks(), completions()]
    const rounds = (make: () => Message[]) => Array.from({ length: ROUNDS + 1 }, make)
    return [
      await measure(
        'Durable ingest, webhooks',
        rounds(() => made(hooks, MESSAGES.webhooks)),
        0.6,
      ),
      await measure(
        'Durable ingest, run-complete',
        rounds(() => made(runs, MESSAGES.completions)),
        0.3,
      ),
    ]
  } finally {
    await bare.stop()
  }
}
