import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { createJobLog } from '../harness/job-logs.ts'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import type { Story } from '../harness/story.ts'
import { consoleGroup, expectAccessible, sizes } from './console-pages.ts'

/** Markup, a picture, scripts, and characters that hide or turn text around. */
const HOSTILE =
  '<img src=x onerror="alert(1)"><script>alert(2)</script> ![pic](https://evil.example/p.png) ' +
  '[x](javascript:alert(3)) \u202Egnp.exe\u200B'

const policy = {
  ci: { rerun_failed_once: false },
  attempts: { max: 3, backoff: ['1s'] },
}
const repository = 'acme/widgets'
const files = (text: string) => ({ 'src/widget.ts': `export const name = '${text}'\nexport {}\n` })

/** An issue whose first attempt left two threads open, and whose second put them right. */
async function improve(story: Story): Promise<void> {
  const { agent, github, run, dispatcher } = story
  const title = 'Name the widget'
  const first = await agent.finishes({ issue: 1, title, files: files('a') }, ({ pull }) => {
    github.checks(pull).succeed('unit')
    github.codexReviews(pull, [
      { path: 'src/widget.ts', line: 1, title: 'Not a name', priority: 'P1', body: HOSTILE },
      { path: 'src/widget.ts', line: 2, title: 'Nothing is exported' },
    ])
  })
  await run(1).ends('needs_iteration', 'review_threads_open')
  const task = await eventually(
    'a dispatch',
    () => dispatcher.started().find((sent) => sent.task.issueNumber === 1n)?.task,
  )
  await agent.finishes({ issue: 1, title, files: files('b'), task }, ({ pull }) => {
    github.resolveThread(first.pull, 'all')
    passChecksAndReview(github, pull)
  })
  await run(1).attempt(2)
  await run(1).ends('completed', 'accepted')
}

const prepare = async (story: Story) => {
  const { agent, github, run } = story
  await improve(story)
  await agent.finishes({ issue: 2, title: 'Loses the last widget' }, ({ pull }) => {
    passChecksAndReview(github, pull)
    github.conflict(pull)
  })
  await run(2).ends('needs_human', 'merge_conflict')
  await agent.finishes(
    { issue: 3, title: 'Fails its tests', repository: 'acme/red' },
    ({ pull }) => {
      github.codexReviews(pull, [])
      const log = `FAIL src/a.test.ts > adds\nAssertionError: expected 2 to be 3\n${HOSTILE}`
      github.checks(pull).fail('unit', { log: createJobLog(log) })
    },
  )
  await run(3, 'acme/red').ends('needs_iteration', 'ci_failed')
  await waitForCi(story, 4, 'Waits for CI')
}

async function waitForCi(story: Story, issue: number, title: string) {
  const { pull } = await story.agent.finishes({ issue, title }, ({ pull: opened }) =>
    story.github.checks(opened).start('unit'),
  )
  const { id } = await story.run(issue).waitsIn('waiting_for_ci')
  return { id, pull }
}

const listRuns = async ({ run }: Story) => {
  const [again, completed] = await run(1).all()
  return {
    again: again?.id ?? '',
    completed: completed?.id ?? '',
    person: (await run(2).now()).id,
    red: (await run(3, 'acme/red').now()).id,
    waiting: (await run(4).now()).id,
  }
}

const section = (page: Page, id: string): Locator => page.locator(`section#${id}`)

/** The visible words of an element. */
const readText = async (element: Locator): Promise<string> =>
  (await element.allInnerTexts()).join('\n')

/** The lowest point of an element from the top of the page. */
const findBottom = async (element: Locator): Promise<number> => {
  const box = await element.boundingBox()
  if (box === null) throw new Error('it is not shown')
  return box.y + box.height
}

consoleGroup('the page of a run', { policy }, prepare, (consoleTest) => {
  consoleTest(
    'a stranger with a phone sees at once why, what next and what first',
    async (tools) => {
      const runs = await listRuns(tools.story)
      for (const id of Object.values(runs)) {
        const page = await tools.open(`/runs/${id}`, { size: 'phone', theme: 'dark' })
        const first = section(page, 'why').locator('h3').first()
        await first.waitFor()
        expect(await findBottom(page.locator('h1'))).toBeLessThan(sizes.phone.height)
        expect(await findBottom(first)).toBeLessThan(sizes.phone.height)
        await page.context().close()
      }
    },
  )

  consoleTest('axe finds nothing on it, nor on the pages beside it', async ({ open, story }) => {
    const runs = await listRuns(story)
    const page = await open('/')
    for (const [path, complete] of [
      ...Object.values(runs).map((id) => [`/runs/${id}`, 'section#timeline li'] as const),
      [`/issues/${repository}/1?compare=1,2`, 'section#prompt-diff tr'],
      ['/insights', '.opens-runs'],
      [`/policy?repository=${repository}`, 'summary'],
    ] as const) {
      await page.goto(new URL(path, page.url()).href)
      await page.locator(complete).first().waitFor()
      await expectAccessible(page)
    }
  })

  consoleTest('it says what stood in the way, and what became of it', async ({ open, story }) => {
    const { again, completed } = await listRuns(story)
    const page = await open(`/runs/${again}`)
    await expect
      .poll(() => page.title())
      .toBe(`Needs another attempt · ${repository}#1 · Codex Judge`)
    expect(await page.locator('link[rel="icon"]').getAttribute('href')).toContain('again')
    const why = section(page, 'why')
    const cards = why.locator('[data-finding]')
    expect(await cards.count()).toBe(2)
    expect(await readText(cards.first())).toMatch(/Not a name\s+P1/)
    expect(await readText(cards.first())).toContain('src/widget.ts:1')
    // Hostile words are words: no element, no script, no picture came of them.
    expect(await readText(cards.first())).toContain('U+202E')
    expect(await page.locator('main img, main script, main a[href^="javascript"]').count()).toBe(0)
    expect(await readText(section(page, 'verdicts'))).toContain('No model was asked')
    expect(await readText(section(page, 'prompts'))).toContain('obeyed')
    const changes = section(page, 'changes')
    await changes.getByRole('table').first().waitFor()
    const rows = await changes.locator('tr').allInnerTexts()
    const line = rows.findIndex((row) => row.includes("export const name = 'a'"))
    expect(rows[line + 1]).toContain('Not a name')
    await changes.getByRole('combobox').selectOption({ index: 1 })
    await expect.poll(() => readText(changes)).toContain("name = 'b'")
    await cards.first().getByRole('link', { name: 'The next attempt obeyed' }).click()
    await page.waitForURL(`**/runs/${completed}`)
    await page.getByText('What was asked, and where it is met').waitFor()
  })

  consoleTest('a failed check shows the window of its log', async ({ open, story }) => {
    const { red } = await listRuns(story)
    const page = await open(`/runs/${red}`)
    const log = section(page, 'checks').getByRole('list', { name: /Log of unit/ })
    await log.waitFor()
    const texts = await log.getByRole('listitem').allInnerTexts()
    const error = texts.findIndex((text) => text.includes('error:'))
    expect(texts[error]).toMatch(/FAIL|AssertionError/)
    expect(texts.join('\n')).toContain('<script>alert(2)</script>')
  })

  consoleTest('every section and attempt is reached by keys', async ({ open, story }) => {
    const { again, completed } = await listRuns(story)
    const page = await open(`/runs/${again}`)
    await page.locator('[data-finding]').first().waitFor()
    await page.keyboard.press('n')
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Not a name')
    await page.keyboard.press('n')
    expect(await page.evaluate('document.activeElement.textContent')).toContain(
      'Nothing is exported',
    )
    await page.keyboard.press('c')
    const commit = (await story.run(1).all())[0]?.commitSha
    await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe(commit)
    await page.keyboard.press(']')
    await page.waitForURL(`**/runs/${completed}`)
    await page.getByText('What was asked, and where it is met').waitFor()
    await page.keyboard.press('[')
    await page.waitForURL(`**/runs/${again}`)
    await page.getByText('What stood between').waitFor()
    await page.keyboard.press('a')
    await page.getByRole('button', { name: /^Decide instead…/ }).waitFor()
    await page.keyboard.press('Escape')
    await page.keyboard.press('u')
    await page.locator('h1', { hasText: 'Runs' }).waitFor()
  })

  consoleTest('a verdict shows its quotes, its words, and takes a label', async (tools) => {
    const { completed } = await listRuns(tools.story)
    const page = await tools.open(`/runs/${completed}`)
    const verdicts = section(page, 'verdicts')
    await verdicts.getByText('holds').first().waitFor()
    await verdicts.getByText(/More from/).click()
    await verdicts.getByRole('region', { name: 'What it was asked' }).waitFor()
    await verdicts.getByRole('button', { name: 'Wrong…' }).click()
    await verdicts.getByLabel('What was wrong (optional)').fill('It overlooked the docs.')
    await verdicts.getByRole('button', { name: 'It was wrong' }).click()
    await verdicts.getByText('called it wrong').waitFor()
    expect(await readText(verdicts)).toContain('It overlooked the docs.')
    await verdicts.getByRole('button', { name: 'Right', exact: true }).click()
    await verdicts.getByText('called it right').waitFor()
  })

  consoleTest('an action says what it does, acts once, and shows who acted', async (tools) => {
    const { open, story } = tools
    const { id } = await waitForCi(story, 5, 'Is stopped by a person')
    const page = await open(`/runs/${id}`)
    const other = await open(`/runs/${id}`, { expects: /409/ })
    for (const each of [page, other]) {
      await each.getByRole('button', { name: 'More actions' }).click()
      await each.getByRole('button', { name: /^Stop…/ }).click()
    }
    const dialog = page.getByRole('dialog', { name: 'Stop this run?' })
    // Nothing happens without a reason.
    await dialog.getByRole('button', { name: 'Stop this run' }).click()
    expect((await story.run(5).now()).status).toBe('waiting_for_ci')
    await dialog.getByLabel('Reason').fill('Not wanted any more.')
    await dialog.getByRole('button', { name: 'Stop this run' }).click()
    await page.locator('h1', { hasText: 'Closed' }).waitFor()
    await section(page, 'timeline').getByText('Not wanted any more.').first().waitFor()
    await other.getByRole('dialog').getByLabel('Reason').fill('Me, too.')
    await other.getByRole('dialog').getByRole('button', { name: 'Stop this run' }).click()
    await other.getByRole('alert').waitFor()
    await other.locator('h1', { hasText: 'Closed' }).waitFor()
    expect((await story.run(5).all()).length).toBe(1)
  })

  consoleTest('a change is on the page without loading it again', async ({ open, story }) => {
    const { id, pull } = await waitForCi(story, 6, 'Changes while it is read')
    const page = await open(`/runs/${id}`)
    await page.locator('h1', { hasText: 'Waiting for CI' }).waitFor()
    await page.evaluate('window.isSamePage = true')
    passChecksAndReview(story.github, pull)
    await page.locator('h1', { hasText: 'Completed' }).waitFor()
    await page.getByText('What was asked, and where it is met').waitFor()
    expect(await page.locator('link[rel="icon"]').getAttribute('href')).toContain('done')
    expect(await page.evaluate('window.isSamePage')).toBe(true)
  })

  consoleTest('its question is answered on it', async ({ open, story }) => {
    const { person } = await listRuns(story)
    const page = await open(`/runs/${person}`)
    const why = section(page, 'why')
    await why.getByRole('radio', { name: /Close the run/ }).check()
    await why.getByRole('button', { name: 'Answer', exact: true }).click()
    await page.locator('h1', { hasText: 'Closed' }).waitFor()
    await page.getByText('What ended this').waitFor()
  })

  consoleTest('what does not exist has a page that says so', async ({ open }) => {
    for (const path of [
      '/runs/01a22f15-0000-7000-8000-000000000000',
      '/runs/nonsense',
      '/issues/acme/none/7',
    ]) {
      const page = await open(path, { expects: /40\d/ })
      await page.locator('h1', { hasText: /^There is no (run|issue)/ }).waitFor()
      await page.context().close()
    }
  })
})

consoleGroup('the pages beside it', { policy }, improve, (consoleTest) => {
  consoleTest('two attempts are compared', async ({ open }) => {
    const page = await open(`/issues/${repository}/1`)
    for (const attempt of [1, 2])
      await page.getByRole('checkbox', { name: `Compare attempt ${attempt}` }).check()
    await page.getByRole('button', { name: 'Compare 1 and 2' }).click()
    await page.waitForURL(/compare=1(,|%2C)2/)
    const text = await readText(page.locator('main'))
    expect(text).toContain('What changed from attempt 1 to 2')
    await section(page, 'blockers').getByText('fixed').first().waitFor()
    await section(page, 'uptake').getByText('obeyed').first().waitFor()
    await section(page, 'prompt-diff').getByText('What attempt 1 left open').waitFor()
    await section(page, 'interdiff').locator('summary').first().click()
    await section(page, 'interdiff').getByText("name = 'b'").waitFor()
  })

  consoleTest(
    'insights tell no rate of a few runs, and every plot has its numbers',
    async (tools) => {
      const page = await tools.open('/insights')
      await page.getByRole('region', { name: 'Decisions a day' }).waitFor()
      expect(await page.getByText('Too few yet to say').count()).toBeGreaterThan(0)
      const chart = page.getByRole('img', { name: /decision/ })
      await chart.locator('svg rect').first().waitFor()
      const plot = page.getByRole('region', { name: 'Decisions a day' })
      await plot.getByRole('button', { name: 'Table' }).click()
      expect(await readText(plot.getByRole('table'))).toMatch(/Completed/)
      await plot.getByRole('button', { name: 'Plot' }).click()
      const bar = plot.locator('.opens-runs rect').filter({ hasText: '1 Completed' }).last()
      await bar.click()
      await page.waitForURL(/status=completed/)
      await page.locator('[data-run]').first().waitFor()
      expect(await page.locator('[data-run]').count()).toBe(1)
    },
  )

  consoleTest('a change of the policy is tried on what was decided', async ({ open, story }) => {
    const page = await open(`/policy?repository=${repository}`)
    await page.getByRole('button', { name: 'Another value' }).click()
    await page.getByLabel('Key', { exact: true }).selectOption('diff.denied_paths')
    await page.getByLabel('Value of diff.denied_paths').fill('["src/**"]')
    await page.getByRole('button', { name: 'What would change?' }).click()
    await page.getByText(/^2 of 2 decisions/).waitFor()
    const answer = page.getByRole('status').filter({ hasText: 'decisions' })
    expect(await readText(answer.getByRole('table'))).toMatch(
      /Completed · Accepted[\s\S]*Needs another attempt/,
    )
    const { status } = await story.run(1).now()
    expect(status).toBe('completed')
  })
})
