import pg from 'pg'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { type Service, startService } from '../services/judge/src/composition/service.ts'
import { configure } from '../services/judge/src/config/configure.ts'
import { copyDatabase, createTestDatabase } from './harness/database.ts'
import { formatPolicy } from './harness/policy.ts'
import { createRunVerbs, eventually } from './harness/run-verbs.ts'
import { createAgent } from './world/agent.ts'
import { answerJson } from './world/serve.ts'
import { channels, createWorld, type World } from './world/world.ts'

const policy = formatPolicy({
  judge: { models: [] },
  // Long enough for both runs to wait for this test on a slow machine.
  ci: { rerun_failed_once: false, no_checks_grace: '2m', wait: '5m' },
  review: { wait: '5m' },
})

async function serve(world: World, databaseUrl: string) {
  const configured = configure(
    { ...world.env, DATABASE_URL: databaseUrl, PORT: '0', POLICY_FILE: 'policy' },
    () => policy,
  )
  if ('faults' in configured) throw new Error(configured.faults.join('\n'))
  const service: Service = await startService(configured.ok, pino({ level: 'silent' }))
  world.sendWebhooksTo(service.url)
  const send = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(
      service.url + path,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    )
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Record<string, unknown>
  }
  const run = (issue: number) =>
    createRunVerbs((path) => send(path), { issue, repository: 'acme/widgets' })
  return { send, run, stop: service.stop }
}

test('a restore repeats no message or dispatch that was sent since the backup', async () => {
  const world = await createWorld({ github: { firstNumber: 1001 } })
  const { github, discord, dispatcher } = world
  const agent = createAgent(world)
  const original = await createTestDatabase()
  let restored: Awaited<ReturnType<typeof copyDatabase>> | null = null
  let service = await serve(world, original.url)
  try {
    // The message of the completed run fails; the pause holds back the dispatch of the other.
    await service.send('/api/codex/pause', {
      repository: 'acme/widgets',
      reason: 'a backup is taken',
    })
    discord.faults.next(
      { when: 'before', answer: answerJson(503, {}) },
      { when: 'before', answer: answerJson(503, {}) },
    )
    const done = await agent.works({ issue: 1 })
    const failed = await agent.works({ issue: 2 })
    if (done.pull === null || failed.pull === null) throw new Error('both have a pull request')
    for (const { workflow } of [done, failed])
      await service.send('/api/codex/run-complete', workflow)
    for (const issue of [1, 2]) await service.run(issue).waitsIn('waiting_for_ci')
    github.checks(done.pull).succeed('unit')
    github.codexFindsNothing(done.pull)
    github.checks(failed.pull).fail('unit')
    await service.run(1).ends('completed', 'accepted')
    await service.run(2).ends('needs_iteration', 'ci_failed')
    await eventually('the message that is refused', () =>
      discord.requests.length > 0 ? true : null,
    )
    await service.stop()
    restored = await copyDatabase(original.url)

    service = await serve(world, original.url)
    await service.send('/api/codex/unpause', {
      repository: 'acme/widgets',
      reason: 'the backup is taken',
    })
    await eventually('the message', () => (discord.in(channels.success).length === 1 ? true : null))
    await eventually('the next attempt', () => (dispatcher.started().length === 1 ? true : null))
    await service.run(1).settles()
    await service.run(2).settles()
    await service.stop()

    // The database is lost an hour later, when Discord no longer knows the nonces.
    discord.forgetNonces()
    const old = new pg.Client({ connectionString: restored.url })
    await old.connect()
    await old.query(`update effects set created_at = created_at - interval '1 hour'`)
    await old.end()
    service = await serve(world, restored.url)
    await service.send('/api/codex/unpause', {
      repository: 'acme/widgets',
      reason: 'the backup is restored',
    })
    expect(await service.send('/api/codex/run-complete', done.workflow)).toMatchObject({
      event: { duplicate: true },
    })
    const messages = (await service.run(1).settles())('discord')
    const dispatched = (await service.run(2).settles())('dispatch')

    expect([...messages, ...dispatched].map(({ state }) => state)).toEqual(['done', 'done'])
    expect(discord.in(channels.success)).toHaveLength(1)
    expect(dispatcher.log.map(({ duplicate }) => duplicate)).toEqual([false, true])
  } finally {
    await service.stop()
    await world.close()
    await original.drop()
    await restored?.drop()
  }
})
