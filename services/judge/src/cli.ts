import { readFileSync } from 'node:fs'
import { text as readText } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { Command, type CommanderError } from 'commander'
import { openDatabase, statementLimits } from './adapters/postgres/database.ts'
import { startEmbedded } from './adapters/postgres/embedded.ts'
import { migrate } from './adapters/postgres/migrate.ts'
import { formatSummary } from './backtest/summarize.ts'
import { formatRows, formatRowsAsJson } from './cli/format-rows.ts'
import { createQuestionsClient, type QuestionLine } from './cli/questions-client.ts'
import { createServiceClient, findServiceUrl, type ServiceClient } from './cli/service-client.ts'
import { fetchRunPage, showRun } from './cli/show.ts'
import { runSql } from './cli/sql.ts'
import { type WatchDeps, watchRun, watchRuns } from './cli/watch.ts'
import { backtest, parseSince } from './composition/backtest.ts'
import { diagnose } from './composition/doctor.ts'
import { type Configuration, configure, configureDatabase, readPolicy } from './config/configure.ts'
import { countRemovable, retain } from './engine/retention/retain.ts'
import { getErrorMessage } from './lib/failure.ts'
import { toInstant } from './lib/instant.ts'
import { RELEASE } from './lib/release.ts'
import { verifyText } from './receipt/verify-text.ts'
import { paintAnsi, paintNothing } from './terminal/paint.ts'

/*
 * `codex-judge`, the operator's command line. Every command reads the environment and the policy
 * file as the service does, and exits with 0 (done), 1 (failed) or 2 (the configuration is invalid:
 * every fault on standard error, one a line).
 */

const printLine = (line: string): void => void process.stdout.write(`${line}\n`)
// A reader that has seen enough, such as `head`, closes its end: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})
const silentLog = { info: () => {}, warn: () => {} }
const stopping = new AbortController()
// A running command finishes its current batch; a second Ctrl-C ends it at once.
process.once('SIGINT', () => {
  process.exitCode = 130
  stopping.abort()
})

/** Of commands whose exit code 1 says what they have found. */
const exitWithUsage = ({ exitCode }: CommanderError): never => process.exit(exitCode === 0 ? 0 : 2)

const program = new Command('codex-judge')
  .description('Operate a Codex Judge: migrate, purge, diagnose, answer, verify, backtest.')
  .showHelpAfterError('Run codex-judge --help for the commands.')

program
  .command('migrate')
  .description('migrate the database to the schema of this release')
  .action(() =>
    withDatabase(async (url) => {
      const applied = await migrate({ url, log: silentLog })
      for (const name of applied) printLine(`applied ${name}`)
      printLine(
        applied.length === 0 ? 'nothing to do: the schema is current' : `${applied.length} applied`,
      )
    }),
  )

program
  .command('purge')
  .description(
    'remove what is older than the `retention` of the policy; the service does the same every hour',
  )
  .option('--dry-run', 'count only, remove nothing')
  .action(({ dryRun = false }: { readonly dryRun?: boolean }) =>
    withDatabase(async (url, { policy }) => {
      const { db, close } = openDatabase(url, {
        name: 'codex-judge purge',
        maxConnections: 2,
        limits: statementLimits.upkeep,
        onError: () => {},
      })
      const { retention } = policy.values
      try {
        const rows = await (dryRun
          ? countRemovable({ db, retention })
          : retain({ db, retention }, stopping.signal))
        for (const [table, count] of Object.entries(rows))
          printLine(`${table}: ${count} ${dryRun ? 'would be removed' : 'removed'}`)
      } finally {
        await close()
      }
    }),
  )

program
  .command('sql')
  .description(
    'run one statement that reads, also on the embedded database while the service runs; it ' +
      'shows messages and prompts as they came in',
  )
  .exitOverride(exitWithUsage)
  .argument('[statement]', 'the statement; without it, or as -, it is read from stdin')
  .option('--json', 'print the rows as JSON')
  .action(async (given: string | undefined, { json = false }: { readonly json?: boolean }) => {
    const statement = given === undefined || given === '-' ? await readText(process.stdin) : given
    if (statement.trim() === '') return reportFaults(['statement: is empty; expected a select'])
    const configured = configureDatabase(process.env, (path) => readFileSync(path, 'utf8'))
    if ('faults' in configured) return reportFaults(configured.faults)
    const result = await runSql(configured.ok.settings, statement)
    for (const line of json ? [formatRowsAsJson(result)] : formatRows(result)) printLine(line)
  })

program
  .command('verify')
  .description(
    'derive the decisions of a receipt again, offline, and say what differs; exits with 1 if ' +
      'anything does',
  )
  .exitOverride(exitWithUsage)
  .argument('<receipt>', 'a file with the response of /api/codex/runs/<id>/receipt; - for stdin')
  .action(async (path: string) => {
    const text = await readGiven(path)
    if (text === null) return
    const result = verifyText(text, { release: RELEASE })
    if (result.kind === 'unreadable') return reportFaults([`${path}: ${result.because}`])
    for (const line of result.lines) printLine(line)
    if (result.differences > 0) process.exitCode ??= 1
  })

program
  .command('backtest')
  .description(
    'decide the stored runs again under another policy, and say which decisions change; writes ' +
      'nothing and asks no other system',
  )
  .exitOverride(exitWithUsage)
  .requiredOption('--policy <file>', 'the policy to try')
  .option('--since <when>', 'only runs since then: a duration such as 30d, or a date')
  .option('--repository <glob>', 'only these repositories')
  .option('--json', 'print the result as JSON')
  .action(async (options: BacktestOptions) => {
    const { policy: path, since, repository = null, json = false } = options
    const from = since === undefined ? null : parseSince(since, toInstant(Date.now()))
    const read = readPolicy(path, (file) => readFileSync(file, 'utf8'), '--policy')
    const faults = [
      ...('faults' in read ? read.faults : []),
      ...(since !== undefined && from === null
        ? [`--since: ${since} is invalid; expected a duration such as 30d, or a date`]
        : []),
    ]
    if ('faults' in read || faults.length > 0) return reportFaults(faults)
    await withDatabase(async (databaseUrl, { settings }) => {
      const summary = await backtest({
        databaseUrl,
        policy: read.ok,
        since: from,
        repository,
        getRunUrl: (id) => `${findServiceUrl(settings)}/runs/${id}`,
      })
      if (json) printLine(JSON.stringify(summary, null, 2))
      else for (const line of formatSummary(summary)) printLine(line)
    })
  })

interface BacktestOptions {
  readonly policy: string
  readonly since?: string
  readonly repository?: string
  readonly json?: boolean
}

program
  .command('doctor')
  .description(
    'check the configuration, the database and every external system, and say what to fix; ' +
      'changes nothing',
  )
  .action(async () => {
    const configured = configure(process.env, (path) => readFileSync(path, 'utf8'))
    if ('faults' in configured) return reportFaults(configured.faults)
    let failed = false
    for await (const { state, system, message } of diagnose(configured.ok, stopping.signal)) {
      failed ||= state === 'failed'
      printLine(`${state.padEnd(6)}  ${system}: ${message}`)
    }
    if (failed) process.exitCode ??= 1
  })

program
  .command('questions')
  .description('list the open questions of the running service (PUBLIC_URL, OPERATOR_TOKEN)')
  .action(() => withQuestions((client) => client.listOpen()))

program
  .command('answer')
  .description('answer questions of the running service, each for all of its runs')
  .argument('<option>', 'rerun, resume, accept or close')
  .argument('<ids...>', 'the questions, as `questions` lists them')
  .option('--note <text>', 'a note, which joins the prompt of another attempt')
  .action((option: string, ids: readonly string[], { note = null }: { note?: string | null }) =>
    withQuestions((client) => client.answer(ids, { option, note })),
  )

/** Prints what the service answers; a question that was not answered is a failure. */
const withQuestions = (
  ask: (client: ReturnType<typeof createQuestionsClient>) => Promise<readonly QuestionLine[]>,
): Promise<void> =>
  withService(async (service) => {
    for (const { text, failed } of await ask(createQuestionsClient(service))) {
      printLine(text)
      if (failed) process.exitCode ??= 1
    }
  })

program
  .command('show')
  .description('show why a run stands where it stands (PUBLIC_URL, READ_TOKEN or OPERATOR_TOKEN)')
  .argument('<run>', 'a run, owner/repo#issue, an issue, a pull request, or words to search for')
  .option('--json', 'print what the service answers')
  .action((subject: string, { json = false }: { readonly json?: boolean }) =>
    withService(async (service) => {
      const page = await fetchRunPage(service, subject)
      if (json) return printLine(JSON.stringify(page, null, 2))
      const screen = { ...getScreen(), now: toInstant(Date.now()) }
      for (const line of showRun(service, page, screen)) printLine(line)
    }),
  )

program
  .command('watch')
  .description('print changes as they happen: of every run, or of one until it has ended')
  .argument('[run]', 'as for show')
  .action((subject: string | undefined) =>
    withService(async (service) => {
      const deps: WatchDeps = {
        service,
        screen: getScreen(),
        print: printLine,
        signal: stopping.signal,
        pause: (millis, signal) => setTimeout(millis, undefined, { signal }).catch(() => {}),
      }
      await (subject === undefined ? watchRuns(deps) : watchRun(deps, subject))
    }),
  )

/** A terminal has its own width; a file or a pipe gets 100 columns without colours. */
const getScreen = (): WatchDeps['screen'] => ({
  columns: Math.max(40, Math.min(process.stdout.columns ?? 100, 120)),
  paint: process.stdout.hasColors?.() ? paintAnsi : paintNothing,
})

async function withService(work: (service: ServiceClient) => Promise<void>): Promise<void> {
  const configured = configureDatabase(process.env, (path) => readFileSync(path, 'utf8'))
  if ('faults' in configured) return reportFaults(configured.faults)
  await work(createServiceClient(configured.ok.settings))
}

/** The text of a file, or of standard input for `-`; null, and reported, if it cannot be read. */
async function readGiven(path: string): Promise<string | null> {
  try {
    return path === '-' ? await readText(process.stdin) : readFileSync(path, 'utf8')
  } catch (error) {
    reportFaults([`${path}: ${getErrorMessage(error)}`])
    return null
  }
}

async function withDatabase(
  work: (url: string, configuration: Configuration) => Promise<void>,
): Promise<void> {
  const configured = configureDatabase(process.env, (path) => readFileSync(path, 'utf8'))
  if ('faults' in configured) return reportFaults(configured.faults)
  const { databaseUrl, dataDir } = configured.ok.settings
  const embedded = databaseUrl === null ? await startEmbedded({ dataDir, log: silentLog }) : null
  try {
    await work(databaseUrl ?? embedded?.url ?? '', configured.ok)
  } finally {
    await embedded?.stop()
  }
}

function reportFaults(faults: readonly string[]): void {
  process.stderr.write(`${faults.join('\n')}\n`)
  process.exitCode = 2
}

await program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${getErrorMessage(error)}\n`)
  process.exitCode ??= 1
})
