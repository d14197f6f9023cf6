import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findBuild } from '../../services/console/build.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, startStory } from '../harness/story.ts'

/* How the service serves the console's files; needs no browser. */

let started: { readonly story: Story; readonly end: () => Promise<void> }
beforeAll(async () => {
  started = await startStory({})
  await eventually('the build of the console', async () => (await ask('/')).status === 200 || null)
})
afterAll(() => started.end())

const ask = (path: string, headers: Readonly<Record<string, string>> = { accept: 'text/html' }) =>
  fetch(started.story.serviceUrl() + path, { headers })

const id = '01890000-0000-7000-8000-000000000000'

test.each([
  ['/'],
  [`/runs/${id}`],
  ['/runs/nonsense'],
  ['/issues/acme/widgets/7?compare=1,2'],
  ['/inbox'],
  [`/inbox/${id}`],
  ['/insights'],
  ['/agents'],
  ['/quarantine'],
  ['/policy?repository=acme/widgets'],
  ['/sign-in?to=/inbox'],
])('%s is a page, which is never kept without asking', async (path) => {
  for (const accept of ['text/html,application/xhtml+xml;q=0.9', '*/*']) {
    const answer = await ask(path, { accept })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(await answer.text()).toContain('<div id="root">')
  }
})

test('a page loads only our own files, and nothing inline', async () => {
  const answer = await ask('/')
  expect(answer.headers.get('content-security-policy')).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
      "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  )
  const html = await answer.text()
  expect(html).not.toMatch(/<style|style=|<script(?![^>]*\bsrc="\/assets\/)| on\w+=|https?:\/\//)
})

test('programs get the problem documents that they got before there were pages', async () => {
  for (const [path, accept] of [
    [`/runs/${id}`, 'application/json'],
    ['/', 'application/json'],
    ['/nowhere', '*/*'],
    ['/api/nowhere', 'text/html'],
    [`/api/codex/runs/${id}`, 'text/html'],
    ['/assets/nowhere.js', 'text/html'],
    ['/assets/..%2findex.html', 'text/html'],
    ['/assets/..%2f..%2f..%2f..%2fpackage.json', 'text/html'],
  ] as const) {
    const answer = await ask(path, { accept })
    expect([path, answer.status]).toEqual([path, expect.toSatisfy((status) => status >= 400)])
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  }
})

test('an unknown address is a page that says so, with the status of one', async () => {
  const answer = await ask('/nowhere')
  expect(answer.status).toBe(404)
  expect(await answer.text()).toContain('<div id="root">')
})

test('a file of the pages is kept for ever, and compressed as the browser likes', async () => {
  const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(await (await ask('/')).text()) ?? []
  const plain = await ask(script, { 'accept-encoding': 'identity' })
  expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect(plain.headers.get('content-type')).toMatch(/^(?:text|application)\/javascript/)
  for (const encoding of ['br', 'gzip']) {
    const packed = await ask(script, { 'accept-encoding': encoding })
    expect(packed.headers.get('content-encoding')).toBe(encoding)
    expect(Number(packed.headers.get('content-length'))).toBeLessThan(
      Number(plain.headers.get('content-length')) / 2,
    )
  }
})

/** What Vite writes about each source: its file, and the sources that it needs. */
interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
}

const MAX_FIRST_LOAD_BYTES = 300_000

test.each([['src/runs/runs-page.tsx'], ['src/run/run-page.tsx']])(
  'the first load with %s is at most 300 kB of compressed script',
  async (page) => {
    const folder = (await findBuild()) ?? ''
    const chunks: Record<string, Chunk> = JSON.parse(
      readFileSync(join(folder, 'manifest.json'), 'utf8'),
    )
    const needed = new Set<string>()
    const add = (name: string): void => {
      if (needed.has(name)) return
      needed.add(name)
      for (const other of chunks[name]?.imports ?? []) add(other)
    }
    for (const name of ['index.html', page]) add(name)
    expect(chunks[page]).toBeDefined()
    const bytes = [...needed].reduce(
      (sum, name) => sum + readFileSync(join(folder, `${chunks[name]?.file}.gz`)).length,
      0,
    )
    expect(bytes).toBeGreaterThan(50_000)
    expect(bytes).toBeLessThanOrEqual(MAX_FIRST_LOAD_BYTES)
  },
)
