import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

/** What was downloaded or built stays here between runs; the first run is the slow one. */
export const cacheDir =
  process.env.INFRA_CACHE ??
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'codex-judge', 'infra')

export interface Running {
  readonly pid: number
  /** False once it has ended, by whatever cause. */
  alive(): boolean
  /** Asks it to end and waits; one that does not within 20 s is killed. */
  stop(): Promise<void>
  /** Ends it at whatever instruction it is. */
  kill(): Promise<void>
  /** The end of what it printed, for the message about why it did not start. */
  said(): string
}

interface Program {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Where its output goes. */
  readonly log: string
}

const started = new Set<Running>()

/**
 * Starts a server in a process group of its own; whoever starts it stops it, and at the latest the
 * end of this process does.
 */
export function launch({ command, args, env = {}, log }: Program): Running {
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
  const alive = (): boolean => child.exitCode === null && child.signalCode === null
  const kill = async (): Promise<void> => {
    if (alive()) child.kill('SIGKILL')
    await ended
    started.delete(running)
  }
  const running: Running = {
    pid,
    alive,
    kill,
    stop: async () => {
      if (alive()) child.kill('SIGTERM')
      await Promise.race([ended, delay(20_000, undefined, { ref: false })])
      await kill()
    },
    said: () => readFileSync(log, 'utf8').slice(-2000),
  }
  started.add(running)
  return running
}

process.once('exit', () => {
  for (const { pid, alive } of started) if (alive()) process.kill(pid, 'SIGKILL')
})

/**
 * A port nobody listens at now. Somebody could take it before the server does; then the server says
 * so.
 */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((closed) => server.close(closed))
  if (address === null || typeof address === 'string') throw new Error('the kernel gave no port')
  return address.port
}

/**
 * Resolves when the server takes connections; rejects with its last words where it ends first or
 * never does.
 */
export async function accepts(port: number, server: Running, patience = 60_000): Promise<void> {
  const deadline = Date.now() + patience
  for (;;) {
    if (await reachable(`127.0.0.1:${port}`)) return
    if (!server.alive()) throw new Error(`it ended: ${server.said()}`)
    if (Date.now() > deadline) throw new Error(`it takes no connections: ${server.said()}`)
    await delay(50)
  }
}

/** Does anybody take connections at this `host:port`? */
export async function reachable(address: string): Promise<boolean> {
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

/**
 * Whatever takes longer to fetch or to build is not to be had here: all of it together must end
 * within ten minutes.
 */
const PATIENCE = 6 * 60_000

/**
 * Runs a program to its end, behind everybody else on the machine. Rejects with what it said, also
 * where it takes too long.
 */
export async function runToEnd(
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
      timeout: PATIENCE,
      ...(cwd === undefined ? {} : { cwd }),
    })
    return stdout
  } catch (error) {
    const { stderr, killed } = Object.assign({ stderr: '', killed: false }, error)
    const said = killed
      ? `it did not end within ${PATIENCE / 60_000} minutes`
      : stderr.trim().slice(-600)
    throw new Error(`${command} ${args[0] ?? ''}: ${said || String(error)}`)
  }
}

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Is this program on the PATH? */
export const onPath = (program: string): Promise<boolean> =>
  runToEnd('sh', ['-c', `command -v ${program}`]).then(
    () => true,
    () => false,
  )
