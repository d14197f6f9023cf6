import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, type TestContext, test } from 'vitest'
import { parse } from 'yaml'
import { findDifferences, findUnexpectedEffects, type ResultRow } from '../scripts/demo/results.ts'
import { shortenPolicy } from '../scripts/demo/short-policy.ts'
import { stories } from '../scripts/demo/stories.ts'

const root = resolve(import.meta.dirname, '..')

/** Long enough for a machine that runs other tests at the same time. */
const TIMEOUT_MS = 150_000

interface DemoProcess {
  readonly output: () => string
  readonly interrupt: () => void
  readonly ended: Promise<number | null>
  /** The directory for its temporary files, which it must leave empty. */
  readonly temporary: string
}

/** Starts the demo as a process with an own temporary directory. */
function startDemo(
  { onTestFinished }: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): DemoProcess {
  const temporary = mkdtempSync(join(tmpdir(), 'demo-test-'))
  const child = spawn(process.execPath, ['scripts/demo.ts', ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: temporary, ...env },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (text += String(chunk)))
  onTestFinished(() => {
    child.kill('SIGTERM')
    rmSync(temporary, { recursive: true, force: true })
  })
  const ended = once(child, 'close').then(([code]): number | null => code)
  return { output: () => text, interrupt: () => child.kill('SIGINT'), ended, temporary }
}

const readRepositoryFile = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Issue, attempt, status and reason of the table's rows. */
const readTable = (text: string): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const [, ...cells] =
      /(#\d+)[ |]+(\d)[ |]+`?([a-z_]+)`?[ |]+`?([a-z_]+)`?(?: {2}| \|$)/.exec(line) ?? []
    return cells.length === 0 ? [] : [cells.join(' ')]
  })

/** Without times, which commits were made, and what did not fit into a line. */
const normalize = (event: string): string =>
  event
    .replace(/^ *\d+\.\ds /, '')
    .replace(/ +/g, ' ')
    .replace(/\b[0-9a-f]{7}\b/g, 'COMMIT')
    .replace(/\b[0-9a-f]+…$|…$/, '')
    .trim()

/** The events of a text that occur in every run, however fast the machine is. */
const readEvents = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => /^ *\d+\.\ds #\d+ /.test(line))
    .map(normalize)
    .filter((event) => !/ github |waiting_for_/.test(event))

/** The lines of the picture; the parts of a line have the same `y`. */
const readPicture = (svg: string): string =>
  [...Map.groupBy(svg.matchAll(/<text[^>]* y="(\d+)"[^>]*>([^<]*)<\/text>/g), ([, y]) => y)]
    .map(([, parts]) => parts.map(([, , text]) => text).join(' '))
    .join('\n')
    .replaceAll(' :', ':')

test('the five runs end as their stories say, README shows it, and no files remain', {
  timeout: TIMEOUT_MS,
  concurrent: true,
}, async (context) => {
  const { output, ended, temporary } = startDemo(context, ['--once'])
  expect({ code: await ended, output: output() }).toMatchObject({ code: 0 })
  const expected = [
    '#2125 1 completed accepted',
    '#2133 1 completed accepted',
    '#2135 1 needs_iteration review_threads_open',
    '#2135 2 completed accepted',
    '#2126 1 needs_iteration workflow_failed',
    '#2126 2 completed accepted',
    '#2137 1 needs_human merge_conflict',
  ]
  expect(readTable(output())).toEqual(expected)
  expect(output()).toContain('202, duplicate')
  expect(output()).toContain('⚠️ Codex needs human help for acme/widgets#2137.')
  // There are no colours without a terminal.
  expect(output()).not.toContain('\u001b[')
  expect(readdirSync(temporary)).toEqual([])

  const readme = readRepositoryFile('README.md')
  const picture = readPicture(readRepositoryFile('docs/demo.svg'))
  expect(readTable(readme)).toEqual(expected)
  const events = readEvents(output())
  for (const [name, minimum, shown] of [
    ['README.md', 8, readEvents(readme)],
    ['docs/demo.svg', 15, readEvents(picture)],
  ] as const) {
    expect(shown.length, name).toBeGreaterThanOrEqual(minimum)
    const unknown = shown.filter((text) => !events.some((event) => event.startsWith(text)))
    expect(unknown, `${name} is stale: npm run demo -- --picture docs/demo.svg`).toEqual([])
  }
})

test('the demo fails and names the run if a run does not end as expected', {
  timeout: TIMEOUT_MS,
  concurrent: true,
}, async (context) => {
  const { output, ended } = startDemo(context, [
    '--once',
    '--set',
    'ci.rerun_failed_once=false',
    '--set',
    'attempts.max=1',
  ])
  expect(await ended).toBe(1)
  expect(output()).toContain('✗ #2133, attempt 1: expected completed / accepted, got needs_human')
})

test('it keeps running until Ctrl-C, its suggested calls work, and then it stops everything', {
  timeout: TIMEOUT_MS,
  concurrent: true,
}, async (context) => {
  const { output, interrupt, ended, temporary } = startDemo(context, [])
  const urls = await new Promise<readonly string[]>((done, fail) => {
    const polling = setInterval(() => {
      if (!output().includes('Ctrl-C stops everything')) return
      clearInterval(polling)
      done([...output().matchAll(/curl -s '?(http[^ ']+)/g)].map(([, url]) => url ?? ''))
    }, 50)
    ended.then(() => fail(new Error(output())), fail).finally(() => clearInterval(polling))
  })
  expect(urls.length).toBeGreaterThanOrEqual(4)
  for (const url of urls) expect([url, (await fetch(url)).status]).toEqual([url, 200])
  interrupt()
  expect(await ended).toBe(130)
  expect(readdirSync(temporary)).toEqual([])
  await expect(fetch(urls[0] ?? '')).rejects.toThrow()
})

test('the demo says why its service cannot start', {
  timeout: TIMEOUT_MS,
  concurrent: true,
}, async (context) => {
  const taken = createServer().listen(0, '127.0.0.1')
  context.onTestFinished(() => void taken.close())
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { output, ended, temporary } = startDemo(context, ['--once'], { PORT: String(port) })
  expect(await ended).toBe(1)
  expect(output()).toContain('EADDRINUSE')
  expect(readdirSync(temporary)).toEqual([])
})

test('an unknown argument is refused with the usage', {
  timeout: TIMEOUT_MS,
  concurrent: true,
}, async (context) => {
  const { output, ended } = startDemo(context, ['--twice'])
  expect(await ended).toBe(2)
  expect(output()).toContain('--twice')
  expect(output()).toContain('npm run demo')
})

const rightRows: readonly ResultRow[] = stories.flatMap(({ issue, title: story, ends }) =>
  ends.map((end) => ({ ...end, issue, story, runId: 'a run', because: 'of something' })),
)

test('every run that ends differently, is missing or is unexpected is named', () => {
  expect(findDifferences(stories, rightRows)).toEqual([])
  for (const [index, row] of rightRows.entries()) {
    const withRow = (other: Partial<ResultRow>) => rightRows.with(index, { ...row, ...other })
    const name = `#${row.issue}, attempt ${row.attempt}: `
    for (const wrong of [
      withRow({ status: 'superseded' }),
      withRow({ reason: 'decided_by_person' }),
      withRow({ attemptsUsed: row.attemptsUsed + 1 }),
      rightRows.toSpliced(index, 1),
    ]) {
      const differences = findDifferences(stories, wrong)
      expect(differences).toHaveLength(1)
      expect(differences[0]).toContain(name)
    }
  }
  const third = { ...rightRows[0], issue: 2125, attempt: 2 } as ResultRow
  expect(findDifferences(stories, [...rightRows, third])).toHaveLength(1)
})

test('every effect that was seen too often or not at all is named', () => {
  const right = (issue: number) => stories.find((story) => story.issue === issue)?.seen
  const none = { dispatches: 0, reruns: 0, successMessages: 0, escalationMessages: 0 }
  expect(findUnexpectedEffects(stories, (issue) => right(issue) ?? none)).toEqual([])
  expect(
    findUnexpectedEffects(stories, (issue) => ({ ...none, ...right(issue), reruns: 2 })),
  ).toHaveLength(5)
})

test('the policy of the demo is the shipped one with shorter times', () => {
  const shipped = readRepositoryFile('config/policy.yml')
  const leaves = (value: unknown, path = ''): readonly (readonly [path: string, leaf: string])[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) =>
          leaves(inner, path === '' ? key : `${path}.${key}`),
        )
      : [[path, JSON.stringify(value)]]
  const before = new Map(leaves(parse(shipped)))
  const after = leaves(parse(shortenPolicy(shipped, [['attempts.max', '1']])))
  expect(after.map(([path]) => path)).toEqual([...before.keys()])
  const other = after.filter(([path, leaf]) => before.get(path) !== leaf)
  expect(other).toContainEqual(['attempts.max', '1'])
  expect(
    other.filter(([path, leaf]) => path !== 'attempts.max' && !/^\[?"\d+s"\]?$/.test(leaf)),
  ).toEqual([])
})
