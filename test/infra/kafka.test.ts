import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startKafka } from '../harness/infra/kafka.ts'
import { runProgram } from '../harness/infra/process.ts'
import { startTcpProxy } from '../harness/infra/tcp-proxy.ts'
import { createCompletion } from './completions.ts'
import { createInbox, createTopics, type SentMessage, startConsumer } from './kafka-world.ts'
import { eventually, pollFor } from './within.ts'

const kafka = process.env.TEST_KAFKA ?? ''
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n)

describe.skipIf(kafka === '')('events from a real Kafka', () => {
  test('a malformed record is quarantined and dead-lettered, and the records behind it are recorded', async () => {
    const [topics, inbox] = [await createTopics(kafka), await createInbox()]
    const sent: readonly SentMessage[] = [
      { ...createCompletion(1), partition: 0 },
      {
        value: '{"workflowUid": "half a mess',
        headers: { ce_ingesttoken: 'secret', traceparent: '00-1-2-01' },
        partition: 0,
      },
      { value: null, key: 'a tombstone', partition: 0 },
      { value: Buffer.from([0xff, 0xfe]), partition: 0 },
      { ...createCompletion(2), partition: 0 },
    ]
    await topics.send(topics.completions, sent)
    const consumer = startConsumer(topics, inbox.url)
    await eventually('both workflows', async () => (await inbox.runs()) === 2)
    const quarantined = await eventually('both malformed records', async () => {
      const bodies = await inbox.quarantined()
      return bodies.length === 2 ? bodies : null
    })
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
    await eventually('the tombstone is reported', () =>
      consumer.output.some(({ empty }) => empty === 'run-complete'),
    )
    await eventually(
      'the offset behind the last',
      async () => (await topics.committed(topics.completions))[0] === 5,
    )

    // As after a crash before the commit, or a restored backup: everything is delivered again.
    expect(await consumer.stop()).toBe(0)
    await topics.rewind(topics.completions)
    startConsumer(topics, inbox.url)
    await eventually(
      'all records are consumed again',
      async () => (await topics.committed(topics.completions))[0] === 5,
    )
    expect(await inbox.quarantined()).toEqual(quarantined)
    expect([await inbox.runs(), await inbox.messages()]).toEqual([2, 4])
  })

  test('the lag is the number of records that are not consumed yet', async () => {
    const [topics, inbox] = [await createTopics(kafka), await createInbox()]
    await topics.send(
      topics.completions,
      range(50).map((n) => createCompletion(n)),
    )
    expect(await topics.lag(topics.completions)).toBe(50)
    const consumer = startConsumer(topics, inbox.url)
    await eventually('all are taken', async () => (await topics.lag(topics.completions)) === 0)
    expect(await inbox.runs()).toBe(50)
    expect(await consumer.stop()).toBe(0)
    await topics.send(topics.completions, [createCompletion(50)])
    expect(await topics.lag(topics.completions)).toBe(1)
  })

  test('a webhook that the GitHub topic contains twice is recorded once', async () => {
    const [topics, inbox] = [await createTopics(kafka), await createInbox()]
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
    startConsumer(topics, inbox.url)
    await eventually('both are taken', async () =>
      (await topics.committed(topics.github)).slice(0, 2).every((at) => at === 1),
    )
    const [row] = await inbox.db.selectFrom('inbox').selectAll().execute()
    expect(await inbox.messages()).toBe(1)
    expect(row).toMatchObject({ source: 'github', transport: 'kafka', state: 'applied' })
  })

  test('the consumer pauses while PostgreSQL is unavailable, and loses nothing', async () => {
    const [topics, inbox] = [await createTopics(kafka), await createInbox()]
    const proxy = await startDatabaseProxy(inbox.url)
    const consumer = startConsumer(topics, proxy.url)
    await topics.send(
      topics.completions,
      range(50).map((n) => createCompletion(n)),
    )
    await eventually('the first are taken', async () => (await inbox.runs()) === 50)

    proxy.cut()
    await topics.send(
      topics.completions,
      range(100).map((n) => createCompletion(n)),
    )
    await eventually('the consumer is held', () => consumer.state().startsWith('held: '))
    expect(await inbox.runs()).toBe(50)
    const before = (await topics.committed(topics.completions)).reduce((sum, at) => sum + at, 0)
    expect(before).toBe(50)

    proxy.mend()
    await eventually('all are taken', async () => (await inbox.runs()) === 100)
    await eventually('the consumer continues', () => consumer.state() === 'on')
    await proxy.close()
  })

  test('two consumers share the partitions, and one takes over when the other is killed', async () => {
    const [topics, inbox] = [await createTopics(kafka), await createInbox()]
    const first = startConsumer(topics, inbox.url)
    await eventually('it consumes', () => first.state() === 'on')
    await topics.send(
      topics.completions,
      range(200).map((n) => createCompletion(n)),
    )
    const second = startConsumer(topics, inbox.url)
    await eventually('it consumes, too', () => second.state() === 'on')
    for (const part of split(
      range(600).map((n) => createCompletion(n)),
      100,
    ))
      await topics.send(topics.completions, part)
    await first.kill()
    await topics.send(
      topics.completions,
      range(700).map((n) => createCompletion(n)),
    )
    await pollFor(90_000, 'all are taken', async () => (await inbox.runs()) === 700)
    expect(await inbox.messages()).toBe(700)
  }, 120_000)
})

describe.skipIf(process.env.TEST_KAFKA_OWN !== 'yes')('a Kafka that the test starts', () => {
  test('nothing is lost when a broker is killed and started again', async () => {
    const broker = await startKafka()
    try {
      const [topics, inbox] = [await createTopics(broker.address), await createInbox()]
      const consumer = startConsumer(topics, inbox.url)
      await topics.send(
        topics.completions,
        range(100).map((n) => createCompletion(n)),
      )
      await eventually('the first are taken', async () => (await inbox.runs()) === 100)
      await broker.down('kill')
      await eventually('Kafka is away', () => consumer.state().startsWith('away: '))
      await broker.up()
      await topics.send(
        topics.completions,
        range(200).map((n) => createCompletion(n)),
      )
      await pollFor(90_000, 'the rest is taken', async () => (await inbox.runs()) === 200)
      expect(await inbox.messages()).toBe(200)
      expect(await consumer.stop()).toBe(0)
    } finally {
      await broker.close()
    }
  }, 180_000)

  test('the consumer uses TLS and SCRAM, and reports a wrong password', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'codex-judge-tls-'))
    const login = {
      username: 'judge',
      password: 'a-password-of-the-judge',
      keystore: await createCertificate(dir),
    }
    const broker = await startKafka(login)
    try {
      const { username, password } = login
      const topics = await createTopics(broker.address, {
        ssl: { ca: [await readFile(login.keystore.certificate, 'utf8')] },
        sasl: { mechanism: 'scram-sha-512', username, password },
      })
      const inbox = await createInbox()
      const env = {
        KAFKA_SSL: 'true',
        KAFKA_SASL_MECHANISM: 'scram-sha-512',
        KAFKA_USERNAME: username,
        NODE_EXTRA_CA_CERTS: login.keystore.certificate,
      }
      await topics.send(topics.completions, [createCompletion(1)])
      const refused = startConsumer(topics, inbox.url, {
        ...env,
        KAFKA_PASSWORD: 'another password',
      })
      await eventually('the login is refused', () =>
        /^refused: .*(?:SASL|auth)/i.test(refused.state()),
      )
      await refused.kill()
      startConsumer(topics, inbox.url, { ...env, KAFKA_PASSWORD: password })
      await eventually('the workflow', async () => (await inbox.runs()) === 1)
    } finally {
      await broker.close()
      await rm(dir, { recursive: true })
    }
  }, 120_000)
})

const split = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) =>
    all.slice(n * size, (n + 1) * size),
  )

/** The same database through a proxy whose connections can be cut. */
async function startDatabaseProxy(databaseUrl: string) {
  const url = new URL(databaseUrl)
  const proxy = await startTcpProxy({ to: { host: url.hostname, port: Number(url.port) } })
  url.port = String(proxy.port)
  return { ...proxy, url: url.href }
}

/** A key and certificate for 127.0.0.1 as PKCS12, and the certificate as PEM. */
async function createCertificate(dir: string) {
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
  await runProgram('keytool', [
    ...['-genkeypair', '-keyalg', 'RSA', '-keysize', '2048', '-validity', '2'],
    ...['-dname', 'CN=127.0.0.1', '-ext', 'san=ip:127.0.0.1', ...store],
  ])
  await runProgram('keytool', ['-exportcert', '-rfc', '-file', certificate, ...store])
  return { path, password, certificate }
}
