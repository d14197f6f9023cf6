import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { createNarrator } from './demo/narrator.ts'
import { runStories } from './demo/run-stories.ts'
import { stories } from './demo/stories.ts'

/*
 * `npm run pictures`: draws the main pages of the console from the demo's data into docs/pictures.
 * Look at them before they are committed.
 */

const CHROMIUM = '/usr/bin/chromium'
const folder = resolve(import.meta.dirname, '../docs/pictures')

interface Picture {
  readonly file: string
  readonly path: string
  readonly theme: 'light' | 'dark'
  readonly width: number
  readonly height: number
  /** Shown once the page is complete. */
  readonly complete: string
}

if (!existsSync(CHROMIUM)) {
  process.stderr.write(`${CHROMIUM} is missing; install it with apt-get install chromium.\n`)
  process.exit(1)
}
await using stack = new AsyncDisposableStack()
const directory = await mkdtemp(join(tmpdir(), 'codex-judge-pictures-'))
stack.defer(() => rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }))
const { url, rows } = await runStories({
  directory,
  stories,
  set: [],
  port: '0',
  machine: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
  narrator: createNarrator({ now: () => performance.now(), write: () => {} }),
  stack,
})
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
stack.defer(() => browser.close())
const findRun = (status: string): string => {
  const row = rows.find((each) => each.status === status)
  return `/runs/${row?.runId ?? ''}`
}
const wide = { width: 1280, height: 900 }
const phone = { width: 360, height: 740 }
const pictures: readonly Picture[] = [
  { file: 'runs', path: '/', theme: 'light', ...wide, complete: '[data-run]' },
  { file: 'run', path: findRun('needs_iteration'), theme: 'light', ...wide, complete: '#why h3' },
  {
    file: 'run-phone',
    path: findRun('needs_iteration'),
    theme: 'dark',
    ...phone,
    complete: '#why h3',
  },
  { file: 'inbox', path: '/inbox', theme: 'dark', ...wide, complete: 'fieldset label' },
  { file: 'insights', path: '/insights', theme: 'light', ...wide, complete: 'main svg g' },
]
await mkdir(folder, { recursive: true })
for (const picture of pictures) {
  await draw(browser, picture)
  console.log(`docs/pictures/${picture.file}.png`)
}

/** Draws what a reader sees first on a page. */
async function draw(browser: Browser, picture: Picture): Promise<void> {
  const { file, path, theme, width, height, complete } = picture
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme })
  const page = await context.newPage()
  // Until the console is built its pages are another one, which loads itself again.
  await page.goto(url + path)
  await page.locator(complete).first().waitFor({ timeout: 120_000 })
  await page.evaluate('document.fonts.ready')
  await page.screenshot({ path: join(folder, `${file}.png`), animations: 'disabled' })
  await context.close()
}
