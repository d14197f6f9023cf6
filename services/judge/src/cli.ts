import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { openDatabase } from './adapters/postgres/database.ts'
import { startEmbedded } from './adapters/postgres/embedded.ts'
import { migrate } from './adapters/postgres/migrate.ts'
import { examine } from './composition/doctor.ts'
import { type Configuration, configure, configureDatabase } from './config/configure.ts'
import { removable, retain } from './engine/retention/retain.ts'
import { messageOf } from './lib/failure.ts'

/*
 * `codex-judge`: what an operator does by hand. Every command reads the environment and the policy
 * file as the service does, and ends with 0 (as asked), 1 (failed) or 2 (the configuration is
 * wrong: every fault on standard error, one a line).
 */

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const quiet = { info: () => {}, warn: () => {} }
const stopping = new AbortController()
// A command that is busy ends with the batch in hand; a second Ctrl-C ends it at once.
process.once('SIGINT', () => {
  process.exitCode = 130
  stopping.abort()
})

const program = new Command('codex-judge')
  .description('Looks after a Codex Judge: its database, its configuration, and what it keeps.')
  .showHelpAfterError('codex-judge --help lists the commands')

program
  .command('migrate')
  .description('bring the database to the schema of this release')
  .action(() =>
    withDatabase(async (url) => {
      const applied = await migrate({ url, log: quiet })
      for (const name of applied) say(`applied ${name}`)
      say(
        applied.length === 0 ? 'nothing to do: the schema is current' : `${applied.length} applied`,
      )
    }),
  )

program
  .command('purge')
  .description(
    'remove what `retention` of the policy says is old enough; the service does the same every hour',
  )
  .option('--dry-run', 'only count it')
  .action(({ dryRun = false }: { readonly dryRun?: boolean }) =>
    withDatabase(async (url, { policy }) => {
      const { db, close } = openDatabase(url, {
        name: 'codex-judge purge',
        max: 2,
        onError: () => {},
      })
      const { retention } = policy.values
      try {
        const rows = await (dryRun
          ? removable({ db, retention })
          : retain({ db, retention }, stopping.signal))
        for (const [table, count] of Object.entries(rows))
          say(`${table}: ${count} ${dryRun ? 'would be removed' : 'removed'}`)
      } finally {
        await close()
      }
    }),
  )

program
  .command('doctor')
  .description(
    'look at the configuration, the database and every outside system, and say what to do; changes nothing',
  )
  .action(async () => {
    const configured = configure(process.env, (path) => readFileSync(path, 'utf8'))
    if ('faults' in configured) return wrong(configured.faults)
    let failed = false
    for await (const { state, system, said } of examine(configured.ok, stopping.signal)) {
      failed ||= state === 'failed'
      say(`${state.padEnd(6)}  ${system}: ${said}`)
    }
    if (failed) process.exitCode ??= 1
  })

async function withDatabase(
  work: (url: string, configuration: Configuration) => Promise<void>,
): Promise<void> {
  const configured = configureDatabase(process.env, (path) => readFileSync(path, 'utf8'))
  if ('faults' in configured) return wrong(configured.faults)
  const { databaseUrl, dataDir } = configured.ok.settings
  const embedded = databaseUrl === null ? await startEmbedded({ dataDir, log: quiet }) : null
  try {
    await work(databaseUrl ?? embedded?.url ?? '', configured.ok)
  } finally {
    await embedded?.stop()
  }
}

function wrong(faults: readonly string[]): void {
  process.stderr.write(`${faults.join('\n')}\n`)
  process.exitCode = 2
}

await program.parseAsync().catch((error: unknown) => {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode ??= 1
})
