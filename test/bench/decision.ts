import { createAgent } from '../world/agent.ts'
import type { World } from '../world/world.ts'
import { computePercentile, type Measurement } from './table.ts'

const RUNS = 60

/**
 * Measures the time from the last signal (the received webhook that CI has passed) to the committed
 * decision (in the event stream), and the reads from GitHub. The simulated systems answer at once,
 * and the gates decide without a model.
 */
export async function measureDecisions(
  world: World,
  judgeUrl: string,
): Promise<readonly Measurement[]> {
  const agent = createAgent(world)
  const follower = await followRuns(judgeUrl)
  const took: number[] = []
  const points: number[] = []
  const reads: number[] = []
  for (let issue = 1; issue <= RUNS; issue += 1) {
    world.github.clearLog()
    const waiting = follower.reaches(issue, 'waiting_for_ci')
    const { workflow, pull } = await agent.works({ issue })
    if (pull === null) throw new Error('the agent opened no pull request')
    await fetch(`${judgeUrl}/api/codex/run-complete`, {
      method: 'POST',
      body: JSON.stringify(workflow),
    })
    await waiting
    const decided = follower.reaches(issue, 'completed')
    world.github.checks(pull).succeed('unit')
    await world.github.webhooks.flush()
    const received = performance.now()
    took.push(Math.max(0, (await decided) - received))
    points.push(world.github.used().points)
    reads.push(world.github.used().restReads)
  }
  follower.close()
  const [p50, p99] = [computePercentile(took, 50), computePercentile(took, 99)]
  return [
    {
      what: 'Last signal → decision committed',
      measured: `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
      target: 'p50 ≤ 40 ms, p99 ≤ 150 ms',
      isMet: p50 <= 40 && p99 <= 150,
    },
    {
      what: 'GitHub reads of one judged run',
      measured: `${Math.max(...points)} points, ${Math.max(...reads)} REST reads at most`,
      target: '≤ 6 points, ≤ 4 REST reads',
      isMet: Math.max(...points) <= 6 && Math.max(...reads) <= 4,
    },
  ]
}

/**
 * Follows the event stream; `reaches` resolves to the time when an issue's run reaches a status.
 */
async function followRuns(
  judgeUrl: string,
): Promise<{ reaches(issue: number, status: string): Promise<number>; close(): void }> {
  const closing = new AbortController()
  const response = await fetch(`${judgeUrl}/api/codex/events`, {
    headers: { accept: 'text/event-stream' },
    signal: closing.signal,
  })
  const waiting = new Map<string, (at: number) => void>()
  const read = async () => {
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString('utf8')
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) {
        const data = part.split('\n').find((line) => line.startsWith('data: '))
        if (!data) continue
        const { run, change } = JSON.parse(data.slice(6))
        if (change) waiting.get(`${run.issueNumber} ${change.to}`)?.(performance.now())
      }
    }
  }
  read().catch(() => undefined)
  return {
    reaches: (issue, status) =>
      new Promise((resolve) => waiting.set(`${issue} ${status}`, resolve)),
    close: () => closing.abort(),
  }
}
