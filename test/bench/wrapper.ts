import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { oldestNode, program, recordings } from '../notify/notify.ts'
import { answerJson, serve } from '../world/serve.ts'
import { computeMedian, computePercentile, type Measurement } from './table.ts'

const PAIRS = 25
/** The limit for the time that the wrapper adds to a run. */
const ADDED_MS_MAX = 300

/**
 * Measures what `codex-notify` adds to a run: a recorded stream of Codex with and without the
 * wrapper, in alternating order, so that each pair runs under the same load. It runs on the oldest
 * Node.
 */
export async function measureWrapper(): Promise<readonly Measurement[]> {
  const dir = await mkdtemp(join(tmpdir(), 'codex-judge-wrapper-'))
  let notifies = 0
  const judge = await serve(async () => {
    notifies += 1
    return answerJson(202, {
      ok: true,
      event: { id: 'e', duplicate: false },
      outcome: 'recorded',
      run: null,
    })
  })
  try {
    const env = { PATH: process.env.PATH ?? '', CODEX_JUDGE_URL: judge.url, CODEX_OUTPUT_DIR: dir }
    const run = ['cat', join(recordings, '01-success-false-claim', 'events.jsonl')] as const
    const added: number[] = []
    for (let pair = 0; pair <= PAIRS; pair += 1) {
      const bare = await measureRun(run, env)
      const wrapped = await measureRun([oldestNode, program, '--', ...run], env)
      // The first pair is a warm-up.
      if (pair > 0) added.push(wrapped - bare)
    }
    if (notifies !== PAIRS + 1)
      throw new Error(`the judge got ${notifies} notifies for ${PAIRS + 1} runs`)
    const middle = computeMedian(added)
    return [
      {
        what: 'codex-notify around a run',
        measured: `adds ${middle.toFixed(0)} ms, p95 ${computePercentile(added, 95).toFixed(0)} ms`,
        target: `≤ ${ADDED_MS_MAX} ms`,
        isMet: middle <= ADDED_MS_MAX,
      },
    ]
  } finally {
    await judge.close()
    await rm(dir, { recursive: true, force: true })
  }
}

/** The time from the spawn to the end of the process and its output, in milliseconds. */
async function measureRun(
  [command = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const begun = performance.now()
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.resume()
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
  return performance.now() - begun
}
