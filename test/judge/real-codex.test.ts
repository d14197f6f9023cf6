import { afterEach, describe, expect, test } from 'vitest'
import { createModels } from '../../services/judge/src/adapters/models/models.ts'
import type { Model, ModelRequest } from '../../services/judge/src/judge/port.ts'
import { toInstant } from '../../services/judge/src/lib/instant.ts'
import { type CodexModel, type ModelMove, startCodexModel } from '../world/codex-model.ts'
import { answer } from './samples.ts'

/** The native binary in the platform's package, because the npm shim does not exit with it. */
const bin = process.env.CODEX_BIN ?? ''
if (bin === '')
  console.warn('skipped: the real Codex CLI is 400 MB; CODEX_BIN=/path/to/codex runs these')

describe.skipIf(bin === '')('the real Codex CLI as a model', () => {
  let server: CodexModel
  afterEach(() => server.close())

  async function asking(...moves: readonly ModelMove[]): Promise<Model> {
    server = await startCodexModel(...moves)
    const settings = {
      bin,
      path: '/usr/bin:/bin',
      apiKey: 'key-of-the-test',
      baseUrl: server.baseUrl,
    }
    const model = createModels({ openai: null, anthropic: null, codex: settings })('codex')
    if (model === null) throw new Error('there is a model named codex')
    return model
  }
  const question = (over: Partial<ModelRequest> = {}): ModelRequest => ({
    system: 'You judge.',
    user: 'Is it done?',
    asksTestEdits: false,
    timeout: 30_000,
    maxOutputTokens: 1_000,
    now: toInstant('2026-11-21T10:00:00Z'),
    signal: new AbortController().signal,
    ...over,
  })

  test('it is asked once, with our schema and our key, and the answer is read with its usage', async () => {
    const model = await asking({ kind: 'text', text: JSON.stringify(answer()) })
    const { read, usage } = await model.ask(question())
    expect(read).toEqual({ kind: 'answer', answer: answer() })
    expect(usage).toEqual({ inputTokens: 900, cachedInputTokens: 100, outputTokens: 40 })
    expect(server.requests).toHaveLength(1)
    expect(server.requests).toMatchObject([
      { text: { format: { type: 'json_schema', strict: true } } },
    ])
    expect(JSON.stringify(server.requests[0])).toContain('requirements_coverage')
  })

  test('a prompt that is too long for an argument arrives complete', async () => {
    const model = await asking({ kind: 'text', text: JSON.stringify(answer()) })
    const user = `${'x'.repeat(400_000)} is it done?`
    await model.ask(question({ user }))
    expect(JSON.stringify(server.requests[0])).toContain(user)
  })

  test('an answer after a command is invalid', async () => {
    const model = await asking(
      { kind: 'command', command: 'echo looking around' },
      { kind: 'text', text: JSON.stringify(answer()) },
    )
    const { read } = await model.ask(question())
    expect(server.requests).toHaveLength(2)
    expect(read).toMatchObject({ kind: 'fault' })
    expect(JSON.stringify(read)).toContain('You used a tool (command_execution)')
  })

  test('a refusal of the server is a failure, and is not retried', async () => {
    const model = await asking({ kind: 'fails', status: 429, message: 'slow down' })
    await expect(model.ask(question())).rejects.toMatchObject({ name: 'Failure' })
    expect(server.requests).toHaveLength(1)
  })
})
