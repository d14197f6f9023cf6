import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selectAnswerSchema } from '../../judge/answer-schema.ts'
import type { Model, ModelReply, ModelRequest } from '../../judge/port.ts'
import { Failure, getErrorMessage } from '../../lib/failure.ts'
import { type CodexRun, readCodexRun } from './codex-events.ts'

export interface CodexCli {
  /** A file path, or a name that is found in `path`. */
  readonly bin: string
  /** The service's own `PATH`. */
  readonly path: string
  readonly apiKey: string
  /** An OpenAI-compatible server with the responses API. */
  readonly baseUrl: string
}

const API_KEY_VARIABLE = 'OPENAI_API_KEY'
const MAX_STDOUT_BYTES = 8 * 1024 * 1024
const MAX_STDERR_CHARS = 16_000
/** Linux accepts at most 128 KiB per argument. */
const MAX_ARGUMENT_BYTES = 120_000
/** After SIGINT the CLI stops its own children; what is left after this time is killed. */
const GRACE_MS = 2_000

/**
 * The model named `codex`: `codex exec` with the verdict's schema, in an empty temporary directory,
 * with a read-only sandbox, a separate home, and only `PATH`, `HOME`, `CODEX_HOME` and its key in
 * the environment. Its prompt contains untrusted text, so nothing else is within its reach. The CLI
 * has no limit for output tokens; the request's time limit applies.
 */
export const createCodexModel = (cli: CodexCli): Model => ({
  async ask(request): Promise<ModelReply> {
    const startedAt = performance.now()
    const directory = await mkdtemp(join(tmpdir(), 'codex-judge-'))
    try {
      const run = await runCodex(cli, request, await prepareWorkspace(directory, cli, request))
      return { ...readCodexRun(run), tookMs: Math.round(performance.now() - startedAt) }
    } finally {
      await rm(directory, { recursive: true, force: true, maxRetries: 3 })
    }
  },
})

interface CodexWorkspace {
  readonly home: string
  /** Empty: the verdict must depend on the prompt only. */
  readonly work: string
  readonly schema: string
  readonly prompt: { readonly text: string; readonly file: string | null }
}

async function prepareWorkspace(
  directory: string,
  cli: CodexCli,
  request: ModelRequest,
): Promise<CodexWorkspace> {
  const prompt = `${request.system}\n\n${request.user}`
  const [home, work] = [join(directory, 'home'), join(directory, 'work')]
  const [schema, file] = [join(home, 'verdict.schema.json'), join(home, 'prompt.txt')]
  await Promise.all([mkdir(home), mkdir(work)])
  const isLong = Buffer.byteLength(prompt) > MAX_ARGUMENT_BYTES
  await Promise.all([
    writeFile(join(home, 'config.toml'), formatConfig(cli)),
    writeFile(schema, JSON.stringify(selectAnswerSchema(request))),
    isLong ? writeFile(file, prompt) : null,
  ])
  return { home, work, schema, prompt: { text: prompt, file: isLong ? file : null } }
}

/**
 * The CLI's retries are off, because the council decides about retries and their cost. A TOML basic
 * string has the syntax of a JSON string.
 */
const formatConfig = ({ baseUrl }: CodexCli): string => `model_provider = "judge"

[features]
unbounded_connection_retries = false

[model_providers.judge]
name = "judge"
base_url = ${JSON.stringify(baseUrl)}
wire_api = "responses"
env_key = "${API_KEY_VARIABLE}"
request_max_retries = 0
stream_max_retries = 0
`

async function runCodex(
  cli: CodexCli,
  request: ModelRequest,
  workspace: CodexWorkspace,
): Promise<CodexRun> {
  // The CLI would wait for the end of an open standard input, so it gets the prompt or nothing: a
  // prompt that is too long for an argument is read from there.
  const input = workspace.prompt.file === null ? null : await open(workspace.prompt.file)
  try {
    return await waitForExit(spawnCodex(cli, workspace, input?.fd ?? 'ignore'), request)
  } finally {
    await input?.close()
  }
}

function spawnCodex(
  { bin, path, apiKey }: CodexCli,
  { home, work, schema, prompt }: CodexWorkspace,
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
      env: { PATH: path, HOME: home, CODEX_HOME: home, [API_KEY_VARIABLE]: apiKey },
      stdio: [input, 'pipe', 'pipe'],
      detached: true,
    },
  )
}

function waitForExit(
  child: ReturnType<typeof spawnCodex>,
  { timeout, signal }: ModelRequest,
): Promise<CodexRun> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    let stderr = ''
    let stopFailure: Failure | null = null
    let killTimer: NodeJS.Timeout | undefined
    const kill = (): void => {
      killGroup(child.pid, 'SIGKILL')
      // A process that left the group may keep the pipes open, but they are not read any more.
      child.stdout?.destroy()
      child.stderr?.destroy()
    }
    const stop = (why: string): void => {
      if (stopFailure !== null) return
      stopFailure = new Failure('unknown', `codex: ${why}`)
      killGroup(child.pid, 'SIGINT')
      killTimer = setTimeout(kill, GRACE_MS)
    }
    const onAbort = (): void => stop('it was stopped')
    const timer = setTimeout(
      () => stop(`no answer within ${Math.round(timeout / 1000)} s`),
      timeout,
    )
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
    const cleanUp = (): void => {
      clearTimeout(timer)
      clearTimeout(killTimer)
      signal.removeEventListener('abort', onAbort)
    }
    child.on('error', (error) => {
      cleanUp()
      // The program does not exist or is not executable: a person must fix that.
      reject(
        new Failure('forbidden', `codex cannot be started: ${getErrorMessage(error)}`, {
          cause: error,
          remedy: 'set CODEX_BIN to the Codex CLI',
        }),
      )
    })
    child.on('close', (exitCode) => {
      cleanUp()
      if (stopFailure !== null) kill()
      if (stopFailure !== null) reject(stopFailure)
      else resolve({ stdout: Buffer.concat(chunks).toString('utf8'), stderr, exitCode })
    })
  })
}

/** Signals the whole process group, because the npm shim runs the program as a child. */
function killGroup(pid: number | undefined, signal: 'SIGINT' | 'SIGKILL'): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, signal)
  } catch {
    // It has already exited.
  }
}
