import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { consoleGroup } from './console-pages.ts'

/** Made from pieces, so that nothing takes it for a secret. */
const tokens = {
  operator: ['ana', 'operates', '1'].join('-'),
  reader: ['bo', 'reads', '2'].join('-'),
}

const signIn = async (page: Page, token: string) => {
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).last().click()
}

const options = {
  env: { OPERATOR_TOKEN: `ana:${tokens.operator}`, READ_TOKEN: tokens.reader },
}

consoleGroup(
  'the console with tokens',
  options,
  async ({ agent, github, post }) => {
    const { pull, workflow } = await agent.works({ issue: 1, title: 'Widget 1' })
    passChecksAndReview(github, pull)
    github.conflict(pull)
    expect((await post('/api/codex/run-complete', workflow)).status).toBe(202)
  },
  (consoleTest) => {
    consoleTest('a token signs in, and is kept nowhere that a script can read', async (tools) => {
      const { open } = tools
      const page = await open('/?status=needs_human', { expects: /401/ })
      await page.getByText('You are not signed in').waitFor()
      await page.locator('main').getByRole('link', { name: 'Sign in' }).click()
      await page.waitForURL(/\/sign-in\?to=/)
      await signIn(page, 'nonsense')
      await page.getByText('This token is not known here.').waitFor()
      await signIn(page, tokens.operator)
      await page.waitForURL(/\/\?status=needs_human$/)
      await page.locator('[data-run], .empty').first().waitFor()
      await page.getByRole('button', { name: 'You: ana' }).waitFor()
      const readable = await page.evaluate<string>(
        'document.cookie + JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage}) + location.href',
      )
      expect(readable).not.toContain(tokens.operator)
    })

    for (const to of ['//evil.example/', 'https://evil.example/', '/\\evil.example'])
      consoleTest(`a sign-in never leads to ${to}`, async ({ open, wire }) => {
        const page = await open(`/sign-in?to=${encodeURIComponent(to)}`, { expects: /401/ })
        await signIn(page, tokens.operator)
        await page.waitForURL(`${wire.url}/`)
      })

    consoleTest('a reader sees everything, and reads what acting needs', async (tools) => {
      const { open } = tools
      const page = await open('/sign-in?to=/inbox', { expects: /401|404/ })
      await signIn(page, tokens.reader)
      await page.waitForURL(/\/inbox$/)
      await page.locator('fieldset label').first().waitFor()
      await page.getByText('Sign in as an operator to act.').waitFor()
      expect(await page.getByRole('button', { name: 'Answer' }).isDisabled()).toBe(true)

      await page.goto(new URL('/sign-in?to=/inbox', page.url()).href)
      await signIn(page, tokens.operator)
      await page.waitForURL(/\/inbox$/)
      await page.getByLabel(/^Note/).fill('Keep both spellings.')
      await page.context().clearCookies()
      await page.getByRole('button', { name: 'Answer' }).click()
      await page.getByText('is sent in').waitFor()
      await page.getByText(/not sent/).waitFor()
      await page.goto(new URL('/inbox', page.url()).href)
      await page.getByText('You are not signed in').waitFor()
      await page.locator('main').getByRole('link', { name: 'Sign in' }).click()
      await signIn(page, tokens.operator)
      await expect.poll(() => page.getByLabel(/^Note/).inputValue()).toBe('Keep both spellings.')
    })
  },
)
