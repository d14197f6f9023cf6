import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import type { RunView } from '../harness/run-verbs.ts'
import { type Story, scenarioGroup, scenario as standalone } from '../harness/story.ts'
import type { Work } from '../world/agent.ts'
import { answerInTurn, answerPass, type Behaviour } from '../world/model.ts'

/* A pull request must not pass by checking less. The repository has one source and its tests. */

const SOURCE = 'src/cart.ts'
const TESTS = 'test/cart.test.ts'
const source = `export const total = (prices: readonly number[]): number =>
  prices.reduce((sum, price) => sum + price, 0)

export const discount = (price: number): number => price * 0.9
`
const tests = `import { expect, test } from 'vitest'
import { discount, total } from '../src/cart.ts'

test('adds the prices', () => {
  expect(total([1, 2])).toBe(3)
})

test('an empty cart costs nothing', () => {
  expect(total([])).toBe(0)
})

test('a discount is ten per cent', () => {
  expect(discount(10)).toBe(9)
})
`
const feature = { 'src/coupon.ts': 'export const coupon = (code: string) => code.length > 3\n' }

const EMPTY_CART = tests.slice(tests.indexOf("test('an empty"), tests.indexOf("test('a discount"))
const DISCOUNT = tests.slice(tests.indexOf("test('a discount"))

/** The tests without one, and with another skipped. */
const weakened = tests.replace(EMPTY_CART, '').replace("test('adds", "test.skip('adds")
/** What no rule can settle: another value is expected, and no source says why. */
const retold = tests.replace('toBe(9)', 'toBe(8)')
/** The discount and its test are gone. */
const withoutDiscount = {
  [SOURCE]: source.slice(0, source.indexOf('\nexport const discount')),
  [TESTS]: tests.replace(DISCOUNT, '').replace('discount, ', '').trimEnd().concat('\n'),
}

/** The agent finishes an issue in a repository of its own, and CI and review pass. */
async function finish(
  { agent, github }: Story,
  work: Work & { readonly repository: string },
  base: Readonly<Record<string, string>> = {},
) {
  if (work.task === undefined && work.branch === undefined)
    github.repository(work.repository, { [SOURCE]: source, [TESTS]: tests, ...base })
  return agent.finishes(work, ({ pull }) => passChecksAndReview(github, pull))
}
const listRequests = ({ model }: Story, repository: string) =>
  model.requests.filter(({ user }) => user.includes(` of ${repository} for issue`))
const findGate = async (story: Story, repository: string, name: string) =>
  (await story.run(1, repository).detail()).gates.find((gate) => gate.name === name)

const token = `ghp_${'aB3dE6gH9jK2mN5pQ8rS'}${'tU1vW4xY7zA0bC3d'}`

scenarioGroup(
  'a change that checks less is sent back',
  { policy: { secrets: { found: 'needs_iteration' }, attempts: { backoff: ['1h'] } } },
  (scenario) => {
    scenario(
      'a deleted test, a skipped one and a token are refused at once, and the prompt has all',
      async (story) => {
        const repository = 'acme/tampered'
        const files = { [TESTS]: weakened, 'src/config.ts': `export const token = '${token}'\n` }
        await finish(story, { issue: 1, repository, files })
        const ended = await story.run(1, repository).ends('needs_iteration', 'secret_found')
        const prompt = ended.nextPrompt
        expect(prompt).toContain('**secrets** (`secret_found`)')
        expect(prompt).toContain('at `src/config.ts:1`')
        expect(prompt).toContain('**tests** (`tests_weakened`)')
        expect(prompt).toMatch(
          /test deleted in "an empty cart costs nothing".*`test\/cart\.test\.ts:8`/,
        )
        expect(prompt).toMatch(/skip added in "adds the prices".*`test\/cart\.test\.ts:4`/)
        expect(prompt).not.toContain(token)
        expect(listRequests(story, repository)).toEqual([])
        const refused = await findGate(story, repository, 'tests')
        expect(refused).toMatchObject({ result: 'refuse', reason: 'tests_weakened' })
      },
    )

    scenario(
      'a test that goes with what it tests passes, and the judge knows of it',
      async (story) => {
        const repository = 'acme/removed'
        await finish(story, { issue: 1, repository, files: withoutDiscount })
        await story.run(1, repository).ends('completed', 'accepted')
        const gate = await findGate(story, repository, 'tests')
        expect(gate?.result).toBe('pass')
        expect(gate?.evidence[0]?.text).toMatch(/^justified: test deleted/)
        const [asked] = listRequests(story, repository)
        expect(asked?.user).toMatch(/tests:\n- test\/cart\.test\.ts:\d+: Our rules take the edit/)
        expect(asked?.user).not.toContain('test_edits')
      },
    )
  },
)

standalone(
  'test files that cannot be read are waited for; nothing passes in the meantime',
  async (story) => {
    const repository = 'acme/unread'
    story.github.faults.next(
      /FileTexts/,
      { kind: 'answer', answer: { status: 502, headers: {}, body: 'bad gateway' } },
      10_000,
    )
    try {
      await finish(story, { issue: 1, repository, files: { [TESTS]: weakened, ...feature } })
      await story.run(1, repository).comesTo('waited for the files', async () => {
        const gate = await findGate(story, repository, 'tests')
        return gate?.result === 'wait' && /502/.test(gate.because)
      })
    } finally {
      story.github.faults.clear()
    }
    await story.run(1, repository).ends('needs_iteration', 'tests_weakened')
    expect(listRequests(story, repository)).toEqual([])
  },
  { policy: { attempts: { backoff: ['1h'] } } },
)

standalone(
  'files and diff are read once, for the rules and the judge, although a webhook interrupts',
  async (story) => {
    const { github, run } = story
    const repository = 'acme/frugal'
    const more = `${tests}\ntest('a coupon is long', () => {\n  expect(coupon('abcd')).toBe(true)\n})\n`
    // A webhook that arrives while the run is observed makes the service observe it once more.
    github.faults.next(/FileTexts/, {
      kind: 'meanwhile',
      happens: async () => {
        github.checks({ repository, number: 1001 }).start('unit')
        await github.webhooks.flush()
      },
    })
    github.repository(repository, { [SOURCE]: source, [TESTS]: tests })
    const files = { [TESTS]: more, ...feature }
    const { pull } = await story.agent.finishes({ issue: 1, repository, files })
    await run(1, repository).waitsIn('waiting_for_ci')
    github.checks(pull).succeed('unit')
    await run(1, repository).waitsIn('waiting_for_review')
    github.codexReviews(pull, [])
    await run(1, repository).ends('completed', 'accepted')
    expect(github.log.filter(({ operation }) => operation === 'FileTexts')).toHaveLength(1)
    expect(github.log.filter(({ path }) => path.includes('/compare/'))).toHaveLength(1)
    expect(github.used().restReads).toBeLessThanOrEqual(4)
  },
)

scenarioGroup(
  'policy says what must not be edited, and whether tests are compared',
  {
    policy: {
      tests: { weakened: 'off', protected_paths: ['test/contract/order.*'] },
      attempts: { backoff: ['1h'] },
    },
  },
  (scenario) => {
    scenario(
      'a protected file is never moved, even where tests are not compared',
      async (story) => {
        const repository = 'acme/protected'
        const contract = { 'test/contract/order.json': '{ "total": 3 }\n' }
        const files = {
          'test/contract/order.json': null,
          'test/order.json': '{ "total": 3 }\n',
          ...feature,
        }
        await finish(story, { issue: 1, repository, files }, contract)
        const { nextPrompt } = await story
          .run(1, repository)
          .ends('needs_iteration', 'tests_weakened')
        expect(nextPrompt).toMatch(/policy protects; restore it at `test\/contract\/order\.json`/)
        expect(listRequests(story, repository)).toEqual([])
      },
    )

    scenario('weakened: off compares nothing, and asks the judge nothing', async (story) => {
      const repository = 'acme/off'
      await finish(story, { issue: 1, repository, files: { [TESTS]: weakened, ...feature } })
      await story.run(1, repository).ends('completed', 'accepted')
      expect((await findGate(story, repository, 'tests'))?.because).toBe(
        'policy does not compare tests',
      )
    })

    scenario('a repository may ask for more than the service does', async (story) => {
      const repository = 'acme/strict'
      const own = { '.codex-judge.yml': 'tests: { weakened: needs_human }\n' }
      await finish(story, { issue: 1, repository, files: { [TESTS]: weakened, ...feature } }, own)
      const asked = await story.run(1, repository).ends('needs_human', 'tests_weakened')
      expect(asked.reasonText).toContain('test/cart.test.ts')
    })
  },
)

const answer = async (story: Story, run: RunView, body: unknown) => {
  const { escalations } = (await story.get('/api/codex/escalations')) as {
    escalations: { id: string; runId: string }[]
  }
  const found = escalations.find(({ runId }) => runId === run.id)
  return story.post(`/api/codex/escalations/${found?.id}/answer`, body, {
    authorization: 'Bearer ada-operates',
  })
}

scenarioGroup(
  'a person accepts exactly the findings that the question was about',
  {
    policy: { tests: { weakened: 'needs_human' }, attempts: { backoff: ['1h'] } },
    env: { OPERATOR_TOKEN: 'ada:ada-operates' },
  },
  (scenario) => {
    scenario(
      'a later attempt passes with what was accepted, says by whom, and not with more',
      async (story) => {
        const repository = 'acme/waived'
        const files = { [TESTS]: tests.replace(EMPTY_CART, ''), ...feature }
        await finish(story, { issue: 1, repository, files })
        const asked = await story.run(1, repository).ends('needs_human', 'tests_weakened')
        expect(await answer(story, asked, { option: 'accept' })).toMatchObject({
          status: 200,
          body: { run: { status: 'completed', reason: 'decided_by_person' } },
        })

        const { branch } = asked as RunView & { branch: string }
        await finish(story, { issue: 1, repository, branch, files: { 'src/b.ts': 'export {}\n' } })
        await story.run(1, repository).attempt(2)
        await story.run(1, repository).ends('completed', 'accepted')
        const passed = await findGate(story, repository, 'tests')
        expect(passed?.result).toBe('pass')
        expect(passed?.evidence[0]?.text).toMatch(
          /^accepted by ada at \d{4}-\d\d-\d\d \d\d:\d\d UTC: test deleted/,
        )
        expect(listRequests(story, repository).at(-1)?.user).toMatch(/It was accepted by ada at/)

        const more = tests.replace(EMPTY_CART, '').replace("test('adds", "test.skip('adds")
        await finish(story, { issue: 1, repository, branch, files: { [TESTS]: more } })
        await story.run(1, repository).attempt(3)
        await story.run(1, repository).ends('needs_human', 'tests_weakened')
        const refused = await findGate(story, repository, 'tests')
        expect(refused?.evidence.map(({ text }) => text)).toEqual([
          expect.stringMatching(/^skip added in "adds the prices"/),
          expect.stringMatching(/^accepted by ada at .*test deleted/),
        ])
      },
    )
  },
)

/** Passes the change, but says of each edit of tests what is given. */
const answerEdits =
  (over: Readonly<Record<string, unknown>> | null): Behaviour =>
  (request, prompt) => {
    const test_edits = prompt.testEdits.map(({ number, text }) => ({
      question: `${number}. ${text}`,
      evidence: [{ path: TESTS, line: 13, quote: 'expect(discount(10)).toBe(8)' }],
      still_checks: true,
      ...over,
    }))
    return answerPass({ test_edits: over === null ? [] : test_edits })(request, prompt)
  }

scenarioGroup(
  'an edit of tests that no rule can settle is a question to the judge',
  {
    policy: { attempts: { backoff: ['1h'] } },
    judges: {
      1: answerInTurn(answerEdits(null), answerEdits({ evidence: [] })),
      2: answerEdits({ still_checks: false, evidence: [] }),
      3: answerEdits(null),
    },
  },
  (scenario) => {
    const files = { [TESTS]: retold, ...feature }

    scenario('without an answer, or without a citation, it is asked again', async (story) => {
      const repository = 'acme/asked'
      await finish(story, { issue: 1, repository, files })
      await story.run(1, repository).ends('completed', 'accepted')
      const requests = listRequests(story, repository)
      expect(requests).toHaveLength(3)
      expect(requests[0]?.user).toMatch(
        /test edits\n1\. test\/cart\.test\.ts:13: Before, it was "expect\(discount\(10\)\)\.toBe\(9\)"/,
      )
      expect(requests[1]?.user).toContain('test_edits has no entry')
      expect(requests[2]?.user).toContain('The answer about edit 1 is a yes without any evidence')
      const format = requests[0]?.responseFormat as {
        json_schema?: { schema: { properties: object; required: string[] } }
      }
      expect(Object.keys(format.json_schema?.schema.properties ?? {}).slice(0, 2)).toEqual([
        'requirements_coverage',
        'test_edits',
      ])
      expect((await story.run(1, repository).detail()).verdicts.at(-1)?.valid).toBe(true)
    })

    scenario('a no is no pass, and the next prompt names the edit', async (story) => {
      const repository = 'acme/denied'
      await finish(story, { issue: 2, repository, files })
      const ended = await story.run(2, repository).ends('needs_iteration', 'judge_rejected')
      expect(ended.reasonText).toContain('test/cart.test.ts:13 checks less than before')
      expect(ended.nextPrompt).toContain(
        'The edit of tests at test/cart.test.ts:13 checks less than before',
      )
    })

    scenario('a model that never answers it gives no usable answer', async (story) => {
      const repository = 'acme/unanswered'
      await finish(story, { issue: 3, repository, files })
      const ended = await story.run(3, repository).ends('needs_human', 'judge_unavailable')
      expect(ended.reasonText).toContain('test_edits has no entry')
    })
  },
)
