import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

/** Keeps downloads and builds between runs. */
export const cacheDir =
  process.env.INFRA_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'codex-judge', 'infra')

export interface RunningProgram {
  readonly pid: number
  /** False once it has ended. */
  isAlive(): boolean
  /** Sends SIGTERM and waits; kills it after 20 s. */
  stop(): Promise<void>
  /** Sends SIGKILL and waits. */
  kill(): Promise<void>
  /** The end of its output, for error messages. */
  readOutput(): string
}

interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** The file for its output. */
  readonly log: string
}

const started = new Set<RunningProgram>()

/** Starts a server in a separate process group. The exit of this process kills it at the latest. */
export function launchProgram({ command, args, env = {}, log }: Program): RunningProgram {
  const output = openSync(log, 'a')
  const child = spawn(command, [...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', output, output],
    detached: true,
  })
  closeSync(output)
  const { pid } = child
  const ended = once(child, 'exit').catch(() => undefined)
  if (pid === undefined) throw new Error(`${command} cannot be started`)
  const isAlive = (): boolean => child.exitCode === null && child.signalCode === null
  const kill = async (): Promise<void> => {
    if (isAlive()) child.kill('SIGKILL')
    await ended
    started.delete(running)
  }
  const running: RunningProgram = {
    pid,
    isAlive,
    kill,
    stop: async () => {
      if (isAlive()) child.kill('SIGTERM')
      await Promise.race([ended, delay(20_000, undefined, { ref: false })])
      await kill()
    },
    readOutput: () => readFileSync(log, 'utf8').slice(-2000),
  }
  started.add(running)
  return running
}

process.once('exit', () => {
  for (const { pid, isAlive } of started) if (isAlive()) process.kill(pid, 'SIGKILL')
})

/** A port that is free now. Should another process take it first, the server reports that. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  if (address === null || typeof address === 'string') throw new Error('the kernel gave no port')
  return address.port
}

/**
 * Resolves when the server accepts connections. Rejects with its output if it ends or never does.
 */
export async function waitForPort(
  port: number,
  server: RunningProgram,
  patience = 60_000,
): Promise<void> {
  const deadline = Date.now() + patience
  for (;;) {
    if (await isReachable(`127.0.0.1:${port}`)) return
    if (!server.isAlive()) throw new Error(`it ended: ${server.readOutput()}`)
    if (Date.now() > deadline) throw new Error(`it accepts no connections: ${server.readOutput()}`)
    await delay(50)
  }
}

/** Whether a server accepts connections at this `host:port`. */
export async function isReachable(address: string): Promise<boolean> {
  const at = address.lastIndexOf(':')
  const socket = connect({ host: address.slice(0, at), port: Number(address.slice(at + 1)) })
  socket.setTimeout(2_000, () => socket.destroy(new Error('too slow')))
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** The limit for one download or build, so that all of them end within ten minutes. */
const TIMEOUT_MS = 6 * 60_000

/**
 * Runs a program at low priority. Rejects with its standard error if it fails or takes too long.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  {
    env = {},
    cwd,
  }: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('nice', ['-n', '10', command, ...args], {
      env: { ...process.env, ...env },
      maxBuffer: 64 * 1024 * 1024,
      timeout: TIMEOUT_MS,
      ...(cwd === undefined ? {} : { cwd }),
    })
    return stdout
  } catch (error) {
    const { stderr, killed } = Object.assign({ stderr: '', killed: false }, error)
    const reason = killed
      ? `it did not end within ${TIMEOUT_MS / 60_000} minutes`
      : stderr.trim().slice(-600)
    throw new Error(`${command} ${args[0] ?? ''}: ${reason || String(error)}`)
  }
}

export const fileExists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Whether this program is on the `PATH`. */
export const isOnPath = (program: string): Promise<boolean> =>
  runProgram('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  )
