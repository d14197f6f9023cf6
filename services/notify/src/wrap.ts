import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { eventStream, type Told } from './event-stream.ts'

export interface Ended {
  /**
   * As a shell says it: the exit code, 128 + n for signal n, 127 for no such command, 126 for one
   * that cannot be run.
   */
  readonly exitCode: number
  /** Resolves when its output has gone through, what it left running aside. */
  readonly outputPassedOn: () => Promise<void>
  readonly stdout: () => Told
  readonly stderr: () => Told
}

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const

/**
 * Runs a command as if it had been started directly, and resolves when its process ends: its output
 * goes through as it comes, signals reach it. Its standard input is closed, because Codex reads an
 * open one to its end before it begins.
 */
export async function wrap(command: readonly string[], onTerminal: boolean): Promise<Ended> {
  const [program = '', ...args] = command
  const stdout = eventStream()
  const stderr = eventStream()
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  for (const signal of forwarded) {
    process.on(signal, () => {
      // From a terminal it reaches the child by itself, and twice would mean "at once".
      if (signal !== 'SIGINT' || !onTerminal) child.kill(signal)
    })
  }
  const passages = [
    passOn(child.stdout, process.stdout, stdout.push),
    passOn(child.stderr, process.stderr, stderr.push),
  ]
  const exitCode = await ended(child)
  return {
    exitCode,
    outputPassedOn: () => quiet(passages),
    stdout: stdout.told,
    stderr: stderr.told,
  }
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    )
    child.on('error', (error) => {
      if (child.pid !== undefined) return
      process.stderr.write(`codex-notify: ${error.message}\n`)
      resolve('code' in error && error.code === 'ENOENT' ? 127 : 126)
    })
  })
}

/**
 * One of the child's outputs on its way: `idleFor` says for how many milliseconds nothing moved, 0
 * while a slow reader holds it up.
 */
interface Passage {
  readonly isOver: () => boolean
  readonly idleFor: () => number
}

/** Hands on every chunk at once, no faster than it is taken. */
function passOn(from: Readable, to: Writable, look: (chunk: Buffer) => void): Passage {
  let over = false
  let moved = Date.now()
  // Whoever read our output has gone: let the child see that, as it would without us.
  to.on('error', () => from.destroy())
  from.on('data', (chunk: Buffer) => {
    look(chunk)
    moved = Date.now()
    if (to.write(chunk)) return
    from.pause()
    to.once('drain', () => {
      moved = Date.now()
      from.resume()
    })
  })
  from.once('close', () => {
    over = true
  })
  return { isOver: () => over, idleFor: () => (from.isPaused() ? 0 : Date.now() - moved) }
}

/**
 * Resolves when both have ended, or nothing has moved for a while: what a process leaves running
 * may keep its pipes open for ever, and hours later it is not this run that speaks.
 */
function quiet(passages: readonly Passage[]): Promise<void> {
  const ended = Date.now()
  return new Promise((resolve) => {
    const look = setInterval(() => {
      const waited = Date.now() - ended
      if (
        !passages.every((passage) => passage.isOver() || Math.min(passage.idleFor(), waited) > 250)
      )
        return
      clearInterval(look)
      resolve()
    }, 5)
  })
}
