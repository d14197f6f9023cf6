import { createAgent } from '../world/agent.ts'
import type { World } from '../world/world.ts'
import { percentile, type Row } from './table.ts'

const RUNS = 60

/**
 * From the last signal (the webhook that CI is green, received) to the decision committed (seen by
 * a follower of the stream), with a world that answers at once and gates that decide alone; and
 * what GitHub was asked for it.
 */
export async function decisionRows(world: World, judgeUrl: string): Promise<readonly Row[]> {
  const agent = createAgent(world)
  const follower = await follow(judgeUrl)
  const took: number[] = []
  const points: number[] = []
  const reads: number[] = []
  for (let issue = 1; issue <= RUNS; issue += 1) {
    world.github.forget()
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
    await world.github.webhooks.delivered()
    const received = performance.now()
    took.push(Math.max(0, (await decided) - received))
    points.push(world.github.used().points)
    reads.push(world.github.used().restReads)
  }
  follower.close()
  const [p50, p99] = [percentile(took, 50), percentile(took, 99)]
  return [
    {
      what: 'Last signal → decision committed',
      seen: `p50 ${p50.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms`,
      bar: 'p50 ≤ 40 ms, p99 ≤ 150 ms',
      holds: p50 <= 40 && p99 <= 150,
    },
    {
      what: 'GitHub reads of one judged run',
      seen: `${Math.max(...points)} points, ${Math.max(...reads)} REST reads at most`,
      bar: '≤ 6 points, ≤ 4 REST reads',
      holds: Math.max(...points) <= 6 && Math.max(...reads) <= 4,
    },
  ]
}

/** Follows the stream of runs, and tells when an issue's run reached a status. */
async function follow(
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
