import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { eventually } from '../harness/run-verbs.ts'
import { type Story, scenario, scenarioGroup } from '../harness/story.ts'
import type { Work } from '../world/agent.ts'
import { answerFail } from '../world/model.ts'

/* What is noticed about a change and its agent never decides, and everybody who decides sees it. */

const CLAIM = 'All tests pass.'
const output = {
  lastMessage: `I made three attempts. ${CLAIM} The build succeeds.`,
  commands: [
    { command: `/bin/bash -lc 'npm run build'`, exitCode: 0 },
    { command: `/bin/bash -lc 'npm test'`, exitCode: 1 },
  ],
}
const unfinished = {
  'src/retry.ts':
    "export function retry(upload: Upload) {\n  throw new Error('not implemented')\n}\n",
  'package-lock.json': '{}\n',
}
const judges = { 1: answerFail(['the third attempt is missing']) }

const finish = ({ agent, github }: Story, work: Work) =>
  agent.finishes(work, ({ pull }) => passChecksAndReview(github, pull))
const findRequest = ({ model }: Story, issue: number): string =>
  model.requests.find(({ user }) => user.includes(`for issue #${issue},`))?.user ?? ''
const waitForDispatch = ({ dispatcher }: Story, issue: number) =>
  eventually(`a dispatch of #${issue}`, () =>
    dispatcher.started().find(({ task }) => task.issueNumber === BigInt(issue)),
  )
const findGates = async ({ run }: Story, issue: number) => {
  const { gates } = await run(issue).detail()
  return (name: string) => gates.find((gate) => gate.name === name)
}

scenarioGroup('what is noticed never decides', { judges }, (scenario) => {
  scenario(
    'unfinished work and false claims reach the judge and the next attempt',
    async (story) => {
      await finish(story, { issue: 1, files: unfinished, output })
      await story.run(1).ends('needs_iteration', 'judge_rejected')

      const gate = await findGates(story, 1)
      expect(gate('hygiene')).toMatchObject({
        result: 'pass',
        evidence: [
          { path: 'package-lock.json', line: null },
          { path: 'src/retry.ts', line: 2, text: expect.stringContaining('not implemented') },
        ],
      })
      expect(gate('claims')).toMatchObject({
        result: 'pass',
        evidence: [
          { text: expect.stringMatching(/^contradicted: "All tests pass\." .*: npm test\)$/) },
          {
            text: expect.stringMatching(/^supported: "The build succeeds\." .*: npm run build\)$/),
          },
        ],
      })

      const request = findRequest(story, 1)
      expect(request).toMatch(/hygiene:\n- package-lock\.json: .*\n- src\/retry\.ts:2: something/)
      expect(request).toMatch(/claims:\n- contradicted: "All tests pass\."/)

      const { prompt } = (await waitForDispatch(story, 1)).task
      const noticed = prompt.slice(prompt.indexOf('## Also noticed'))
      expect(noticed).toContain('- `src/retry.ts:2`: something is not implemented')
      expect(noticed).toContain(`- contradicted: "${CLAIM}"`)
      expect(noticed).not.toContain('The build succeeds')
    },
  )

  scenario(
    'a change of comments alone can pass, and without events no claim is checked',
    async (story) => {
      const files = { 'src/widget.ts': '// How often it tries.\nexport const retries = 0\n' }
      await finish(story, {
        issue: 2,
        files,
        output: { ...output, omit: ['implementation-events'] },
      })
      await story.run(2).ends('completed', 'accepted')
      const gate = await findGates(story, 2)
      expect(gate('hygiene')?.evidence).toMatchObject([
        { text: 'the change only changes comments, in src/widget.ts' },
      ])
      expect(gate('claims')).toMatchObject({
        because: 'the claims of the agent cannot be checked: no events are known',
        evidence: [],
      })
      expect(findRequest(story, 2)).toContain('the change only changes comments')
    },
  )
})

scenario(
  'where the last message may not leave the house, no model reads its claims',
  async (story) => {
    await finish(story, { issue: 3, output: { ...output, log: 'done', agentLog: 'done' } })
    await story.run(3).ends('completed', 'accepted')
    expect((await findGates(story, 3))('claims')?.evidence).toHaveLength(2)
    expect(findRequest(story, 3)).toContain('claims: pass')
    expect(findRequest(story, 3)).not.toContain(CLAIM)
  },
  { policy: { judge: { send: { last_message: false } } } },
)
