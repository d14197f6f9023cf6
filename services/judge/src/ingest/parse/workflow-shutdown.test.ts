import { expect, test } from 'vitest'
import { createClaims } from '../../../../../test/argo/claims.ts'
import type { JsonObject } from '../../lib/json.ts'
import { parseMessage } from './parse-message.ts'

const context = { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' }
const repository = 'acme/widgets'

function readClaims(message: JsonObject) {
  const body = Buffer.from(JSON.stringify(message))
  const parsed = parseMessage(
    { source: 'run-complete', transport: 'http', headers: {}, body },
    context,
  )
  if (parsed.kind !== 'one' || 'error' in parsed.message) throw new Error('not one message')
  const { event } = parsed.message
  return event?.kind === 'workflow.finished' ? event.claims : createClaims({})
}

const terminated = "Stopped with strategy 'Terminate'"
const stopped = "Stopped with strategy 'Stop'"
const nodeMessage = 'workflow shutdown with strategy:  Terminate'
const finished = { phase: 'Failed', finishedAt: '2026-05-01T12:00:00Z' }
const metadata = { name: 'w', uid: 'u', annotations: { 'codex.repository': repository } }
const createObject = (status: JsonObject, spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Workflow',
  metadata,
  spec,
  status: { ...finished, ...status },
})
const createNodes = (...messages: readonly string[]): JsonObject => ({
  nodes: Object.fromEntries(
    messages.map((message, index) => [`n${index}`, { phase: 'Failed', message }]),
  ),
})

test.each<[shape: string, message: JsonObject, shutdown: string | null]>([
  [
    'every field a JSON string',
    { repository, status: JSON.stringify({ ...finished, message: terminated }) },
    'Terminate',
  ],
  ['nested JSON', { repository, status: { ...finished, message: stopped } }, 'Stop'],
  [
    'an object with a summary',
    {
      run: { name: 'w', uid: 'u', message: terminated },
      trimmed: 'no',
      workflow: createObject({}),
    },
    'Terminate',
  ],
  ['the object itself', createObject({ message: terminated }), 'Terminate'],
  [
    'the specification of an object',
    createObject({ message: 'child failed' }, { shutdown: 'Stop' }),
    'Stop',
  ],
  [
    'the steps of an object without a message',
    createObject(createNodes('Error (exit code 143)', nodeMessage)),
    'Terminate',
  ],
])('a person’s shutdown is read from %s', (_shape, message, shutdown) => {
  expect(readClaims(message)).toMatchObject({ phase: 'Failed', shutdown })
})

test.each<[what: string, message: JsonObject]>([
  [
    'output that the message quotes',
    createObject({ message: `Error (exit code 1): ${terminated}` }),
  ],
  ['output after a line break', createObject({ message: `Error (exit code 1): x\n${terminated}` })],
  ['more than the words of Argo', createObject({ message: `${terminated}; said the agent` })],
  ['another strategy', createObject({ message: "Stopped with strategy 'Elsewhere'" })],
  [
    'output of a step',
    createObject(createNodes(`Error (exit code 1): x; ${nodeMessage}`, `Error: ${terminated}`)),
  ],
  [
    'a step of a workflow that has another message',
    createObject({ message: 'child failed', ...createNodes(nodeMessage) }),
  ],
  ['a field of the report', { repository, phase: 'Failed', message: terminated, shutdown: 'Stop' }],
  [
    'a workflow that succeeded all the same',
    createObject({ phase: 'Succeeded', message: terminated }, { shutdown: 'Stop' }),
  ],
])('it is never read from %s', (_what, message) => {
  expect(readClaims(message).shutdown).toBeNull()
})
