import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { policyText } from './policy.ts'

/** The service as a process of its own: what only a process can show is how it ends. */
export interface ServiceProcess {
  readonly pid: number
  readonly url: string
  /** What it has logged so far, newest last. */
  readonly lines: readonly Readonly<Record<string, unknown>>[]
  /** What it wrote to standard error: nothing, unless it broke. */
  readonly complaints: () => string
  /** Asks it to end, and resolves to its exit code; null where a signal ended it. */
  readonly end: (signal?: 'SIGTERM' | 'SIGINT') => Promise<number | null>
  /** `kill -9`. Resolves when it is gone. */
  readonly kill: () => Promise<void>
  /** Stops it at whatever instruction it is, and lets it go on: a stall longer than any lease. */
  readonly freeze: () => void
  readonly thaw: () => void
  readonly exited: () => boolean
}

const main = resolve(import.meta.dirname, '../../services/judge/src/main.ts')

/** The environment of a service in a test: nothing of ours leaks in but the path of programs. */
export function processEnv(
  env: Readonly<Record<string, string>>,
  policy: Parameters<typeof policyText>[0] = {},
): { readonly env: Readonly<Record<string, string>>; readonly remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), 'codex-judge-process-'))
  writeFileSync(join(directory, 'policy.yml'), policyText(policy))
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

/** Starts the program. `ready` rejects with what it said where it ends before it listens. */
export function spawnService(env: Readonly<Record<string, string>>): {
  readonly ready: Promise<ServiceProcess>
  readonly kill: () => Promise<void>
  readonly end: ServiceProcess['end']
  readonly lines: ServiceProcess['lines']
} {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const lines: Record<string, unknown>[] = []
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-8_000)
  })
  const gone = once(child, 'exit')
  const kill = async (): Promise<void> => {
    if (hasEnded(child)) return
    child.kill('SIGKILL')
    await gone
  }
  const end: ServiceProcess['end'] = async (signal = 'SIGTERM') => {
    child.kill(signal)
    await gone
    return child.exitCode
  }
  const ready = new Promise<ServiceProcess>((resolveReady, reject) => {
    createInterface(child.stdout).on('line', (line) => {
      const said = read(line)
      lines.push(said)
      if (said.msg !== 'listening') return
      resolveReady({
        pid: child.pid ?? 0,
        url: String(said.url),
        lines,
        complaints: () => complaints,
        end,
        kill,
        freeze: () => child.kill('SIGSTOP'),
        thaw: () => child.kill('SIGCONT'),
        exited: () => hasEnded(child),
      })
    })
    child.once('exit', (code, signal) =>
      reject(
        new Error(
          `the service ended with ${signal ?? code} before it listened: ${complaints}${JSON.stringify(lines)}`,
        ),
      ),
    )
  })
  // Whoever kills it while it starts does not wait for it to be ready.
  ready.catch(() => {})
  return { ready, kill, end, lines }
}

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null

function read(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line)
  } catch {
    return { msg: line }
  }
}
