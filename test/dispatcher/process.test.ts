import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { createArgoWorld } from '../world/argo.ts'
import { runDispatcher, send, startDispatcher } from './dispatcher.ts'

async function runUntilExit(env: Readonly<Record<string, string>>) {
  const { process: child, output } = runDispatcher(env)
  const [code] = await once(child, 'close')
  return { code, lines: output().trim().split('\n') }
}

test('all configuration faults are printed, one per line, and the exit code is 2', async () => {
  const { code, lines } = await runUntilExit({
    PORT: 'eighty',
    LOG_LEVEL: 'loud',
    ARGO_NAMESPACE: 'Not A Namespace',
    ARGO_TOKEN_FILE: '/nowhere/token',
    DISPATCHER_TOKEN: 'secret one',
    WORKFLOW_TEMPLATE_REVIEW: 'Has Spaces',
  })
  expect(code).toBe(2)
  expect(lines.map((line) => line.split(':', 1)[0]).sort()).toEqual([
    'ARGO_NAMESPACE',
    'ARGO_SERVER_URL',
    'ARGO_TOKEN_FILE',
    'DISPATCHER_TOKEN',
    'LOG_LEVEL',
    'PORT',
    'WORKFLOW_TEMPLATE_REVIEW',
  ])
  expect(lines.join('\n')).not.toContain('secret one')
})

test('without a token it listens only on loopback, unless open access is allowed', async () => {
  const argo = { ARGO_SERVER_URL: 'http://127.0.0.1:9', HOST: '0.0.0.0' }
  const { code, lines } = await runUntilExit(argo)
  expect({ code, lines: lines.length }).toEqual({ code: 2, lines: 1 })
  expect(lines[0]).toMatch(/^DISPATCHER_TOKEN: /)
  const wanted = await startDispatcher({ ...argo, ALLOW_UNAUTHENTICATED: 'true' })
  await wanted.end()
})

test('SIGTERM exits with 0 after the current task is answered, SIGINT with 130', async () => {
  const argo = await createArgoWorld()
  const dispatcher = await startDispatcher({ ARGO_SERVER_URL: argo.url })
  let letGo = (): void => {}
  const hold = new Promise<void>((resolve) => {
    letGo = resolve
  })
  argo.faults.next({ when: 'before', hold })
  const answer = send(dispatcher)
  await vi.waitFor(() => expect(argo.requests).toHaveLength(1))
  const ended = dispatcher.end('SIGTERM')
  await vi.waitFor(() => expect(dispatcher.output()).toContain('"event":"stopping"'))
  // The signal comes again from the parent in the same process group.
  void dispatcher.end('SIGTERM')
  letGo()
  expect((await answer).status).toBe(202)
  expect(await ended).toBe(0)
  const interrupted = await startDispatcher({ ARGO_SERVER_URL: argo.url })
  expect(await interrupted.end('SIGINT')).toBe(130)
  await argo.close()
})

test('a port in use exits with 1', async () => {
  const first = await startDispatcher({ ARGO_SERVER_URL: 'http://127.0.0.1:9' })
  const { code } = await runUntilExit({
    ARGO_SERVER_URL: 'http://127.0.0.1:9',
    PORT: new URL(first.url).port,
  })
  expect(code).toBe(1)
  await first.end()
})
