import { existsSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, type StoryOptions, startStory } from '../harness/story.ts'

/* Tests of the console in a real browser, against the real service and the simulated systems. */

const CHROMIUM = '/usr/bin/chromium'
const hasChromium = existsSync(CHROMIUM)
if (!hasChromium) console.warn(`${CHROMIUM} is missing: the tests of the console are skipped.`)

const launchArguments = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Adds up how much of the page moved by itself, as browsers report it to be judged by. */
const MEASURE_SHIFTS = `
  window.shifted = 0
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries())
      if (!hadRecentInput) window.shifted += value
  }).observe({ type: 'layout-shift', buffered: true })`

/** How much of the page has moved by itself since it was loaded; 0 is nothing. */
export const readShift = (page: Page): Promise<number> => page.evaluate<number>('window.shifted')

export const sizes = {
  phone: { width: 360, height: 740 },
  desktop: { width: 1280, height: 900 },
  wall: { width: 3840, height: 2160 },
} as const

export interface PageOptions {
  readonly size?: keyof typeof sizes
  readonly theme?: 'light' | 'dark'
  /** What the browser may report, such as answers with an error status that a test provokes. */
  readonly expects?: RegExp
}

/** What a test of the console works with. */
export interface ConsoleTools {
  readonly story: Story
  /** Opens a page of the console in a new browser window of its own. */
  readonly open: (path: string, options?: PageOptions) => Promise<Page>
  /** The wire between the browser and the service, which can be cut. */
  readonly wire: Wire
}

type Declare = (
  consoleTest: (name: string, body: (tools: ConsoleTools) => Promise<void>) => void,
) => void

/**
 * Tests that share one service and one browser, one after the other. `prepare` makes what the
 * pages show. Every test fails if the browser reports an error or a warning, or if a page asks
 * another origin for anything.
 */
export function consoleGroup(
  title: string,
  options: StoryOptions,
  prepare: (story: Story) => Promise<void>,
  declare: Declare,
): void {
  describe.skipIf(!hasChromium)(title, () => {
    const shared = new AsyncDisposableStack()
    let started: { readonly story: Story; readonly browser: Browser; readonly wire: Wire } | null =
      null
    beforeAll(async () => {
      const { story, end } = await startStory({ webhooks: true, ...options })
      shared.defer(end)
      const wire = await layWire(story)
      shared.defer(wire.close)
      const browser = await chromium.launch({ executablePath: CHROMIUM, args: launchArguments })
      shared.defer(() => browser.close())
      await awaitBuild(story)
      await prepare(story)
      started = { story, browser, wire }
    })
    afterAll(() => shared.disposeAsync())
    declare((name, body) => {
      test(name, async () => {
        if (started === null) throw new Error('the service did not start')
        const { story, browser, wire } = started
        const reports: string[] = []
        const contexts: BrowserContext[] = []
        const open: ConsoleTools['open'] = async (path, pageOptions = {}) => {
          const { size = 'desktop', theme = 'light', expects } = pageOptions
          const context = await browser.newContext({ viewport: sizes[size], colorScheme: theme })
          contexts.push(context)
          await context.grantPermissions(['clipboard-read', 'clipboard-write'])
          await context.addInitScript(MEASURE_SHIFTS)
          const page = await context.newPage()
          watch(page, wire.url, expects, reports)
          await page.goto(wire.url + path)
          await page.locator('h1').first().waitFor()
          return page
        }
        try {
          await body({ story, open, wire })
        } finally {
          wire.mend()
          await Promise.all(contexts.map((context) => context.close()))
        }
        expect(reports).toEqual([])
      })
    })
  })
}

/** The first start after a change of the console's sources builds it. */
const awaitBuild = ({ serviceUrl }: Story): Promise<unknown> =>
  eventually('the build of the console', async () => {
    const { status } = await fetch(serviceUrl(), { headers: { accept: 'text/html' } })
    return status === 200 ? status : null
  })

/** Collects what must not happen on any page. */
function watch(page: Page, origin: string, expects: RegExp | undefined, reports: string[]): void {
  const report = (text: string) => {
    if (expects?.test(text) !== true) reports.push(text)
  }
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) report(`console: ${message.text()}`)
  })
  page.on('pageerror', ({ message }) => report(`error: ${message}`))
  page.on('dialog', (dialog) => {
    report(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) report(`another origin: ${request.url()}`)
  })
}

/** What is different in another size or theme; everything else is the same page. */
const looks = ['color-contrast', 'target-size', 'scrollable-region-focusable']

/** Fails if axe finds anything on the page; with `looks`, of what sizes and themes change. */
async function expectNoFinding(page: Page, only: 'all' | 'looks'): Promise<void> {
  const builder = new AxeBuilder({ page })
  if (only === 'looks') builder.withRules(looks)
  else builder.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
  const { violations } = await builder.analyze()
  const found = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
  )
  expect(found, page.url()).toEqual([])
}

/**
 * Fails if axe finds anything on the page as it is shown, in any of the sizes and both themes, or
 * if the page scrolls sideways in any.
 */
export async function expectAccessible(page: Page): Promise<void> {
  let isFirst = true
  for (const size of ['desktop', 'phone', 'wall'] as const)
    for (const colorScheme of size === 'wall'
      ? (['dark'] as const)
      : (['light', 'dark'] as const)) {
      await page.setViewportSize(sizes[size])
      await page.emulateMedia({ colorScheme })
      await expectNoFinding(page, isFirst ? 'all' : 'looks')
      isFirst = false
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect(overflow, `${page.url()} scrolls sideways at ${size}`).toBe(0)
    }
}

/** A connection from the browser to the service, on which both think that they talk directly. */
export interface Wire {
  readonly url: string
  /** Ends every connection, and refuses new ones until `mend`. */
  readonly cut: () => void
  readonly mend: () => void
  readonly close: () => Promise<void>
}

async function layWire(story: Story): Promise<Wire> {
  const sockets = new Set<Socket>()
  let isCut = false
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy()
    const { hostname, port } = new URL(story.serviceUrl())
    const onward = connect(Number(port), hostname)
    for (const each of [socket, onward]) {
      sockets.add(each)
      each.on('error', () => {})
      each.on('close', () => {
        sockets.delete(each)
        socket.destroy()
        onward.destroy()
      })
    }
    socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const endAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${port}`,
    cut: () => {
      isCut = true
      endAll()
    },
    mend: () => {
      isCut = false
    },
    close: () =>
      new Promise((done) => {
        endAll()
        server.close(() => done())
      }),
  }
}
