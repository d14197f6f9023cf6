import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

export interface JudgeProcess {
  /** Resolves to its URL once it listens. Rejects with its output if it does not start. */
  readonly listening: Promise<string>
  /** Rejects if the service ends without `stop`. */
  readonly unexpectedEnd: Promise<never>
  /** Stops the service, and waits until it and its database have ended. */
  readonly stop: () => Promise<void>
}

interface JudgeOptions {
  readonly env: Readonly<Record<string, string>>
  /** The file for its log. */
  readonly logFile: string
}

const root = resolve(import.meta.dirname, '../..')

/** The service has 10 s to finish its work, and its database some more. */
const STOP_TIMEOUT_MS = 20_000

/** Starts the service as a separate process, as `npm start` does. The caller must stop it. */
export function startJudge({ env, logFile }: JudgeOptions): JudgeProcess {
  const log = createWriteStream(logFile)
  // A separate process group, because a terminal sends Ctrl-C to its whole group and the service
  // must only be stopped once.
  const child = spawn(process.execPath, ['services/judge/src/main.ts'], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const output: string[] = []
  const recordLine = (line: string): void => {
    log.write(`${line}\n`)
    output.push(line)
    if (output.length > 200) output.shift()
  }
  createInterface({ input: child.stderr }).on('line', recordLine)
  const lines = createInterface({ input: child.stdout }).on('line', recordLine)

  const ended = new Promise<string>((done) => {
    child.on('error', (error) => done(`it cannot be started: ${error.message}`))
    child.on('close', (code, signal) => done(`it ended with ${signal ?? `exit code ${code}`}`))
  })
  const stop = async (): Promise<void> => {
    stopping = true
    child.kill('SIGTERM')
    const isLate = await Promise.race([
      ended.then(() => false),
      pause(STOP_TIMEOUT_MS, true, { ref: false }),
    ])
    if (isLate) child.kill('SIGKILL')
    await ended
    log.end()
  }
  let stopping = false
  const unexpectedEnd = ended.then((how): Promise<never> => {
    if (stopping) return new Promise(() => {})
    throw new Error(`The service is not running: ${how}.\n${selectErrors(output)}`)
  })
  // Until the caller awaits it, a rejection must not count as unhandled.
  unexpectedEnd.catch(() => {})

  const listening = new Promise<string>((done) => {
    lines.on('line', (line) => {
      const url = findUrl(line)
      if (url !== null) done(url)
    })
  })
  return { listening: Promise.race([listening, unexpectedEnd]), unexpectedEnd, stop }
}

interface LogLine {
  readonly msg?: string
  readonly url?: string
  readonly level?: number
}

function parseLogLine(line: string): LogLine | null {
  try {
    const parsed: LogLine | null = JSON.parse(line)
    return parsed
  } catch {
    return null
  }
}

const findUrl = (line: string): string | null => {
  const entry = parseLogLine(line)
  return entry?.msg === 'listening' ? (entry.url ?? null) : null
}

/** Plain lines without Node's own warnings, and log lines from level warn; else the last lines. */
function selectErrors(output: readonly string[]): string {
  const errors = output.flatMap((line) => {
    const entry = parseLogLine(line)
    if (entry === null) return /^\((?:node:\d+\)|Use `node )/.test(line) ? [] : [line]
    return (entry.level ?? 0) >= 40 ? [entry.msg ?? line] : []
  })
  return (errors.length > 0 ? errors : output).slice(-20).join('\n')
}
