import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startKafka } from '../harness/infra/kafka.ts'
import { runToEnd } from '../harness/infra/process.ts'
import { tcpProxy } from '../harness/infra/tcp-proxy.ts'
import { completion } from './completions.ts'
import { consumes, inbox, type Sent, topicsOn } from './kafka-world.ts'
import { eventually, within } from './within.ts'

const kafka = process.env.TEST_KAFKA ?? ''
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n)

describe.skipIf(kafka === '')('events from a real Kafka', () => {
  test('a malformed record stops nobody: it is in quarantine and among the dead letters, and what stands behind it is taken', async () => {
    const [topics, there] = [await topicsOn(kafka), await inbox()]
    const sent: readonly Sent[] = [
      { ...completion(1), partition: 0 },
      {
        value: '{"workflowUid": "half a mess',
        headers: { ce_ingesttoken: 'secret', traceparent: '00-1-2-01' },
        partition: 0,
      },
      { value: null, key: 'a tombstone', partition: 0 },
      { value: Buffer.from([0xff, 0xfe]), partition: 0 },
      { ...completion(2), partition: 0 },
    ]
    await topics.send(topics.completions, sent)
    const consumer = consumes(topics, there.url)
    await eventually('both workflows', async () => (await there.runs()) === 2)

    const quarantined = await there.quarantined()
    expect(quarantined.map(({ body }) => body.toString('latin1'))).toEqual([
      '{"workflowUid": "half a mess',
      'ÿþ',
    ])
    const letters = await topics.read(topics.deadLetters, 2)
    const [first] = letters.filter(
      ({ headers }) => headers['codex-judge-from'] === `${topics.completions}/0/1`,
    )
    expect(first).toMatchObject({
      value: '{"workflowUid": "half a mess',
      headers: { traceparent: '00-1-2-01' },
    })
    expect(JSON.stringify(letters)).not.toContain('secret')
    await eventually('the tombstone is said', () =>
      consumer.said.some(({ empty }) => empty === 'run-complete'),
    )
    await eventually(
      'the offset behind the last',
      async () => (await topics.committed(topics.completions))[0] === 5,
    )

    // As after a crash before the commit, or a restored backup: everything is delivered again.
    expect(await consumer.stop()).toBe(0)
    await topics.rewind(topics.completions)
    consumes(topics, there.url)
    await eventually(
      'all is taken again',
      async () => (await topics.committed(topics.completions))[0] === 5,
    )
    expect(await there.quarantined()).toEqual(quarantined)
    expect([await there.runs(), await there.messages()]).toEqual([2, 4])
  })

  test('the lag is what is there and was not taken yet, and falls to nothing', async () => {
    const [topics, there] = [await topicsOn(kafka), await inbox()]
    await topics.send(
      topics.completions,
      numbers(50).map((n) => completion(n)),
    )
    expect(await topics.lag(topics.completions)).toBe(50)
    const consumer = consumes(topics, there.url)
    await eventually('all are taken', async () => (await topics.lag(topics.completions)) === 0)
    expect(await there.runs()).toBe(50)
    expect(await consumer.stop()).toBe(0)
    await topics.send(topics.completions, [completion(50)])
    expect(await topics.lag(topics.completions)).toBe(1)
  })

  test('a webhook from the GitHub topic has the identity of its delivery, whatever else brings it', async () => {
    const [topics, there] = [await topicsOn(kafka), await inbox()]
    const value = JSON.stringify({
      deliveryId: 'd-1',
      event: 'check_run',
      action: 'completed',
      repository: 'acme/widgets',
      payload: {
        action: 'completed',
        check_run: { head_sha: 'a'.repeat(40), status: 'completed' },
        repository: { full_name: 'acme/widgets' },
      },
    })
    const headers = { 'x-github-event': 'check_run', 'x-github-delivery': 'd-1' }
    await topics.send(topics.github, [
      { value, headers, partition: 0 },
      { value, headers, partition: 1 },
    ])
    consumes(topics, there.url)
    await eventually('both are taken', async () =>
      (await topics.committed(topics.github)).slice(0, 2).every((at) => at === 1),
    )
    const [row] = await there.db.selectFrom('inbox').selectAll().execute()
    expect(await there.messages()).toBe(1)
    expect(row).toMatchObject({ source: 'github', transport: 'kafka', state: 'applied' })
  })

  test('while PostgreSQL is away the partition is held, and nothing is lost when it is back', async () => {
    const [topics, there] = [await topicsOn(kafka), await inbox()]
    const wire = await wireTo(there.url)
    const consumer = consumes(topics, wire.url)
    await topics.send(
      topics.completions,
      numbers(50).map((n) => completion(n)),
    )
    await eventually('the first are taken', async () => (await there.runs()) === 50)

    wire.cut()
    await topics.send(
      topics.completions,
      numbers(100).map((n) => completion(n)),
    )
    await eventually('it says that it holds', () => consumer.state().startsWith('held: '))
    expect(await there.runs()).toBe(50)
    const before = (await topics.committed(topics.completions)).reduce((sum, at) => sum + at, 0)
    expect(before).toBe(50)

    wire.mend()
    await eventually('all are taken', async () => (await there.runs()) === 100)
    await eventually('it goes on', () => consumer.state() === 'ok')
    await wire.close()
  })

  test('a second consumer shares the partitions, and when one is killed the other takes over what was not committed', async () => {
    const [topics, there] = [await topicsOn(kafka), await inbox()]
    const first = consumes(topics, there.url)
    await eventually('it consumes', () => first.state() === 'ok')
    await topics.send(
      topics.completions,
      numbers(200).map((n) => completion(n)),
    )
    const second = consumes(topics, there.url)
    await eventually('it consumes, too', () => second.state() === 'ok')
    for (const part of parts(
      numbers(600).map((n) => completion(n)),
      100,
    ))
      await topics.send(topics.completions, part)
    await first.kill()
    await topics.send(
      topics.completions,
      numbers(700).map((n) => completion(n)),
    )
    await within(90_000, 'all are taken', async () => (await there.runs()) === 700)
    expect(await there.messages()).toBe(700)
  }, 120_000)
})

describe.skipIf(process.env.TEST_KAFKA_OWN !== 'yes')('a Kafka of our own', () => {
  test('a broker that is killed and comes back costs nothing but time', async () => {
    const broker = await startKafka()
    try {
      const [topics, there] = [await topicsOn(broker.address), await inbox()]
      const consumer = consumes(topics, there.url)
      await topics.send(
        topics.completions,
        numbers(100).map((n) => completion(n)),
      )
      await eventually('the first are taken', async () => (await there.runs()) === 100)
      await broker.down('kill')
      await eventually('it says that Kafka is away', () => consumer.state().startsWith('away: '))
      await broker.up()
      await topics.send(
        topics.completions,
        numbers(200).map((n) => completion(n)),
      )
      await within(90_000, 'the rest is taken', async () => (await there.runs()) === 200)
      expect(await there.messages()).toBe(200)
      expect(await consumer.stop()).toBe(0)
    } finally {
      await broker.close()
    }
  }, 180_000)

  test('a cluster that asks for TLS and SCRAM gets both, and a wrong password is said and takes nothing', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'codex-judge-tls-'))
    const login = {
      username: 'judge',
      password: 'a-password-of-the-judge',
      keystore: await selfSigned(dir),
    }
    const broker = await startKafka(login)
    try {
      const { username, password } = login
      const topics = await topicsOn(broker.address, {
        ssl: { ca: [await readFile(login.keystore.certificate, 'utf8')] },
        sasl: { mechanism: 'scram-sha-512', username, password },
      })
      const there = await inbox()
      const env = {
        KAFKA_SSL: 'true',
        KAFKA_SASL_MECHANISM: 'scram-sha-512',
        KAFKA_USERNAME: username,
        NODE_EXTRA_CA_CERTS: login.keystore.certificate,
      }
      await topics.send(topics.completions, [completion(1)])
      const refused = consumes(topics, there.url, { ...env, KAFKA_PASSWORD: 'another password' })
      await eventually('it says that it is refused', () =>
        /^away: .*(?:SASL|auth)/i.test(refused.state()),
      )
      await refused.kill()
      consumes(topics, there.url, { ...env, KAFKA_PASSWORD: password })
      await eventually('the workflow', async () => (await there.runs()) === 1)
    } finally {
      await broker.close()
      await rm(dir, { recursive: true })
    }
  }, 120_000)
})

const parts = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) =>
    all.slice(n * size, (n + 1) * size),
  )

/** The same database through a wire that can be cut. */
async function wireTo(databaseUrl: string) {
  const url = new URL(databaseUrl)
  const proxy = await tcpProxy({ to: { host: url.hostname, port: Number(url.port) } })
  url.port = String(proxy.port)
  return { ...proxy, url: url.href }
}

/**
 * A key and certificate of 127.0.0.1 as Java wants them, and the certificate as everybody else
 * does.
 */
async function selfSigned(dir: string) {
  const [path, certificate, password] = [
    join(dir, 'broker.p12'),
    join(dir, 'broker.pem'),
    'a-keystore-password',
  ]
  const store = [
    '-keystore',
    path,
    '-storetype',
    'PKCS12',
    '-storepass',
    password,
    '-alias',
    'broker',
  ]
  await runToEnd('keytool', [
    ...['-genkeypair', '-keyalg', 'RSA', '-keysize', '2048', '-validity', '2'],
    ...['-dname', 'CN=127.0.0.1', '-ext', 'san=ip:127.0.0.1', ...store],
  ])
  await runToEnd('keytool', ['-exportcert', '-rfc', '-file', certificate, ...store])
  return { path, password, certificate }
}
