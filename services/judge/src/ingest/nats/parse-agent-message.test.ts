import { expect, test } from 'vitest'
import { parseAgentMessage } from './parse-agent-message.ts'

const subject = 'argo.workflow.agent-runs.codex-41.uid-41.agent.builder.message'
const read = (payload: unknown, on = subject) => {
  const parsed = parseAgentMessage(on, Buffer.from(JSON.stringify(payload)))
  if (parsed.kind === 'fault') throw new Error(parsed.fault.message)
  return parsed.message
}

test('the subject supplies what the payload leaves out', () => {
  expect(
    read({ message_id: 'm1', content: 'hello', timestamp: '2026-11-20T08:00:00Z' }),
  ).toMatchObject({
    key: `${subject}:m1`,
    workflowNamespace: 'agent-runs',
    workflowName: 'codex-41',
    workflowUid: 'uid-41',
    agentId: 'builder',
    kind: 'message',
    content: 'hello',
    saidAt: Date.parse('2026-11-20T08:00:00Z'),
  })
  expect(read({ message_id: 'm2', content: 'hi' }, 'argo.workflow.general.status')).toMatchObject({
    kind: 'status',
    channel: 'general',
    workflowUid: null,
  })
})

test('the payload takes precedence over the subject, and odd fields cost only themselves', () => {
  const message = read({
    messageId: 'm3',
    kind: 'command',
    run_id: 'r1',
    content: { command: 'npm test' },
    exit_code: '137',
    attrs: 'no object',
    timestamp: 'yesterday',
    role: '\0',
  })
  expect(message).toMatchObject({
    kind: 'command',
    runId: 'r1',
    exitCode: 137,
    attrs: {},
    saidAt: null,
  })
  expect(message.content).toContain('npm test')
})

test('without an id, the content is the identity', () => {
  expect(read({ content: 'a' }).key).toBe(read({ content: 'a' }).key)
  expect(read({ content: 'a' }).key).not.toBe(read({ content: 'b' }).key)
  expect(read({ message_id: 'x'.repeat(600) }).key.length).toBeLessThan(500)
})

test.each([
  [Buffer.from([0xff]), 'not_utf8'],
  [Buffer.from('{"half'), 'not_json'],
  [Buffer.from('[]'), 'not_object'],
])('%j is a fault, and nothing is thrown', (body, code) => {
  expect(parseAgentMessage(subject, body)).toMatchObject({ kind: 'fault', fault: { code } })
})
