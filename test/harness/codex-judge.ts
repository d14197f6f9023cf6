import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { onTestFinished } from 'vitest'
import { createProcessEnv } from './process.ts'

const cli = resolve(import.meta.dirname, '../../services/judge/src/cli.ts')

/** Runs `codex-judge` to its end: the lines of both outputs, and the exit code. */
export async function codexJudge(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  {
    policy = { judge: { models: [] } },
    stdin,
    reads = true,
  }: {
    readonly policy?: Readonly<Record<string, unknown>>
    readonly stdin?: string
    /** False: the reader of its output is gone from the start, as after `| head`. */
    readonly reads?: boolean
  } = {},
) {
  const given = createProcessEnv(env, policy)
  onTestFinished(given.remove)
  const child = spawn(process.execPath, [cli, ...args], {
    env: { ...given.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(stdin ?? '')
  if (!reads) child.stdout.destroy()
  const read = async (stream: AsyncIterable<Buffer>) => {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    return Buffer.concat(chunks)
      .toString()
      .split('\n')
      .filter((line) => line !== '')
  }
  const ended = new Promise<number | null>((done) => child.once('close', done))
  const [out, err] = await Promise.all([reads ? read(child.stdout) : [], read(child.stderr)])
  return { out, err, code: await ended }
}
