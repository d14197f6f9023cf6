import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { formatPolicy } from './policy.ts'

/** The service as a separate process, for tests of how it starts and ends. */
export interface ServiceProcess {
  readonly pid: number
  readonly url: string
  /** Its log so far, newest last. */
  readonly lines: readonly Readonly<Record<string, unknown>>[]
  /** The end of its standard error, which is empty unless it crashed. */
  readonly stderr: () => string
  /** Sends the signal, and resolves to the exit code, or to null if a signal ended it. */
  readonly end: (signal?: 'SIGTERM' | 'SIGINT') => Promise<number | null>
  /** `kill -9`. Resolves when it is gone. */
  readonly kill: () => Promise<void>
  /** Pauses and resumes the process, for stalls that are longer than a lease. */
  readonly freeze: () => void
  readonly thaw: () => void
  readonly hasExited: () => boolean
}

const main = resolve(import.meta.dirname, '../../services/judge/src/main.ts')

/** The environment of a service in a test, which inherits nothing but `PATH`. */
export function createProcessEnv(
  env: Readonly<Record<string, string>>,
  policy: Parameters<typeof formatPolicy>[0] = {},
): { readonly env: Readonly<Record<string, string>>; readonly remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'codex-judge-process-'))
  writeFileSync(join(directory, 'policy.yml'), formatPolicy(policy))
  return {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: directory,
      PORT: '0',
      PUBLIC_URL: 'http://judge.test',
      POLICY_FILE: join(directory, 'policy.yml'),
      ...env,
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

/** Starts the service. `ready` rejects with its output if it ends before it listens. */
export function spawnService(env: Readonly<Record<string, string>>): {
  readonly ready: Promise<ServiceProcess>
  readonly kill: () => Promise<void>
  readonly end: ServiceProcess['end']
  readonly lines: ServiceProcess['lines']
} {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: Record<string, unknown>[] = []
  let stderr = ''
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-8_000)
  })
  const exited = once(child, 'exit')
  const kill = async (): Promise<void> => {
    if (hasExited(child)) return
    child.kill('SIGKILL')
    await exited
  }
  const end: ServiceProcess['end'] = async (signal = 'SIGTERM') => {
    child.kill(signal)
    await exited
    return child.exitCode
  }
  const ready = new Promise<ServiceProcess>((resolveReady, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const entry = parseLogLine(line)
      lines.push(entry)
      if (entry.msg !== 'listening') return
      resolveReady({
        pid: child.pid ?? 0,
        url: String(entry.url),
        lines,
        stderr: () => stderr,
        end,
        kill,
        freeze: () => child.kill('SIGSTOP'),
        thaw: () => child.kill('SIGCONT'),
        hasExited: () => hasExited(child),
      })
    })
    child.once('exit', (code, signal) =>
      reject(
        new Error(
          `the service ended with ${signal ?? code} before it listened: ${stderr}${JSON.stringify(lines)}`,
        ),
      ),
    )
  })
  // A test that kills the service while it starts does not await `ready`.
  ready.catch(() => {})
  return { ready, kill, end, lines }
}

const hasExited = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null

function parseLogLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line)
  } catch {
    return { msg: line }
  }
}
