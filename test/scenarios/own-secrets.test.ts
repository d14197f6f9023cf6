import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { scenario } from '../harness/story.ts'

/** As a person might choose it: no format tells that it is a secret. */
const token = 'plain-words-that-no-rule-knows'
const encoded = Buffer.from(token).toString('base64')

scenario(
  'a secret of the service never leaves it, wherever an agent or a contributor has put it',
  async (story) => {
    const { agent, github, run, model, discord, get } = story
    await agent.finishes(
      {
        issue: 811,
        body: `Someone pasted ${token} here.`,
        output: { log: `echo $OPERATOR_TOKEN\n${token}\n`, lastMessage: `I found ${encoded}.` },
      },
      ({ pull }) => passChecksAndReview(github, pull),
    )
    await run(811).ends('completed', 'accepted')
    await run(811).settles()
    const { id } = await run(811).now()
    const held = JSON.stringify([
      await run(811).detail(),
      await get(`/api/codex/runs/${id}/waiting`),
      await get('/api/memories?query=echo'),
      await get('/api/memories?query=pasted'),
      model.requests,
      discord.messages,
      story.log,
    ])
    expect(held).not.toContain(token)
    expect(held).not.toContain(encoded.slice(0, -4))
    expect(held).toContain('[masked: configured-secret]')
  },
  { env: { OPERATOR_TOKEN: `ada:${token}` } },
)
