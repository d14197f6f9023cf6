import { expect } from 'vitest'
import { eventually } from '../harness/run-verbs.ts'
import { scenario } from '../harness/story.ts'
import { watchAgentEvents } from '../harness/watch-agent-events.ts'

scenario(
  "without NATS, an agent's messages are read from its events artifact",
  async ({ agent, run, serviceUrl, get }) => {
    const { run: made } = await agent.finishes({ issue: 72 })
    await run(72).waitsIn('waiting_for_ci')
    const watching = watchAgentEvents(`${serviceUrl()}/api/agents/events?runId=${made.id}`)
    const seen = await eventually("the agent's messages", () =>
      watching.seen.length >= 2 ? watching.seen : null,
    )
    expect(seen.map(({ message }) => message)).toMatchObject([
      {
        kind: 'command_execution',
        content: '$ npm test\ndone\n',
        exitCode: 0,
        source: 'artifact',
      },
      { kind: 'agent_message', role: 'assistant' },
    ])
    watching.close()
    const again = watchAgentEvents(`${serviceUrl()}/api/agents/events?runId=${made.id}`)
    await eventually('the same messages', () => again.seen.length >= 2)
    expect(again.seen.map(({ id }) => id)).toEqual(seen.map(({ id }) => id))
    again.close()
    expect(await get('/readyz')).toMatchObject({ systems: { nats: 'off: NATS_URL is not set' } })
  },
)
