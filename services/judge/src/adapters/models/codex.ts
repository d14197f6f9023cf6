import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerSchema } from '../../judge/answer-schema.ts'
import type { Model, Question, Reply } from '../../judge/port.ts'
import { Failure, messageOf } from '../../lib/failure.ts'
import { type CodexRun, readCodexRun } from './codex-events.ts'

export interface CodexCli {
  /** A path, or a name on `path`. */
  readonly bin: string
  /** What the service's own `PATH` is. */
  readonly path: string
  readonly apiKey: string
  /** Where the CLI asks: an OpenAI-compatible server that speaks the responses API. */
  readonly baseUrl: string
}

const KEY = 'OPENAI_API_KEY'
const MAX_STDOUT_BYTES = 8 * 1024 * 1024
const MAX_STDERR_CHARS = 16_000
/** Linux takes at most 128 KiB as one argument. */
const MAX_ARGUMENT_BYTES = 120_000
/** After SIGINT it takes its own children along; what has not gone by then is killed. */
const GRACE_MS = 2_000

/**
 * The model named `codex`: `codex exec` with our schema, in an empty temporary directory, its
 * sandbox read-only, a home of its own, and an environment of nothing but `PATH`, `HOME`,
 * `CODEX_HOME` and its key. What it reads was written by strangers, so it is given nothing it could
 * use. It has no limit of output tokens to set; the question's time is its limit.
 */
export const codex = (cli: CodexCli): Model => ({
  async ask(question): Promise<Reply> {
    const startedAt = performance.now()
    const place = await mkdtemp(join(tmpdir(), 'codex-judge-'))
    try {
      const run = await runCodex(
        cli,
        question,
        await furnish(place, cli, `${question.system}\n\n${question.user}`),
      )
      return { ...readCodexRun(run), tookMs: Math.round(performance.now() - startedAt) }
    } finally {
      await rm(place, { recursive: true, force: true, maxRetries: 3 })
    }
  },
})

interface Place {
  readonly home: string
  /** Empty: there is nothing in it to judge by. */
  readonly work: string
  readonly schema: string
  readonly prompt: { readonly text: string; readonly file: string | null }
}

async function furnish(place: string, cli: CodexCli, prompt: string): Promise<Place> {
  const [home, work] = [join(place, 'home'), join(place, 'work')]
  const [schema, file] = [join(home, 'verdict.schema.json'), join(home, 'prompt.txt')]
  await Promise.all([mkdir(home), mkdir(work)])
  const long = Buffer.byteLength(prompt) > MAX_ARGUMENT_BYTES
  await Promise.all([
    writeFile(join(home, 'config.toml'), configOf(cli)),
    writeFile(schema, JSON.stringify(answerSchema)),
    long ? writeFile(file, prompt) : null,
  ])
  return { home, work, schema, prompt: { text: prompt, file: long ? file : null } }
}

/**
 * It asks once, like every model: what to repeat is decided where the money is. A TOML basic string
 * reads like a JSON string.
 */
const configOf = ({ baseUrl }: CodexCli): string => `model_provider = "judge"

[features]
unbounded_connection_retries = false

[model_providers.judge]
name = "judge"
base_url = ${JSON.stringify(baseUrl)}
wire_api = "responses"
env_key = "${KEY}"
request_max_retries = 0
stream_max_retries = 0
`

async function runCodex(cli: CodexCli, question: Question, place: Place): Promise<CodexRun> {
  // With an open standard input it would wait for its end for ever. A prompt too long to be an
  // argument is all there is to read.
  const input = place.prompt.file === null ? null : await open(place.prompt.file)
  try {
    return await finished(start(cli, place, input?.fd ?? 'ignore'), question)
  } finally {
    await input?.close()
  }
}

function start(
  { bin, path, apiKey }: CodexCli,
  { home, work, schema, prompt }: Place,
  input: number | 'ignore',
) {
  const options = [
    '--output-schema',
    schema,
    '--sandbox',
    'read-only',
    '--ephemeral',
    '--skip-git-repo-check',
  ]
  return spawn(
    bin,
    ['exec', '--json', ...options, '-C', work, input === 'ignore' ? prompt.text : '-'],
    {
      cwd: work,
      env: { PATH: path, HOME: home, CODEX_HOME: home, [KEY]: apiKey },
      stdio: [input, 'pipe', 'pipe'],
      detached: true,
    },
  )
}

function finished(
  child: ReturnType<typeof start>,
  { timeout, signal }: Question,
): Promise<CodexRun> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    let stderr = ''
    let stopped: Failure | null = null
    let grace: NodeJS.Timeout | undefined
    const kill = (): void => {
      killGroup(child.pid, 'SIGKILL')
      // What has left the group may still hold its ends of the pipes; nobody reads them any more.
      child.stdout?.destroy()
      child.stderr?.destroy()
    }
    const stop = (why: string): void => {
      if (stopped !== null) return
      stopped = new Failure('unknown', `codex: ${why}`)
      killGroup(child.pid, 'SIGINT')
      grace = setTimeout(kill, GRACE_MS)
    }
    const onAbort = (): void => stop('it was stopped')
    const late = setTimeout(() => stop(`no answer within ${Math.round(timeout / 1000)} s`), timeout)
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) onAbort()

    child.stdout?.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > MAX_STDOUT_BYTES) stop(`it wrote more than ${MAX_STDOUT_BYTES} bytes`)
      else chunks.push(chunk)
    })
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = `${stderr}${chunk.toString('utf8')}`.slice(-MAX_STDERR_CHARS)
    })
    const settle = (): void => {
      clearTimeout(late)
      clearTimeout(grace)
      signal.removeEventListener('abort', onAbort)
    }
    child.on('error', (error) => {
      settle()
      // There is no such program, or it may not be run: a person must put that right.
      reject(
        new Failure('forbidden', `codex cannot be started: ${messageOf(error)}`, { cause: error }),
      )
    })
    child.on('close', (exitCode) => {
      settle()
      if (stopped !== null) kill()
      if (stopped !== null) reject(stopped)
      else resolve({ stdout: Buffer.concat(chunks).toString('utf8'), stderr, exitCode })
    })
  })
}

/** The whole group: behind the npm shim the program itself is a child. */
function killGroup(pid: number | undefined, signal: 'SIGINT' | 'SIGKILL'): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It has gone by itself.
  }
}
