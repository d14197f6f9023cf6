import Fastify from 'fastify'
import { expect, test } from 'vitest'
import type { ConsoleBuild } from './build.ts'
import { registerConsoleRoutes } from './console-routes.ts'

const ask = async (build: ConsoleBuild, path = '/') => {
  const app = Fastify()
  await registerConsoleRoutes(app, () => build)
  const answer = await app.inject({ url: path, headers: { accept: 'text/html' } })
  await app.close()
  return answer
}

test('a page that is being built says so, and loads itself again', async () => {
  const answer = await ask({ kind: 'building' })
  expect(answer.statusCode).toBe(503)
  expect(answer.headers['retry-after']).toBe('2')
  expect(answer.body).toContain('<h1>The console is being built.</h1>')
  expect(answer.body).toContain('http-equiv="refresh"')
})

test('a console that cannot be built says why, and does not ask for ever', async () => {
  const because = 'no space left on <device> & "x"'
  const answer = await ask({ kind: 'failed', because }, '/runs/1')
  expect(answer.statusCode).toBe(503)
  expect(answer.body).toContain('The service works without it.')
  expect(answer.body).toContain('no space left on &lt;device&gt; &amp; &quot;x&quot;')
  expect(answer.body).not.toContain('http-equiv="refresh"')
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
})

test('files that are not there yet are not found', async () => {
  expect((await ask({ kind: 'building' }, '/assets/index.js')).statusCode).toBe(404)
})
