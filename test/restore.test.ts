import pg from 'pg'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { type Service, startService } from '../services/judge/src/composition/service.ts'
import { configure } from '../services/judge/src/config/configure.ts'
import { copyOf, freshDatabase } from './harness/database.ts'
import { policyText } from './harness/policy.ts'
import { eventually, runVerbs } from './harness/run-verbs.ts'
import { createAgent } from './world/agent.ts'
import { json } from './world/serve.ts'
import { channels, createWorld, type World } from './world/world.ts'

const policy = policyText({
  judge: { models: [] },
  // Both runs wait for what this test brings about, however long the machine takes for it.
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
  world.webhooksTo(service.url)
  const send = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
    const response = await fetch(
      service.url + path,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    )
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Record<string, unknown>
  }
  const run = (issue: number) =>
    runVerbs((path) => send(path), { issue, repository: 'acme/widgets' })
  return { send, run, stop: service.stop }
}

test('what was sent after a backup was taken is looked up when it is restored, and not sent again', async () => {
  const world = await createWorld({ github: { firstNumber: 1001 } })
  const { github, discord, dispatcher } = world
  const agent = createAgent(world)
  const original = await freshDatabase()
  let restored: Awaited<ReturnType<typeof copyOf>> | null = null
  let service = await serve(world, original.url)
  try {
    // One run is completed and cannot say so; another is to be tried again, and is held back.
    await service.send('/api/codex/pause', {
      repository: 'acme/widgets',
      reason: 'a backup is taken',
    })
    discord.faults.next(
      { when: 'before', answer: json(503, {}) },
      { when: 'before', answer: json(503, {}) },
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
    await eventually('the message that is not taken', () =>
      discord.requests.length > 0 ? true : null,
    )
    await service.stop()
    restored = await copyOf(original.url)

    service = await serve(world, original.url)
    await service.send('/api/codex/unpause', { repository: 'acme/widgets', reason: 'it is taken' })
    await eventually('the message', () => (discord.in(channels.success).length === 1 ? true : null))
    await eventually('the next attempt', () => (dispatcher.started().length === 1 ? true : null))
    await service.run(1).settles()
    await service.run(2).settles()
    await service.stop()

    // An hour later the database is lost. Discord has long forgotten the nonces.
    discord.forgetNonces()
    const old = new pg.Client({ connectionString: restored.url })
    await old.connect()
    await old.query(`update effects set created_at = created_at - interval '1 hour'`)
    await old.end()
    service = await serve(world, restored.url)
    await service.send('/api/codex/unpause', {
      repository: 'acme/widgets',
      reason: 'it is restored',
    })
    expect(await service.send('/api/codex/run-complete', done.workflow)).toMatchObject({
      event: { duplicate: true },
    })
    const said = (await service.run(1).settles())('discord')
    const dispatched = (await service.run(2).settles())('dispatch')

    expect([...said, ...dispatched].map(({ state }) => state)).toEqual(['done', 'done'])
    expect(discord.in(channels.success)).toHaveLength(1)
    expect(dispatcher.log.map(({ duplicate }) => duplicate)).toEqual([false, true])
  } finally {
    await service.stop()
    await world.close()
    await original.drop()
    await restored?.drop()
  }
})
