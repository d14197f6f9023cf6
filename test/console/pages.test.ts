import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import type { Story } from '../harness/story.ts'
import { type ConsoleTools, consoleGroup, expectAccessible, readShift } from './console-pages.ts'

const runIntoConflict = async ({ agent, github, run }: Story, issue: number, title: string) => {
  await agent.finishes({ issue, title }, ({ pull }) => {
    passChecksAndReview(github, pull)
    github.conflict(pull)
  })
  return run(issue).ends('needs_human', 'merge_conflict')
}

const complete = async ({ agent, github, run }: Story, issue: number, title: string) => {
  await agent.finishes({ issue, title }, ({ pull }) => passChecksAndReview(github, pull))
  return run(issue).ends('completed', 'accepted')
}

/** Markup, scripts, and characters that hide or turn text around. */
const HOSTILE =
  '<img src=x onerror="alert(1)"><script>alert(2)</script> [x](javascript:alert(3)) \u202Egnp.exe\u200B &lt;'

const prepare = async (story: Story) => {
  await complete(story, 1, 'Name the store in upload errors')
  await complete(story, 2, HOSTILE)
  for (const issue of [3, 4, 5])
    await runIntoConflict(story, issue, `Widget ${issue} loses its name`)
  await story.agent.finishes({ issue: 6, title: 'Cache the widget index on disk' }, ({ pull }) =>
    story.github.checks(pull).start('unit'),
  )
  await story.run(6).waitsIn('waiting_for_ci')
  await story.post('/api/codex/run-complete', '{"repository": nonsense}')
}

const getQuestions = async ({ get }: Story, state: string) =>
  (await get(`/api/codex/escalations?state=${state}`)).escalations as readonly {
    readonly id: string
    readonly issueNumber: number
    readonly answer: { readonly option?: string; readonly note?: string } | null
  }[]

/** The pages, and what shows that one is complete. */
const pages: readonly (readonly [path: string, complete: string])[] = [
  ['/', '[data-run]'],
  ['/?status=completed', '[data-run]'],
  ['/inbox', 'main li input[type=checkbox]'],
  ['/agents', 'main :is(.empty, li)'],
  ['/quarantine', 'summary'],
  ['/sign-in', 'main .button'],
  ['/nowhere', 'main .button'],
]

consoleGroup('the console', { policy: { ci: { wait: '10m' } } }, prepare, (consoleTest) => {
  consoleTest('the list says what each run waits for or why it ended', async ({ open }) => {
    const page = await open('/')
    const rows = page.locator('[data-run]')
    await rows.first().waitFor()
    expect(await page.locator('main h2').allInnerTexts()).toEqual([
      'Needs a person',
      'In progress',
      'Today',
    ])
    const texts = await rows.allInnerTexts()
    expect(texts.find((text) => text.includes('#3'))).toMatch(/Needs a person · .*conflicts/)
    expect(texts.find((text) => text.includes('#6'))).toMatch(/Waiting for CI · .*unit/)
    expect(texts.find((text) => text.includes('#1\n'))).toMatch(/Completed · every gate passed/)
  })

  consoleTest('axe finds nothing on any page, in any size and theme', async ({ open }) => {
    // A status that is an error is logged by the browser.
    const page = await open('/', { expects: /404/ })
    for (const [path, complete] of pages) {
      await page.goto(new URL(path, page.url()).href)
      await page.locator(complete).first().waitFor()
      await expectAccessible(page)
    }
  })

  consoleTest('nothing on a page moves while it is loaded', async ({ open }) => {
    for (const size of ['desktop', 'phone'] as const)
      for (const [path, complete] of pages.slice(0, 5)) {
        const page = await open(path, { size })
        await page.locator(complete).first().waitFor()
        await page.getByRole('link', { name: /^Inbox\s*3/ }).waitFor()
        expect(await readShift(page), `${path} at ${size}`).toBeLessThanOrEqual(0.02)
        await page.context().close()
      }
  })

  consoleTest('every filter is a token, is in the address, and is taken back', async ({ open }) => {
    const page = await open('/')
    await page.keyboard.press('f')
    await page.keyboard.type('status:compl')
    await page.getByRole('option', { name: 'status:completed' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.type('acme/widgets')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\?status=completed&repository=acme\/widgets$/)
    await page.getByText('Showing 2 of 2').waitFor()
    expect(await page.locator('[data-run]').count()).toBe(2)
    await page.keyboard.press('Backspace')
    await page.waitForURL(/\?status=completed$/)
    await page.keyboard.type('status:nonsense')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('There is no “nonsense”').waitFor()
    await page.goto(new URL('/?repository=acme/none', page.url()).href)
    await page.getByText('No run matches.').waitFor()
    await page.getByRole('link', { name: 'Clear filters' }).click()
    await page.locator('[data-run]').first().waitFor()
  })

  consoleTest(
    'markup and hidden characters of others are shown as text',
    async ({ open, story }) => {
      const bad = await story.post('/api/codex/run-complete', `{"repository": "${HOSTILE}`)
      expect(bad.status).toBe(400)
      const run = await story.run(2).now()
      for (const path of [
        '/',
        `/?q=${encodeURIComponent(HOSTILE)}`,
        `/runs/${run.id}`,
        '/quarantine',
        `/${encodeURIComponent(HOSTILE)}`,
      ]) {
        const page = await open(path, { expects: /404/ })
        if (path === '/quarantine') await page.locator('summary').first().click()
        if (path === '/') {
          const row = page.locator(`[data-run="${run.id}"]`)
          await row.waitFor()
          const text = (await row.textContent()) ?? ''
          expect(text).toContain('<img src=x onerror="alert(1)"><script>alert(2)</script>')
          expect(text).toContain('U+202E')
          expect(text).not.toContain('\u202E')
        }
        expect(
          await page.locator('main img, main script, main a[href^="javascript"]').count(),
        ).toBe(0)
      }
    },
  )

  consoleTest('a question is answered by keyboard alone, and can be taken back', async (tools) => {
    const { open, story } = tools
    const page = await open('/')
    await page.keyboard.press('g')
    await page.keyboard.press('i')
    await page.waitForURL(/\/inbox$/)
    await page.getByRole('radio').first().waitFor()
    await page.keyboard.press('j')
    await page.waitForURL(/\/inbox\/.+/)
    const id = page.url().split('/').at(-1)
    await page.getByRole('radio').first().waitFor()
    await page.keyboard.press('3')
    await page.keyboard.press('n')
    await page.keyboard.type('Not needed any more.')
    await page.keyboard.press('Control+Enter')
    await page.getByText('is sent in').waitFor()
    await page.locator('h2').first().focus()
    await page.keyboard.press('z')
    await page.getByText('is sent in').waitFor({ state: 'detached' })
    expect((await getQuestions(story, 'open')).length).toBe(3)
    await page.goto(new URL(`/inbox/${id}`, page.url()).href)
    // What was written survives.
    await expect.poll(() => page.locator('textarea').inputValue()).toBe('Not needed any more.')
    await page.keyboard.press('Control+Enter')
    await page.getByText('is sent in').waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('r')
    const answered = await eventually('the answer', async () =>
      (await getQuestions(story, 'answered')).find((question) => question.id === id),
    )
    expect(answered.answer).toMatchObject({ note: 'Not needed any more.' })
  })

  consoleTest('questions that ask the same are answered together', async ({ open, story }) => {
    const left = await getQuestions(story, 'open')
    expect(left.length).toBe(2)
    const page = await open('/inbox')
    await page.getByRole('checkbox').nth(1).waitFor()
    for (const box of await page.getByRole('checkbox').all()) await box.check()
    await page.getByRole('radio', { name: /Close the run/ }).check()
    await page.getByRole('button', { name: 'Answer all 2' }).click()
    await page.getByText('is sent in').waitFor()
    for (const { id } of left)
      await eventually('the answer', async () =>
        (await getQuestions(story, 'answered')).find((question) => question.id === id),
      )
    await page.getByText('No one needs you.').waitFor()
  })

  consoleTest('a message in quarantine is corrected and replayed', async ({ open, story }) => {
    await story.post(
      '/api/codex/run-complete',
      '{"workflowName": "late-1", "repository": "acme/widgets" "issueNumber": "9"}',
    )
    const page = await open('/quarantine', { expects: /404/ })
    await page.locator('summary').first().click()
    expect(await page.locator('mark').first().textContent()).toBe('"')
    await page.getByRole('button', { name: 'Correct and replay…' }).first().click()
    const editor = page.getByLabel('Corrected message')
    await page.getByText(/line 1, column/).waitFor()
    await editor.fill(
      '{"workflowName":"late-1","repository":"acme/widgets","issueNumber":"9","status":"{\\"phase\\":\\"Succeeded\\"}"}',
    )
    await page.getByText('This is JSON.').waitFor()
    await page.getByRole('button', { name: 'Replay the corrected message' }).click()
    await page.getByRole('link', { name: 'Open the run' }).click()
    await page.waitForURL(/\/runs\//)
  })
})

consoleGroup(
  'the live console',
  {},
  async (story) => void (await complete(story, 1, 'First')),
  (consoleTest) => {
    const findRow = (page: Awaited<ReturnType<ConsoleTools['open']>>, title: string) =>
      page.locator('[data-run]', { hasText: title })

    consoleTest(
      'a change is shown at once, and no row moves while it is pointed at',
      async ({ open, story }) => {
        const page = await open('/')
        await findRow(page, 'First').waitFor()
        await page.getByText('Live', { exact: true }).waitFor()
        await findRow(page, 'First').hover()
        const before = await findRow(page, 'First').boundingBox()
        await complete(story, 2, 'Second')
        await page.getByRole('button', { name: '1 new run' }).waitFor()
        expect(await findRow(page, 'Second').count()).toBe(0)
        expect(await findRow(page, 'First').boundingBox()).toEqual({
          ...before,
          y: expect.any(Number),
        })
        await page.getByRole('button', { name: '1 new run' }).click()
        await findRow(page, 'Second').waitFor()
        await page.mouse.move(4, 4)
        await complete(story, 3, 'Third')
        await findRow(page, 'Third').waitFor()
      },
    )

    consoleTest(
      'a cut connection is said, and what was missed is shown after it',
      async ({ open, story, wire }) => {
        const page = await open('/', { expects: /ERR_/ })
        await page.getByText('Live', { exact: true }).waitFor()
        wire.cut()
        await page.getByText('Reconnecting…').waitFor()
        await complete(story, 4, 'Fourth')
        wire.mend()
        await page.getByText('Live', { exact: true }).waitFor()
        await findRow(page, 'Fourth').waitFor()
      },
    )
  },
)
