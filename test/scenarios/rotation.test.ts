import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import { eventually } from '../harness/run-verbs.ts'
import { scenario } from '../harness/story.ts'

const files: Record<string, string> = {
  ingest: 'ingest-old-value',
  operator: 'ada:operator-old-value',
  github: 'github-old-value',
  webhook: 'webhook-old-value',
  model: 'model-key',
  dispatcher: 'dispatcher-token',
  discord: 'discord-token',
}
const green = { review: { required: false, arrival: '0s' } }

scenario(
  'secrets are rotated by their files while runs are in flight, and a file that is gone changes nothing',
  async (story) => {
    const { accepted, agent, github, model, dispatcher, discord, log, post } = story
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
    const report = (token: string, workflow: unknown) =>
      post('/api/codex/run-complete', workflow, bearer(token))
    const deliver = async (secret: string) => {
      const body = JSON.stringify({ zen: 'Keep it logically awesome.' })
      const signature = createHmac('sha256', secret).update(body).digest('hex')
      const { status } = await post('/webhooks/github', body, {
        'x-github-event': 'ping',
        'x-github-delivery': `${secret}-${Math.random()}`,
        'x-hub-signature-256': `sha256=${signature}`,
      })
      return status
    }

    // A run waits for CI when every secret is replaced, here and in the systems.
    const first = await agent.works({ issue: 1 })
    github.checks(first.pull).queue('unit')
    expect((await report('ingest-old-value', first.workflow)).status).toBe(202)
    await story.run(1).waitsIn('waiting_for_ci')
    Object.assign(files, {
      ingest: 'ingest-new-value,ingest-old-value',
      operator: 'ada:operator-new-value',
      github: 'github-new-value',
      webhook: 'webhook-new-value',
      model: 'model-new-value',
      dispatcher: 'dispatcher-new-value',
      discord: 'discord-new-value',
    })
    Object.assign(accepted, {
      model: 'model-new-value',
      dispatcher: 'dispatcher-new-value',
      discord: 'discord-new-value',
    })
    await eventually('the files are read again', () =>
      log.some(({ event }) => event === 'secrets_rotated'),
    )
    github.credentials.revoke('github-old-value')
    expect((await report('ingest-new-value', first.workflow)).status).toBe(202)
    expect((await report('ingest-old-value', first.workflow)).status).toBe(202)
    expect(await deliver('webhook-old-value')).toBe(401)
    expect(await deliver('webhook-new-value')).toBe(202)
    const pause = { reason: 'a rotation', repository: 'acme/other' }
    expect((await post('/api/codex/pause', pause, bearer('operator-old-value'))).status).toBe(401)
    expect((await post('/api/codex/pause', pause, bearer('operator-new-value'))).status).toBe(200)
    github.checks(first.pull).succeed('unit')
    await story.run(1).ends('completed', 'accepted')
    await story.run(1).settles()
    expect(model.requests.at(-1)?.authorization).toBe('Bearer model-new-value')
    expect(discord.messages).toHaveLength(1)

    // The next attempt is dispatched with the new token, although all files are gone or empty.
    for (const name of Object.keys(files)) delete files[name]
    files.dispatcher = '\n'
    await eventually('the missing files are logged', () =>
      log.some(({ fault }) => String(fault).startsWith('GITHUB_TOKEN_FILE: github cannot be read')),
    )
    expect(log.some(({ fault }) => String(fault).startsWith('DISPATCHER_TOKEN_FILE'))).toBe(true)
    const second = await agent.works({ issue: 2, phase: 'Failed' })
    expect((await report('ingest-new-value', second.workflow)).status).toBe(202)
    await story.run(2).ends('needs_iteration', 'workflow_failed')
    await eventually('the attempt is dispatched', () => dispatcher.started().length === 1)
    expect(JSON.stringify(log)).not.toMatch(/(?:old|new)-value/)
  },
  {
    policy: green,
    files,
    logLevel: 'info',
    webhooks: false,
    world: { github: { tokens: ['github-old-value', 'github-new-value'] } },
    env: {
      INGEST_TOKEN_FILE: 'ingest',
      OPERATOR_TOKEN_FILE: 'operator',
      GITHUB_TOKEN: '',
      GITHUB_TOKEN_FILE: 'github',
      GITHUB_WEBHOOK_SECRET: '',
      GITHUB_WEBHOOK_SECRET_FILE: 'webhook',
      OPENAI_API_KEY: '',
      OPENAI_API_KEY_FILE: 'model',
      DISPATCHER_TOKEN: '',
      DISPATCHER_TOKEN_FILE: 'dispatcher',
      DISCORD_BOT_TOKEN: '',
      DISCORD_BOT_TOKEN_FILE: 'discord',
    },
  },
)
