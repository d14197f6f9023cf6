import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface BenchProcess {
  readonly pid: number
  readonly url: string
  /** The time from the spawn to the `listening` line. */
  readonly readyAfterMs: number
  stop(): Promise<void>
}

/** Starts a program and waits for its `listening` line. */
export async function startProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<BenchProcess> {
  const begun = performance.now()
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const errors: string[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  const url = await readUrl(child).catch(() => {
    throw new Error(`${command} ${args.join(' ')} did not start: ${errors.join('')}`)
  })
  const readyAfterMs = performance.now() - begun
  return { pid: child.pid ?? 0, url, readyAfterMs, stop: () => stopProgram(child) }
}

async function readUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output to read')
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"msg":"listening"')) continue
    child.stdout.resume()
    return String(JSON.parse(line).url)
  }
  throw new Error('it ended')
}

async function stopProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
