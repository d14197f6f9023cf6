import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Arguments, readArguments, usage } from './demo/arguments.ts'
import { createNarrator, paint } from './demo/narrator.ts'
import { type Performance, perform } from './demo/perform.ts'
import { differences, outsideDifferences } from './demo/results.ts'
import { stories } from './demo/stories.ts'
import { table } from './demo/table.ts'

/*
 * `npm run demo`: the service as it is, on real messages, in a simulated world. It tells what
 * happens, checks how it ended, and serves on until Ctrl-C. Whatever it has started is stopped, and
 * whatever it has written is removed, however it ends.
 */
const narrator = createNarrator(
  () => performance.now(),
  (line) => process.stdout.write(`${line}\n`),
)
const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<number>()
process.on('SIGINT', () => interrupt(130))
process.on('SIGTERM', () => interrupt(0))
process.on('SIGHUP', () => interrupt(129))
// Whoever reads along has left, as `| head` does.
process.stdout.on('error', () => interrupt(1))

// At once: what had only begun to start when it was interrupted must not keep us.
process.exit(await main())

async function main(): Promise<number> {
  const wanted = argumentsOrFault()
  if (typeof wanted === 'string') {
    process.stderr.write(`${wanted}\n\n${usage}\n`)
    return 2
  }
  if (wanted.help) {
    narrator.say(usage)
    return 0
  }
  const stack = new AsyncDisposableStack()
  try {
    return await Promise.race([play(wanted, stack), interrupted])
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    await stack.disposeAsync()
  }
}

function argumentsOrFault(): Arguments | string {
  try {
    return readArguments(process.argv.slice(2))
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function play({ once, set }: Arguments, stack: AsyncDisposableStack): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'codex-judge-demo-'))
  stack.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  narrator.heading(
    'Codex Judge: five finished workflows, as Argo Events reports them, and what becomes of each.',
  )
  for (const { message, issue, title } of stories)
    narrator.say(`  ${message.slice(0, 2)}  #${issue}  ${title}`)
  const { PORT: port = '0' } = process.env
  const played = await perform({
    directory,
    stories,
    set,
    port,
    machine: ofTheMachine(),
    narrator,
    stack,
  })
  narrator.heading('What was decided, and why')
  narrator.say('')
  narrator.say(table(played.rows, process.stdout.columns ?? 160))
  const wrong = [...differences(stories, played.rows), ...outsideDifferences(stories, played.seen)]
  for (const difference of wrong) narrator.say(paint('red', `✗ ${difference}`))
  if (wrong.length > 0) return 1
  narrator.say(
    paint(
      'green',
      '✓ Every run ended where it should, and the outside saw of each what it should, once.',
    ),
  )
  return once ? 0 : await serveOn(played)
}

/**
 * What the service may know of the machine: nothing of the caller's that could lead it to real
 * systems.
 */
function ofTheMachine(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ']
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}

async function serveOn({ url, judge, rows, logFile }: Performance): Promise<number> {
  const person = rows.find(({ status }) => status === 'needs_human') ?? rows[0]
  const calls = [
    ['the newest runs', `curl -s '${url}/api/codex/runs/recent?limit=5'`],
    ['one run, with all it was decided from', `curl -s ${url}/api/codex/runs/${person?.runId}`],
    ['what would change its answer', `curl -s ${url}/api/codex/runs/${person?.runId}/waiting`],
    ['numbers for Prometheus', `curl -s ${url}/metrics`],
    ['the API, described', `${url}/docs`],
  ]
  narrator.heading('The service goes on serving. Try:')
  for (const [what = '', call = ''] of calls)
    narrator.say(`  ${call}  ${paint('dim', `# ${what}`)}`)
  narrator.say('')
  narrator.say(`Its log is ${logFile}. Ctrl-C stops everything.`)
  return await judge.unexpectedEnd
}
