import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'

export interface JudgeProcess {
  /** Where it listens, once it does; rejects with what it said where it does not start. */
  readonly listening: Promise<string>
  /** Rejects if the service ends although nobody asked it to. */
  readonly unexpectedEnd: Promise<never>
  /** Asks it to stop, and waits until it and its database are gone. */
  readonly stop: () => Promise<void>
}

interface Options {
  readonly env: Readonly<Record<string, string>>
  /** Where everything it logs is kept. */
  readonly logFile: string
}

const root = resolve(import.meta.dirname, '../..')

/** It has 10 s for what is in hand, and its database some more. */
const stopLimit = 20_000

/**
 * Starts the service as a process of its own, as `npm start` does. From now on there is something
 * to stop.
 */
export function startJudge({ env, logFile }: Options): JudgeProcess {
  const log = createWriteStream(logFile)
  // A group of its own: Ctrl-C reaches everything in the terminal's group at once, and the service
  // must be stopped by us, once.
  const child = spawn(process.execPath, ['services/judge/src/main.ts'], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  const keep = (line: string): void => {
    log.write(`${line}\n`)
    said.push(line)
    if (said.length > 200) said.shift()
  }
  createInterface({ input: child.stderr }).on('line', keep)
  const lines = createInterface({ input: child.stdout }).on('line', keep)

  const ended = new Promise<string>((done) => {
    child.on('error', (error) => done(`it cannot be started: ${error.message}`))
    child.on('close', (code, signal) => done(`it ended with ${signal ?? `exit code ${code}`}`))
  })
  const stop = async (): Promise<void> => {
    stopping = true
    child.kill('SIGTERM')
    const late = await Promise.race([
      ended.then(() => false),
      pause(stopLimit, true, { ref: false }),
    ])
    if (late) child.kill('SIGKILL')
    await ended
    log.end()
  }
  let stopping = false
  const unexpectedEnd = ended.then((how): Promise<never> => {
    if (stopping) return new Promise(() => {})
    throw new Error(`The service is not running: ${how}.\n${complaint(said)}`)
  })
  // Whoever awaits it hears of it; until then it is no fault that nobody has caught.
  unexpectedEnd.catch(() => {})

  const listening = new Promise<string>((done) => {
    lines.on('line', (line) => {
      const url = listeningAt(line)
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

function logLine(line: string): LogLine | null {
  try {
    const parsed: LogLine | null = JSON.parse(line)
    return parsed
  } catch {
    return null
  }
}

const listeningAt = (line: string): string | null => {
  const entry = logLine(line)
  return entry?.msg === 'listening' ? (entry.url ?? null) : null
}

/**
 * The lines that say what went wrong: plain ones but Node's own warnings, and those that are at
 * least warnings; else the last few.
 */
function complaint(said: readonly string[]): string {
  const telling = said.flatMap((line) => {
    const entry = logLine(line)
    if (entry === null) return /^\((?:node:\d+\)|Use `node )/.test(line) ? [] : [line]
    return (entry.level ?? 0) >= 40 ? [entry.msg ?? line] : []
  })
  return (telling.length > 0 ? telling : said).slice(-20).join('\n')
}
