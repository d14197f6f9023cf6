import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { consumeAgentMessages } from '../../services/judge/src/adapters/nats/consume-agent-messages.ts'
import { examineNats } from '../../services/judge/src/adapters/nats/examine.ts'
import type { SubjectMessage } from '../../services/judge/src/ingest/nats/store-agent-messages.ts'
import { Failure } from '../../services/judge/src/lib/failure.ts'
import { startNats } from '../harness/infra/nats.ts'
import { scenario } from '../harness/story.ts'
import { watchAgentEvents } from '../harness/watch-agent-events.ts'
import { createWatchedState } from '../harness/watched-state.ts'
import { eventually } from './within.ts'

const nats = process.env.TEST_NATS ?? ''
const quiet = { debug: () => {}, info: () => {}, warn: () => {} }

describe.skipIf(nats === '')('agent messages over a real NATS server', () => {
  let connection: NatsConnection
  beforeAll(async () => {
    connection = await connect({ servers: nats })
    await deleteStream(connection)
  })
  afterAll(async () => connection.close())

  scenario(
    'a message is stored once and streamed, and a malformed one is quarantined',
    async ({ agent, serviceUrl, get }) => {
      await waitUntilReady(get)
      const { run, workflow } = await agent.finishes({ issue: 71 })
      const { uid, name, namespace } = workflow.metadata
      const subject = `argo.workflow.${namespace}.${name}.${uid}.agent.builder.message`
      const say = (id: string, content: string) => ({
        message_id: id,
        kind: 'message',
        role: 'assistant',
        content,
      })
      await publish(connection, [
        [subject, say('m1', 'I begin')],
        [subject, '{"half a mess'],
        [subject, say('m1', 'I begin')],
        [subject, say('m2', `my key is ghp_${'a1B2'.repeat(9)}`)],
        ['argo.workflow.general.status', { ...say('m3', 'all agents'), channel: 'lobby' }],
      ])
      const watching = watchAgentEvents(`${serviceUrl()}/api/agents/events?runId=${run.id}`)
      const two = await eventually('both messages', () =>
        watching.seen.length >= 2 ? watching.seen : null,
      )
      expect(two.map(({ message }) => message)).toMatchObject([
        { content: 'I begin', workflowUid: uid, agentId: 'builder', source: 'nats' },
        { role: 'assistant' },
      ])
      expect(two[1]?.message.content).not.toContain('ghp_a1B2')
      expect(watching.text()).toMatch(/^retry: ?1000/m)

      await publish(connection, [[subject, say('m4', 'I am done')]])
      await eventually('the message that arrives later', () => watching.seen.length === 3)
      watching.close()
      const later = watchAgentEvents(`${serviceUrl()}/api/agents/events?workflowUid=${uid}`, {
        'last-event-id': two[1]?.id ?? '',
      })
      await eventually('only the messages behind the last id', () => later.seen.length === 1)
      expect(later.seen[0]?.message.content).toBe('I am done')
      later.close()
      const lobby = watchAgentEvents(`${serviceUrl()}/api/agents/events?channel=lobby`)
      await eventually('the channel', () => lobby.seen.length === 1)
      lobby.close()

      const { quarantine } = (await get('/api/codex/quarantine')) as {
        quarantine: { source: string; body: string }[]
      }
      expect(quarantine).toMatchObject([{ source: 'agent', body: '{"half a mess' }])
      expect(String((await get('/metrics')).text)).toContain(
        'codex_judge_events_total{source="agent",outcome="duplicate"} 1',
      )
      expect(
        (
          await fetch(`${serviceUrl()}/api/agents/events`, {
            headers: { accept: 'text/event-stream' },
          })
        ).status,
      ).toBe(400)
    },
    { env: { NATS_URL: nats } },
  )

  test('doctor finds the stream, and changes nothing', async () => {
    await deleteStream(connection)
    const examine = () => examineNats({ url: nats, login: null })
    const missing = {
      state: 'warn',
      message: 'the stream agent-comms does not exist; the service creates it when it starts',
    }
    expect([...(await examine()), ...(await examine())]).toEqual([missing, missing])
    const { streams } = await jetstreamManager(connection)
    await streams.add({ name: 'agent-comms', subjects: ['argo.workflow.general.*'] })
    expect(await examine()).toEqual([
      { state: 'ok', message: 'the stream agent-comms has 0 messages' },
    ])
  })

  test('messages are acknowledged only after they are stored', async () => {
    await deleteStream(connection)
    const taken: string[] = []
    let away = true
    const { watch, state } = createWatchedState(() => consumer.findHold())
    const consumer = consumeAgentMessages({
      settings: { url: nats, login: null },
      log: quiet,
      watch,
      store: async (batch: readonly SubjectMessage[]) => {
        if (away) throw new Failure('unavailable', 'PostgreSQL is away')
        taken.push(...batch.map(({ body }) => Buffer.from(body).toString()))
      },
    })
    await eventually('it consumes', () => state() === 'on')
    await publish(connection, [
      ['argo.workflow.general.note', 'one'],
      ['argo.workflow.general.note', 'two'],
    ])
    await eventually('it is held', () => state() === 'held: PostgreSQL is away')
    away = false
    await eventually('both are taken', () => taken.length >= 2)
    expect(new Set(taken)).toEqual(new Set(['one', 'two']))
    const info = async () =>
      (await jetstreamManager(connection)).consumers.info('agent-comms', 'codex-judge-agent-comms')
    await eventually(
      'nothing is left to acknowledge',
      async () => (await info()).num_ack_pending === 0,
    )
    await consumer.stop()
  })
})

describe.skipIf(nats === '' || process.env.TEST_NATS_OWN !== 'yes')(
  'a NATS server that the test starts',
  () => {
    test('nothing is lost when the server is killed and started again', async () => {
      const server = await startNats()
      const taken: string[] = []
      const { watch, state } = createWatchedState()
      const consumer = consumeAgentMessages({
        settings: { url: server.address, login: null },
        log: quiet,
        watch,
        store: async (batch) =>
          void taken.push(...batch.map(({ body }) => Buffer.from(body).toString())),
      })
      try {
        await eventually('it consumes', () => state() === 'on')
        await server.down()
        await eventually('NATS is away', () => state().startsWith('away: '))
        await server.up()
        await eventually('it consumes again', () => state() === 'on')
        const connection = await connect({ servers: server.address })
        await publish(connection, [['argo.workflow.general.note', 'after']])
        await eventually('the message', () => taken.includes('after'))
        await connection.close()
      } finally {
        await consumer.stop()
        await server.close()
      }
    })
  },
)

const waitUntilReady = (get: (path: string) => Promise<{ readonly [part: string]: unknown }>) =>
  eventually('NATS is consumed', async () => {
    const { systems } = (await get('/readyz')) as { systems: { nats: string } }
    return systems.nats === 'on'
  })

async function deleteStream(connection: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(connection)
  await manager.streams.delete('agent-comms').catch(() => undefined)
}

async function publish(
  connection: NatsConnection,
  messages: readonly (readonly [string, unknown])[],
): Promise<void> {
  const stream = jetstream(connection)
  for (const [subject, payload] of messages)
    await stream.publish(subject, typeof payload === 'string' ? payload : JSON.stringify(payload))
}
