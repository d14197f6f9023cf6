import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { createEventStream, type StreamSummary } from './event-stream.ts'

export interface EndedCommand {
  /**
   * As a shell reports it: the exit code, 128 + n for signal n, 127 if there is no such command,
   * 126 if it cannot be run.
   */
  readonly exitCode: number
  /** Resolves when the output is forwarded; processes left running are not waited for. */
  readonly waitForOutput: () => Promise<void>
  readonly summarizeStdout: () => StreamSummary
  readonly summarizeStderr: () => StreamSummary
}

const forwardedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'] as const

/**
 * Runs a command as if it had been started directly, and resolves when its process ends. Output and
 * signals are forwarded at once. Standard input is closed, because Codex reads an open one to its
 * end before it starts.
 */
export async function wrap(command: readonly string[], onTerminal: boolean): Promise<EndedCommand> {
  const [program = '', ...args] = command
  const stdout = createEventStream()
  const stderr = createEventStream()
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  for (const signal of forwardedSignals) {
    process.on(signal, () => {
      // A terminal sends SIGINT to the child as well, and a second one would end it at once.
      if (signal !== 'SIGINT' || !onTerminal) child.kill(signal)
    })
  }
  const outputs = [
    forwardOutput(child.stdout, process.stdout, stdout.push),
    forwardOutput(child.stderr, process.stderr, stderr.push),
  ]
  const exitCode = await waitForExit(child)
  return {
    exitCode,
    waitForOutput: () => waitUntilQuiet(outputs),
    summarizeStdout: stdout.summarize,
    summarizeStderr: stderr.summarize,
  }
}

function waitForExit(child: ChildProcess): Promise<number> {
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

interface ForwardedOutput {
  readonly isOver: () => boolean
  /** Milliseconds since the last chunk; 0 while a slow reader blocks. */
  readonly getIdleMs: () => number
}

/** Forwards every chunk at once, no faster than it is read. */
function forwardOutput(
  from: Readable,
  to: Writable,
  onChunk: (chunk: Buffer) => void,
): ForwardedOutput {
  let isOver = false
  let movedAt = Date.now()
  // The reader of our output has gone: the child must notice, as it would without the wrapper.
  to.on('error', () => from.destroy())
  from.on('data', (chunk: Buffer) => {
    onChunk(chunk)
    movedAt = Date.now()
    if (to.write(chunk)) return
    from.pause()
    to.once('drain', () => {
      movedAt = Date.now()
      from.resume()
    })
  })
  from.once('close', () => {
    isOver = true
  })
  return {
    isOver: () => isOver,
    getIdleMs: () => (from.isPaused() ? 0 : Date.now() - movedAt),
  }
}

const QUIET_MS = 250
const CHECK_EVERY_MS = 5

/**
 * Resolves when both outputs have ended or are idle. A process that the command left running may
 * keep the pipes open for ever, and its later output does not belong to this run.
 */
function waitUntilQuiet(outputs: readonly ForwardedOutput[]): Promise<void> {
  const startedAt = Date.now()
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const waitedMs = Date.now() - startedAt
      const isQuiet = outputs.every(
        (output) => output.isOver() || Math.min(output.getIdleMs(), waitedMs) > QUIET_MS,
      )
      if (!isQuiet) return
      clearInterval(timer)
      resolve()
    }, CHECK_EVERY_MS)
  })
}
