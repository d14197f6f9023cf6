import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DemoArguments, parseArguments, USAGE } from './demo/arguments.ts'
import { createNarrator, type Narrator, paint } from './demo/narrator.ts'
import { drawTerminal, PICTURE_COLUMNS, selectScenes } from './demo/picture.ts'
import { findDifferences, findUnexpectedEffects } from './demo/results.ts'
import { runStories, type StoryResults } from './demo/run-stories.ts'
import { stories } from './demo/stories.ts'
import { formatTable } from './demo/table.ts'

/*
 * `npm run demo`: the real service with real messages and simulated external systems. It narrates
 * what happens, checks the results, and keeps the service running until Ctrl-C. It always stops
 * what it has started and removes what it has written.
 */
const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<number>()
process.on('SIGINT', () => interrupt(130))
process.on('SIGTERM', () => interrupt(0))
process.on('SIGHUP', () => interrupt(129))
// The reader has left, as in `| head`.
process.stdout.on('error', () => interrupt(1))

/** The issue whose story the picture shows. */
const PICTURE_ISSUE = 2135

// Exits at once, because something may still be starting after an interrupt.
process.exit(await main())

async function main(): Promise<number> {
  const args = parseOrExplain()
  if (typeof args === 'string') {
    process.stderr.write(`${args}\n\n${USAGE}\n`)
    return 2
  }
  if (args.help) {
    process.stdout.write(`${USAGE}\n`)
    return 0
  }
  const stack = new AsyncDisposableStack()
  try {
    return await Promise.race([play(args, stack), interrupted])
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    await stack.disposeAsync()
  }
}

function parseOrExplain(): DemoArguments | string {
  try {
    return parseArguments(process.argv.slice(2))
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function play(args: DemoArguments, stack: AsyncDisposableStack): Promise<number> {
  const { once, set, picture } = args
  const directory = await mkdtemp(join(tmpdir(), 'codex-judge-demo-'))
  stack.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
  const { narrator, columns, lines } = createOutput(picture !== null)
  narrator.printHeading('Codex Judge decides about five finished workflows of a coding agent.')
  for (const { message, issue, title } of stories)
    narrator.print(`  ${message.slice(0, 2)}  #${issue}  ${title}`)
  const { PORT: port = '0' } = process.env
  const machine = selectEnvironment()
  const results = await runStories({ directory, stories, set, port, machine, narrator, stack })
  narrator.printHeading('What was decided, and why')
  narrator.print('')
  narrator.print(formatTable(results.rows, columns))
  const differences = [
    ...findDifferences(stories, results.rows),
    ...findUnexpectedEffects(stories, results.countSeen),
  ]
  for (const difference of differences) narrator.print(paint('red', `✗ ${difference}`))
  if (differences.length > 0) return 1
  narrator.print(paint('green', '✓ Every run ended as expected, and every effect was seen once.'))
  if (picture !== null) await writePicture(picture, lines)
  return once ? 0 : await keepServing(results, narrator)
}

/** A narrator on standard output, and the printed lines. */
function createOutput(isPicture: boolean) {
  // A picture has colours and a fixed width, whatever standard output is.
  if (isPicture) process.env.FORCE_COLOR = '1'
  const { isTTY, columns: terminalColumns } = process.stdout
  const columns = isPicture ? PICTURE_COLUMNS : (terminalColumns ?? 160)
  const lines: string[] = []
  const narrator = createNarrator({
    now: () => performance.now(),
    write: (text) => {
      lines.push(...text.split('\n'))
      process.stdout.write(`${text}\n`)
    },
    // Some signs are wider than a column.
    ...(isPicture || isTTY ? { columns: columns - 2 } : {}),
  })
  return { narrator, columns, lines: lines as readonly string[] }
}

async function writePicture(path: string, lines: readonly string[]): Promise<void> {
  const prompt = `${paint('green', '$')} npm run demo`
  const scenes = [prompt, ...selectScenes(lines, PICTURE_ISSUE)]
  await writeFile(path, drawTerminal('npm run demo', scenes))
}

/** The variables of the machine, and nothing that could lead the service to real systems. */
function selectEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ']
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}

async function keepServing(
  { url, judge, rows, logFile }: StoryResults,
  narrator: Narrator,
): Promise<number> {
  const run = rows.find(({ status }) => status === 'needs_human') ?? rows[0]
  const calls = [
    ['the console, in a browser', url],
    ['the newest runs', `curl -s '${url}/api/codex/runs/recent?limit=5'`],
    ['one run with its evidence', `curl -s ${url}/api/codex/runs/${run?.runId}`],
    ['what it waits for', `curl -s ${url}/api/codex/runs/${run?.runId}/waiting`],
    ['metrics for Prometheus', `curl -s ${url}/metrics`],
    ['the API documentation', `${url}/docs`],
  ]
  narrator.printHeading('The service keeps running. Try:')
  for (const [what = '', call = ''] of calls)
    narrator.print(`  ${call}  ${paint('dim', `# ${what}`)}`)
  narrator.print('')
  narrator.print(`Its log is ${logFile}. Ctrl-C stops everything.`)
  return await judge.unexpectedEnd
}
