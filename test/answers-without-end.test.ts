import { createServer, type RequestListener } from 'node:http'
import { createGzip } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { createArgoOutputs } from '../services/judge/src/adapters/argo/outputs.ts'
import { createDiscordMessenger } from '../services/judge/src/adapters/discord/discord-messenger.ts'
import { createHttpDispatcher } from '../services/judge/src/adapters/dispatcher/http-dispatcher.ts'
import { AnswerTooLong, fetchBounded } from '../services/judge/src/adapters/fetch-bounded.ts'
import { createGithub } from '../services/judge/src/adapters/github/github.ts'
import { createModels } from '../services/judge/src/adapters/models/models.ts'
import { createMinioStore } from '../services/judge/src/adapters/stores/minio.ts'
import { noCallWatch } from '../services/judge/src/lib/call-watch.ts'
import { Failure } from '../services/judge/src/lib/failure.ts'
import { toInstant } from '../services/judge/src/lib/instant.ts'
import { firstTry, task } from './effects/samples.ts'
import { toSha } from './github/harness.ts'

/* Systems that lie: their answers have no end, are small until they are unpacked, or drip. */

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function listen(answer: RequestListener): Promise<{ readonly url: string; port: number }> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return { url: `http://127.0.0.1:${address.port}`, port: address.port }
}

/** Sends zeros, packed, until the reader closes the connection; counts what they unpack to. */
const endless = (sent: { bytes: number }): RequestListener => {
  const block = Buffer.alloc(1024 * 1024, ' ')
  return (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
    const packed = createGzip({ level: 1 })
    packed.pipe(response)
    const write = (): void => {
      while (!response.destroyed && sent.bytes < 2 * 1024 ** 3) {
        sent.bytes += block.length
        if (!packed.write(block)) return
      }
    }
    packed.on('drain', write)
    response.on('close', () => packed.destroy())
    write()
  }
}

const { signal } = new AbortController()
const now = toInstant('2026-12-01T10:00:00Z')

type Call = (at: { readonly url: string; readonly port: number }) => Promise<unknown>
const githubAt = (url: string) =>
  createGithub({
    apiUrl: url,
    graphqlUrl: `${url}/graphql`,
    credentials: { kind: 'token', token: 'token-of-the-test' },
    reviewRequestToken: null,
    now: () => now,
    timeout: 60_000,
    retryPause: 1,
    onRequest: () => undefined,
  })
const repository = 'acme/widgets'

const calls: Readonly<Record<string, Call>> = {
  'GitHub, GraphQL': ({ url }) => githubAt(url).readSnapshot({ repository, number: 7 }, signal),
  'GitHub, REST': ({ url }) =>
    githubAt(url).readRelation(
      { repository, commit: 'abc1234', head: toSha('a'.repeat(40)) },
      signal,
    ),
  Argo: ({ url }) =>
    createArgoOutputs({ url, token: null, rereadToken: null, watch: noCallWatch }).findOutputs(
      { namespace: 'ns', name: 'wf', uid: null },
      signal,
    ),
  Discord: ({ url }) =>
    createDiscordMessenger({ token: 'bot', url }).find(
      { channelId: '1', matches: () => true },
      signal,
    ),
  'the model': ({ url }) => {
    const model = createModels({
      openai: { apiKey: 'key-of-the-test', baseUrl: url },
      anthropic: null,
      codex: null,
    })('openai/gpt-5.2')
    if (model === null) throw new Error('no model')
    return model.ask({
      system: 'You judge.',
      user: 'Is it done?',
      asksTestEdits: false,
      timeout: 60_000,
      maxOutputTokens: 1_000,
      now,
      signal,
    })
  },
}

test.each(Object.keys(calls))('an answer of %s without an end is a failure', async (system) => {
  const sent = { bytes: 0 }
  const failure = await calls[system]?.(await listen(endless(sent))).catch(
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(Failure)
  expect(String(failure)).toMatch(/the answer is longer than \d+ MiB/)
  // The rest is not fetched: what is on its way when the connection closes is all there is.
  expect(sent.bytes).toBeLessThan(512 * 1024 ** 2)
})

test('the dispatcher accepts with the status; the rest of its answer is not read', async () => {
  const sent = { bytes: 0 }
  const { url } = await listen(endless(sent))
  const accepted = createHttpDispatcher({ url, token: null }).submit(
    { task, issuedAt: now, now: firstTry().createdAt },
    signal,
  )
  await expect(accepted).resolves.toMatchObject({ workflowName: null })
  expect(sent.bytes).toBeLessThan(512 * 1024 ** 2)
})

test('a listing of the artifact store without an end is unavailable', async () => {
  const block = Buffer.alloc(1024 * 1024, ' ')
  let bytes = 0
  const { port } = await listen((_request, response) => {
    const write = (): void => {
      while (!response.destroyed && bytes < 1024 ** 3) {
        bytes += block.length
        if (!response.write(block)) return
      }
    }
    response.on('drain', write)
    write()
  })
  const store = createMinioStore({
    endpoint: { host: '127.0.0.1', port, tls: false },
    credentials: null,
    region: 'eu-test-1',
  })
  await expect(store.list('bucket', 'wf/', 10, signal)).rejects.toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('the answer is longer than 4194304 bytes'),
  })
  expect(bytes).toBeLessThan(512 * 1024 ** 2)
})

test('an answer that drips is ended, and so is one whose headers are too long', async () => {
  const drip = await listen((_request, response) => {
    response.write('{')
    const dripping = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(dripping))
  })
  const bounds = { maxBytes: 1024, timeLimit: 200 }
  await expect(
    fetchBounded(drip.url, undefined, bounds).then((answer) => answer.text()),
  ).rejects.toThrow(/time/)
  const wordy = await listen((_request, response) =>
    response.writeHead(200, { 'x-long': 'x'.repeat(64 * 1024) }).end(),
  )
  await expect(fetchBounded(wordy.url, undefined, { maxBytes: 1024 })).rejects.toThrow()
})

test('an answer within the bounds arrives whole, with its address and its status', async () => {
  const { url } = await listen((_request, response) =>
    response.writeHead(203, { 'x-kept': 'yes' }).end('x'.repeat(1024)),
  )
  const answer = await fetchBounded(url, undefined, { maxBytes: 1024 })
  expect([answer.status, answer.headers.get('x-kept'), new URL(answer.url).origin]).toEqual([
    203,
    'yes',
    url,
  ])
  expect(await answer.text()).toHaveLength(1024)
  const cut = await fetchBounded(url, undefined, { maxBytes: 1023 })
  await expect(cut.text()).rejects.toBeInstanceOf(AnswerTooLong)
})
