import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { oldestNode, program, recordings } from '../notify/notify.ts'
import { json, serve } from '../world/serve.ts'
import { median, percentile, type Row } from './table.ts'

const PAIRS = 25
/** What a run may take longer because of us, in milliseconds. */
const BAR = 300

/**
 * What the wrapper adds to a run: a recorded stream of Codex, written at once, with `codex-notify`
 * around it and without, one after the other, so that a pair shares whatever the machine does
 * meanwhile. The judge answers at once; the Node is the oldest here.
 */
export async function wrapperRows(): Promise<readonly Row[]> {
  const dir = await mkdtemp(join(tmpdir(), 'codex-judge-wrapper-'))
  let told = 0
  const judge = await serve(async () => {
    told += 1
    return json(202, {
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
      const bare = await timeOf(run, env)
      const wrapped = await timeOf([oldestNode, program, '--', ...run], env)
      // The first pair only warms up.
      if (pair > 0) added.push(wrapped - bare)
    }
    if (told !== PAIRS + 1) throw new Error(`the judge was told ${told} times of ${PAIRS + 1} runs`)
    const middle = median(added)
    return [
      {
        what: 'codex-notify around a run',
        seen: `adds ${middle.toFixed(0)} ms, p95 ${percentile(added, 95).toFixed(0)} ms`,
        bar: `≤ ${BAR} ms`,
        holds: middle <= BAR,
      },
    ]
  } finally {
    await judge.close()
    await rm(dir, { recursive: true, force: true })
  }
}

/** From the spawn to the end of the process and its output, in milliseconds. */
async function timeOf(
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
