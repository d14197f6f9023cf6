import { readFileSync } from 'node:fs'
import { readCommandLine } from './command-line.ts'
import { loadHttp } from './deliver.ts'
import { member, parsed, type Told, textOf } from './event-stream.ts'
import { readText } from './evidence.ts'
import { headCommit } from './head-commit.ts'
import type { Turn } from './payload.ts'
import { report } from './report.ts'
import { readSettings, type Settings } from './settings.ts'
import { wrap } from './wrap.ts'

/*
 * codex-notify '<json>'        as Codex's own notify program: always ends with 0
 * codex-notify -- codex exec …  around a run: ends as the run did
 *
 * Whatever goes wrong with telling the judge, the run and its exit code do not notice, and nothing
 * takes longer than CODEX_NOTIFY_TIMEOUT after the run has ended.
 */
const args = process.argv.slice(2)
const complain = (what: string): void => void process.stderr.write(`codex-notify: ${what}\n`)

if (args.length === 0 || (args[0] === '--' && args.length === 1)) {
  complain("nothing to do; it should be: codex-notify '<json>', or codex-notify -- codex exec …")
  process.exit(2)
}
const settings = readSettings(process.env, (path) => readFileSync(path, 'utf8'))
for (const fault of settings.faults) complain(fault)
if (args[0] === '--') await around(args.slice(1), settings)
else await told(args.at(-1) ?? '', settings)

/** A run of Codex from its start to its end. */
async function around(command: readonly string[], settings: Settings): Promise<never> {
  const startedAt = Date.now()
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  const running = wrap(command, onTerminal === true)
  // While the run goes on, so that nothing of it is added to its end.
  if (settings.url !== null) void loadHttp(settings.url)
  const ended = await running
  const { exitCode } = ended
  const stop = limit(settings, exitCode)
  const line = readCommandLine(command, process.cwd())
  const [written, commitSha] = await Promise.all([
    line.lastMessageFile === null ? null : readText(line.lastMessageFile),
    headCommit(line.directory),
    ended.outputPassedOn(),
  ])
  const stdout = ended.stdout()
  const turn: Turn = {
    startedAt,
    threadId: stdout.threadId,
    turnId: null,
    prompt: line.prompt,
    inputMessages: line.prompt === null ? [] : [line.prompt],
    lastMessage: stdout.isStream ? (stdout.lastMessage ?? '') : written,
    commitSha,
    exitCode,
    told: stdout.isStream ? stdout : null,
    heard: heardOf(stdout, ended.stderr()),
  }
  await report(turn, { settings, ...stop, complain }).catch(() =>
    complain('the judge was not told'),
  )
  return leave(exitCode)
}

function heardOf(stdout: Told, stderr: Told): Turn['heard'] {
  const agent = stderr.tail === '' ? {} : { agent: stderr.tail }
  if (stdout.tail === '') return agent
  return stdout.isStream ? { ...agent, events: stdout.tail } : { ...agent, output: stdout.tail }
}

/** One turn, as Codex tells it (keys in kebab-case). */
async function told(json: string, settings: Settings): Promise<never> {
  const stop = limit(settings, 0)
  const event = parsed(json)
  if (typeof event !== 'object' || event === null) {
    complain('the argument is no JSON object; the judge is not told')
    process.exit(0)
  }
  const given = member(event, 'input-messages')
  const inputMessages = (Array.isArray(given) ? given : []).filter(
    (message) => typeof message === 'string',
  )
  const turn: Turn = {
    startedAt: null,
    threadId: textOf(member(event, 'thread-id')),
    turnId: textOf(member(event, 'turn-id')),
    prompt: inputMessages.at(-1) ?? null,
    inputMessages,
    // Null means that the turn ended without a message; what came before is no answer.
    lastMessage: textOf(member(event, 'last-assistant-message')) ?? '',
    commitSha: await headCommit(textOf(member(event, 'cwd')) ?? '.'),
    exitCode: null,
    told: null,
    heard: {},
  }
  await report(turn, { settings, ...stop, complain }).catch(() =>
    complain('the judge was not told'),
  )
  return leave(0)
}

/** Ends the process once everything it has written is taken. */
async function leave(exitCode: number): Promise<never> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) => new Promise((resolve) => void stream.write('', resolve)),
    ),
  )
  process.exit(exitCode)
}

/**
 * The time that is left after the run, and an end to it that nothing can hold up. A signal ends it
 * at once.
 */
function limit(
  { timeout }: Settings,
  exitCode: number,
): { readonly deadline: number; readonly signal: AbortSignal } {
  setTimeout(() => {
    complain('the judge was not told in time')
    process.exit(exitCode)
  }, timeout)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => stop.abort())
  return { deadline: Date.now() + timeout, signal: stop.signal }
}
