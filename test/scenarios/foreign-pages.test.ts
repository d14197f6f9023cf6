import { request as httpRequest } from 'node:http'
import { expect } from 'vitest'
import { passChecksAndReview } from '../harness/pass-checks-and-review.ts'
import { type Story, scenario } from '../harness/story.ts'

/** What a browser sends for a page: it chooses the Host and the Origin, and no preflight. */
const sendAsPage = (
  { serviceUrl }: Story,
  {
    path,
    method = 'GET',
    headers,
    body = '',
  }: {
    readonly path: string
    readonly method?: string
    readonly headers: Readonly<Record<string, string>>
    readonly body?: string
  },
) =>
  new Promise<{ readonly status: number; readonly body: string }>((resolve, reject) => {
    const request = httpRequest(new URL(path, serviceUrl()), { method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }))
    })
    request.on('error', reject)
    request.end(body)
  })

const writes = [
  '/api/codex/rerun',
  '/api/codex/pause',
  '/api/codex/notify',
  '/api/codex/run-complete',
  '/api/codex/github-events',
  '/api/codex/escalations/answers',
  '/api/memories',
  '/api/session',
]

scenario('pages of other sites can neither write nor read without tokens', async (story) => {
  const { agent, github, run, dispatcher, serviceUrl } = story
  await agent.finishes({ issue: 801 }, ({ pull }) => passChecksAndReview(github, pull))
  await run(801).ends('completed', 'accepted')
  const rerun = JSON.stringify({ repository: 'acme/widgets', issueNumber: 801, prompt: 'mine' })

  for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example'])
    for (const path of writes)
      expect(
        await sendAsPage(story, {
          ...{ path, method: 'POST', body: rerun },
          headers: { 'content-type': 'text/plain', origin },
        }),
        `${path} from ${origin}`,
      ).toMatchObject({ status: 403 })
  const own = new URL(serviceUrl())
  for (const host of ['evil.example', `127.0.0.1.evil.example:${own.port}`, 'localhost.evil'])
    for (const path of ['/api/codex/runs/list', '/api/codex/rerun', '/readyz', '/nowhere'])
      expect(
        await sendAsPage(story, { path, headers: { host, origin: `http://${host}` } }),
        `${path} as ${host}`,
      ).toMatchObject({ status: 403, body: expect.not.stringContaining('acme/widgets') })
  expect(dispatcher.started()).toEqual([])
  expect((await run(801).all()).length).toBe(1)

  // Programs on this machine, and pages of the service itself, go on.
  const list = { path: '/api/codex/runs/list' }
  for (const host of [own.host, `localhost:${own.port}`, `[::1]:${own.port}`])
    expect(await sendAsPage(story, { ...list, headers: { host } })).toMatchObject({ status: 200 })
  expect(
    await sendAsPage(story, {
      ...{
        path: '/api/codex/pause',
        method: 'POST',
        body: '{"repository":"acme/quiet","reason":"tests"}',
      },
      headers: { origin: own.origin, 'content-type': 'application/json' },
    }),
  ).toMatchObject({ status: 200 })
})
