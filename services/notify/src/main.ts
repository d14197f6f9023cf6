import { readFileSync } from 'node:fs'
import { readCommandLine } from './command-line.ts'
import { loadHttp } from './deliver.ts'
import { getMember, parseJson, type StreamSummary, toText } from './event-stream.ts'
import { readText } from './evidence.ts'
import type { Turn } from './payload.ts'
import { readHeadCommit } from './read-head-commit.ts'
import { report } from './report.ts'
import { listOwnCredentials, readSettings, type Settings } from './settings.ts'
import { wrap } from './wrap.ts'

/*
 * codex-notify '<json>'         as Codex's notify program; always exits with 0
 * codex-notify -- codex exec …  around a run; exits with the run's exit code
 *
 * A failure to notify the judge never changes the exit code, and everything after the run takes at
 * most CODEX_NOTIFY_TIMEOUT.
 */
const args = process.argv.slice(2)
const warn = (text: string): void => void process.stderr.write(`codex-notify: ${text}\n`)

if (args.length === 0 || (args[0] === '--' && args.length === 1)) {
  warn("no arguments; usage: codex-notify '<json>' or codex-notify -- codex exec …")
  process.exit(2)
}
const settings = readSettings(process.env, (path) => readFileSync(path, 'utf8'))
for (const fault of settings.faults) warn(fault)
// Whatever is started from here on, the agent or git, inherits none of them.
for (const name of listOwnCredentials(process.env)) delete process.env[name]
if (args[0] === '--') await wrapRun(args.slice(1), settings)
else await reportTurn(args.at(-1) ?? '', settings)

/** Runs Codex, reports the run, and exits with its exit code. */
async function wrapRun(command: readonly string[], settings: Settings): Promise<never> {
  const startedAt = Date.now()
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  const running = wrap(command, onTerminal === true)
  // Loaded during the run, so that it adds nothing after it.
  if (settings.url !== null) void loadHttp(settings.url)
  const ended = await running
  const { exitCode } = ended
  const stop = startDeadline(settings, exitCode)
  const line = readCommandLine(command, process.cwd())
  const [written, commitSha] = await Promise.all([
    line.lastMessageFile === null ? null : readText(line.lastMessageFile),
    readHeadCommit(line.directory),
    ended.waitForOutput(),
  ])
  const stdout = ended.summarizeStdout()
  const turn: Turn = {
    startedAt,
    threadId: stdout.threadId,
    turnId: null,
    prompt: line.prompt,
    inputMessages: line.prompt === null ? [] : [line.prompt],
    lastMessage: stdout.isStream ? (stdout.lastMessage ?? '') : written,
    commitSha,
    exitCode,
    events: stdout.isStream ? stdout : null,
    logs: selectLogs(stdout, ended.summarizeStderr()),
  }
  await report(turn, { settings, ...stop, warn }).catch(() => warn('the judge was not notified'))
  return exitAfterOutput(exitCode)
}

function selectLogs(stdout: StreamSummary, stderr: StreamSummary): Turn['logs'] {
  const agent = stderr.tail === '' ? {} : { agent: stderr.tail }
  if (stdout.tail === '') return agent
  return stdout.isStream ? { ...agent, events: stdout.tail } : { ...agent, output: stdout.tail }
}

/** Reports one turn, from the JSON that Codex passes (keys in kebab-case). */
async function reportTurn(json: string, settings: Settings): Promise<never> {
  const stop = startDeadline(settings, 0)
  const event = parseJson(json)
  if (typeof event !== 'object' || event === null) {
    warn('the argument is not a JSON object; the judge is not notified')
    process.exit(0)
  }
  const given = getMember(event, 'input-messages')
  const inputMessages = (Array.isArray(given) ? given : []).filter(
    (message) => typeof message === 'string',
  )
  const turn: Turn = {
    startedAt: null,
    threadId: toText(getMember(event, 'thread-id')),
    turnId: toText(getMember(event, 'turn-id')),
    prompt: inputMessages.at(-1) ?? null,
    inputMessages,
    // Null means that the turn ended without a message; an earlier message does not stand in for
    // it.
    lastMessage: toText(getMember(event, 'last-assistant-message')) ?? '',
    commitSha: await readHeadCommit(toText(getMember(event, 'cwd')) ?? '.'),
    exitCode: null,
    events: null,
    logs: {},
  }
  await report(turn, { settings, ...stop, warn }).catch(() => warn('the judge was not notified'))
  return exitAfterOutput(0)
}

/** Exits once all output has been flushed. */
async function exitAfterOutput(exitCode: number): Promise<never> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise((resolve) => void stream.write('', resolve)),
    ),
  )
  process.exit(exitCode)
}

/**
 * Starts the time limit for everything after the run. When it is over, the process exits; a signal
 * aborts the report at once.
 */
function startDeadline(
  { timeoutMs }: Settings,
  exitCode: number,
): { readonly deadline: number; readonly signal: AbortSignal } {
  setTimeout(() => {
    warn('the judge was not notified in time')
    process.exit(exitCode)
  }, timeoutMs)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stop.abort())
  return { deadline: Date.now() + timeoutMs, signal: stop.signal }
}
