import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import pg from 'pg'
import { createAgent } from '../world/agent.ts'
import { createTgz } from '../world/archive.ts'
import type { World } from '../world/world.ts'
import type { Message } from './load.ts'
import { generateCompletions, generateWebhooks } from './messages.ts'
import type { BenchProcess } from './process.ts'
import { computePercentile, type Measurement } from './table.ts'

export interface AttackInput {
  readonly url: string
  readonly tokens: Readonly<Record<'ingest' | 'operator' | 'read', string>>
  readonly seconds: number
  readonly seed: number
  /** The name of one attack; null: all of them. */
  readonly only: string | null
}

export const hostileTokens = {
  ingest: 'ingest-token-of-the-bench',
  operator: 'operator-token-of-the-bench',
  read: 'read-token-of-the-bench',
} as const

const REQUESTS_PER_SECOND = 20
/** A run whose artifacts and policy are hostile. */
const HOSTILE_RUN_EVERY_MS = 10_000

/**
 * Measures what ordinary clients notice while others attack: the duration of their requests, the
 * memory of the service at its peak, and messages that were answered 202 but are not stored.
 */
export async function measureHostile(
  world: World,
  on: Pick<AttackInput, 'seconds' | 'only'> & {
    readonly judge: BenchProcess
    readonly databaseUrl: string
  },
): Promise<readonly Measurement[]> {
  const { judge, seconds, only } = on
  // The attacker and the store share this process, so what takes it long is done before.
  const bomb = await createTgz({ events: Buffer.alloc(300 * 1024 * 1024, 'x') })
  const attackInput = { url: judge.url, tokens: hostileTokens, seconds, seed: 7, only }
  const attacker = new Worker(new URL('./attack.ts', import.meta.url), { workerData: attackInput })
  const attacked = once(attacker, 'message')
  const stopHostileRuns = only === null ? startHostileRuns(world, judge.url, bomb) : () => {}
  // The start of the process takes more memory than anything later.
  resetPeakMemory(judge.pid)
  const { durations, accepted, unexpected } = await sendOrdinary(judge.url, seconds)
  const [counts] = await attacked
  stopHostileRuns()
  console.log(`attacks: ${JSON.stringify(counts)}`)
  if (unexpected.length > 0) console.log(`unexpected answers: ${unexpected.slice(0, 5).join('; ')}`)
  const lost = await countLost(on.databaseUrl, accepted)
  const peakMib = readPeakMemory(judge.pid) / 1024
  const [p50, p99] = [computePercentile(durations, 50), computePercentile(durations, 99)]
  return [
    {
      what: `Ordinary requests under attack, ${seconds} s`,
      measured: `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms of ${durations.length}`,
      target: 'p99 ≤ 250 ms',
      isMet: p99 <= 250,
    },
    {
      what: 'Ordinary requests under attack, refused or failed',
      measured: String(unexpected.length),
      target: '0',
      isMet: unexpected.length === 0,
    },
    {
      what: 'Memory of the service under attack, at the peak',
      measured: `${peakMib.toFixed(0)} MiB`,
      target: '≤ 400 MiB',
      isMet: peakMib <= 400,
    },
    {
      what: 'Messages lost under attack',
      measured: `${lost} of ${accepted.length}`,
      target: '0',
      isMet: lost === 0,
    },
  ]
}

/** Completions, webhooks and reads, evenly over the time. */
async function sendOrdinary(url: string, seconds: number) {
  const durations: number[] = []
  const accepted: string[] = []
  const unexpected: string[] = []
  const completions = generateCompletions()
  const webhooks = generateWebhooks()
  const post = ({ path, headers, body }: Message) =>
    fetch(url + path, {
      method: 'POST',
      headers: { ...headers, authorization: `Bearer ${hostileTokens.ingest}` },
      body,
    })
  const read = (path: string) =>
    fetch(url + path, { headers: { authorization: `Bearer ${hostileTokens.read}` } })
  const sendOne = async (index: number): Promise<void> => {
    const begun = performance.now()
    const [expected, response] = await (
      [
        async () => [202, await post(completions.next().value)] as const,
        async () => [202, await post(webhooks.next().value)] as const,
        async () => [200, await read('/api/codex/runs/list?limit=20')] as const,
        async () => [200, await read('/api/codex/issues')] as const,
      ][index % 4] ?? (() => Promise.reject(new Error('no such request')))
    )()
    const text = await response.text()
    durations.push(performance.now() - begun)
    if (response.status !== expected) unexpected.push(`${response.status} ${text.slice(0, 200)}`)
    else if (index % 4 === 0) accepted.push(String(JSON.parse(text).run?.workflowUid))
  }
  const inFlight = new Set<Promise<void>>()
  const until = Date.now() + seconds * 1_000
  for (let index = 0; Date.now() < until; index += 1) {
    const sent = sendOne(index)
      .catch((error: unknown) => void unexpected.push(String(error)))
      .finally(() => inFlight.delete(sent))
    inFlight.add(sent)
    await new Promise((resolve) => setTimeout(resolve, 1_000 / REQUESTS_PER_SECOND))
  }
  await Promise.all(inFlight)
  return { durations, accepted, unexpected }
}

/** Runs whose repository has a policy of bad globs, and whose artifacts unpack to far too much. */
function startHostileRuns(world: World, url: string, bomb: Buffer): () => void {
  const agent = createAgent(world)
  const glob = `scope:\n  denied_paths: ["${'*a'.repeat(200)}b"]\n`
  let issue = 0
  const run = async (): Promise<void> => {
    issue += 1
    const { workflow } = await agent.works({ issue, repository: 'acme/hostile' })
    world.github.push('acme/hostile', 'main', { '.codex-judge.yml': `${glob}# ${issue}\n` })
    const { name } = workflow.metadata
    const folder = join(world.storeDir, 'agent-artifacts', name, name)
    for (const artifact of ['implementation-events', 'implementation-log'])
      writeFileSync(join(folder, `${artifact}.tgz`), bomb)
    await fetch(`${url}/api/codex/run-complete`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hostileTokens.ingest}` },
      body: JSON.stringify(workflow),
    })
  }
  const timer = setInterval(() => void run().catch(() => undefined), HOSTILE_RUN_EVERY_MS)
  return () => clearInterval(timer)
}

async function countLost(databaseUrl: string, accepted: readonly string[]): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const { rows } = await client.query<{ lost: number }>(
    `select count(*)::int as lost from unnest($1::text[]) as uid
      where uid not in (select workflow_uid from runs where workflow_uid is not null)`,
    [accepted],
  )
  await client.end()
  return rows[0]?.lost ?? accepted.length
}

/** Linux counts the most memory that a process has from now on. */
const resetPeakMemory = (pid: number): void => writeFileSync(`/proc/${pid}/clear_refs`, '5')

/** The most memory that a process has had, in KiB. */
function readPeakMemory(pid: number): number {
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(peak)
}
