import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface Running {
  readonly url: string
  /** From the spawn to the line that says where it listens, in milliseconds. */
  readonly readyAfter: number
  stop(): Promise<void>
}

/** Starts a program and waits for its `listening` line. What it logs beside that is left alone. */
export async function start(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Running> {
  const begun = performance.now()
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const errors: string[] = []
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString()))
  const url = await listeningUrl(child).catch(() => {
    throw new Error(`${command} ${args.join(' ')} did not start: ${errors.join('')}`)
  })
  return { url, readyAfter: performance.now() - begun, stop: () => stop(child) }
}

async function listeningUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output to read')
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('"msg":"listening"')) continue
    child.stdout.resume()
    return String(JSON.parse(line).url)
  }
  throw new Error('it ended')
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  await ended
}
