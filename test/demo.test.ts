import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, type TestContext, test } from 'vitest'
import { parse } from 'yaml'
import { differences, outsideDifferences, type Row } from '../scripts/demo/results.ts'
import { shortPolicy } from '../scripts/demo/short-policy.ts'
import { stories } from '../scripts/demo/stories.ts'

const root = resolve(import.meta.dirname, '..')

/** How long the demo may take here, where other tests run beside it. */
const limit = 150_000

interface Started {
  readonly said: () => string
  readonly interrupt: () => void
  readonly ended: Promise<number | null>
  /** Where it puts what it must remove again. */
  readonly temporary: string
}

/** Runs the demo as a process, with a temporary directory of its own to look into afterwards. */
function demo(
  { onTestFinished }: TestContext,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Started {
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
  return { said: () => text, interrupt: () => child.kill('SIGINT'), ended, temporary }
}

/** Rows of the table: what stands in its columns before the last. */
const tableIn = (said: string): readonly string[] =>
  said.split('\n').flatMap((line) => {
    const [, issue, attempt, status, reason] =
      /(#\d+) +(\d) +([a-z_]+) +([a-z_]+) {2}/.exec(line) ?? []
    return issue === undefined ? [] : [`${issue} ${attempt} ${status} ${reason}`]
  })

test('the five messages end where their stories say, and nothing stays behind', {
  timeout: limit,
  concurrent: true,
}, async (context) => {
  const { said, ended, temporary } = demo(context, ['--once'])
  expect({ code: await ended, said: said() }).toMatchObject({ code: 0 })
  expect(tableIn(said())).toEqual([
    '#2125 1 completed accepted',
    '#2133 1 completed accepted',
    '#2135 1 needs_iteration review_threads_open',
    '#2135 2 completed accepted',
    '#2126 1 needs_iteration workflow_failed',
    '#2126 2 completed accepted',
    '#2137 1 needs_human merge_conflict',
  ])
  expect(said()).toContain('a duplicate, nothing changes')
  expect(said()).toContain('⚠️ Codex needs human help for acme/widgets#2137.')
  // No colours where nobody looks.
  expect(said()).not.toContain('\u001b[')
  expect(readdirSync(temporary)).toEqual([])
})

test('a run that ends elsewhere than it should fails the demo, which names it', {
  timeout: limit,
  concurrent: true,
}, async (context) => {
  const { said, ended } = demo(context, [
    '--once',
    '--set',
    'ci.rerun_failed_once=false',
    '--set',
    'attempts.max=1',
  ])
  expect(await ended).toBe(1)
  expect(said()).toContain(
    '✗ #2133, attempt 1: it should have ended as completed / accepted, but is needs_human',
  )
})

test('it serves on until Ctrl-C, answers what it says one can ask, and then stops all it has started', {
  timeout: limit,
  concurrent: true,
}, async (context) => {
  const { said, interrupt, ended, temporary } = demo(context, [])
  const urls = await new Promise<readonly string[]>((done, fail) => {
    const looking = setInterval(() => {
      if (!said().includes('Ctrl-C stops everything')) return
      clearInterval(looking)
      done([...said().matchAll(/curl -s '?(http[^ ']+)/g)].map(([, url]) => url ?? ''))
    }, 50)
    ended.then(() => fail(new Error(said())), fail).finally(() => clearInterval(looking))
  })
  expect(urls.length).toBeGreaterThanOrEqual(4)
  for (const url of urls) expect([url, (await fetch(url)).status]).toEqual([url, 200])
  interrupt()
  expect(await ended).toBe(130)
  expect(readdirSync(temporary)).toEqual([])
  await expect(fetch(urls[0] ?? '')).rejects.toThrow()
})

test('a service that cannot start is explained', {
  timeout: limit,
  concurrent: true,
}, async (context) => {
  const taken = createServer().listen(0, '127.0.0.1')
  context.onTestFinished(() => void taken.close())
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { said, ended, temporary } = demo(context, ['--once'], { PORT: String(port) })
  expect(await ended).toBe(1)
  expect(said()).toContain('EADDRINUSE')
  expect(readdirSync(temporary)).toEqual([])
})

test('an argument nobody knows is refused with what would be right', {
  timeout: limit,
  concurrent: true,
}, async (context) => {
  const { said, ended } = demo(context, ['--twice'])
  expect(await ended).toBe(2)
  expect(said()).toContain('--twice')
  expect(said()).toContain('npm run demo')
})

const rightRows: readonly Row[] = stories.flatMap(({ issue, title: story, ends }) =>
  ends.map((end) => ({ ...end, issue, story, runId: 'a run', because: 'of something' })),
)

test('the table is right only if every run is where it should be and none is beside them', () => {
  expect(differences(stories, rightRows)).toEqual([])
  for (const [index, row] of rightRows.entries()) {
    const withRow = (other: Partial<Row>) => rightRows.with(index, { ...row, ...other })
    const name = `#${row.issue}, attempt ${row.attempt}: `
    for (const wrong of [
      withRow({ status: 'superseded' }),
      withRow({ reason: 'decided_by_person' }),
      withRow({ attemptsUsed: row.attemptsUsed + 1 }),
      rightRows.toSpliced(index, 1),
    ]) {
      const said = differences(stories, wrong)
      expect(said).toHaveLength(1)
      expect(said[0]).toContain(name)
    }
  }
  const third = { ...rightRows[0], issue: 2125, attempt: 2 } as Row
  expect(differences(stories, [...rightRows, third])).toHaveLength(1)
})

test('what the outside saw too often or not at all is named', () => {
  const right = (issue: number) => stories.find((story) => story.issue === issue)?.seen
  const none = { dispatches: 0, reruns: 0, successMessages: 0, escalationMessages: 0 }
  expect(outsideDifferences(stories, (issue) => right(issue) ?? none)).toEqual([])
  expect(
    outsideDifferences(stories, (issue) => ({ ...none, ...right(issue), reruns: 2 })),
  ).toHaveLength(5)
})

test('the policy of the demo is the shipped one, but for times that are shorter', () => {
  const shipped = readFileSync(join(root, 'config/policy.yml'), 'utf8')
  const leaves = (value: unknown, path = ''): readonly (readonly [path: string, leaf: string])[] =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value).flatMap(([key, inner]) =>
          leaves(inner, path === '' ? key : `${path}.${key}`),
        )
      : [[path, JSON.stringify(value)]]
  const before = new Map(leaves(parse(shipped)))
  const after = leaves(parse(shortPolicy(shipped, [['attempts.max', '1']])))
  expect(after.map(([path]) => path)).toEqual([...before.keys()])
  const other = after.filter(([path, leaf]) => before.get(path) !== leaf)
  expect(other).toContainEqual(['attempts.max', '1'])
  expect(
    other.filter(([path, leaf]) => path !== 'attempts.max' && !/^\[?"\d+s"\]?$/.test(leaf)),
  ).toEqual([])
})
