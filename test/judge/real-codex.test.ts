import { afterEach, describe, expect, test } from 'vitest'
import { createModels } from '../../services/judge/src/adapters/models/models.ts'
import type { Model, Question } from '../../services/judge/src/judge/port.ts'
import { instant } from '../../services/judge/src/lib/instant.ts'
import { type CodexModel, codexModel, type Move } from '../world/codex-model.ts'
import { answer } from './samples.ts'

/**
 * The native binary (`bin/codex` in the package of the platform); the npm shim would outlive its
 * own death.
 */
const bin = process.env.CODEX_BIN ?? ''
if (bin === '')
  console.warn('skipped: the real Codex CLI is 400 MB; CODEX_BIN=/path/to/codex runs these')

describe.skipIf(bin === '')('the real Codex CLI as a model', () => {
  let server: CodexModel
  afterEach(() => server.close())

  async function asking(...moves: readonly Move[]): Promise<Model> {
    server = await codexModel(...moves)
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
  const question = (over: Partial<Question> = {}): Question => ({
    system: 'You judge.',
    user: 'Is it done?',
    timeout: 30_000,
    maxOutputTokens: 1_000,
    now: instant('2026-11-21T10:00:00Z'),
    signal: new AbortController().signal,
    ...over,
  })

  test('it is asked once, with our schema and our key, and its answer is read with what it used', async () => {
    const model = await asking({ kind: 'says', text: JSON.stringify(answer()) })
    const { read, usage } = await model.ask(question())
    expect(read).toEqual({ kind: 'answer', answer: answer() })
    expect(usage).toEqual({ inputTokens: 900, cachedInputTokens: 100, outputTokens: 40 })
    expect(server.requests).toHaveLength(1)
    expect(server.requests).toMatchObject([
      { text: { format: { type: 'json_schema', strict: true } } },
    ])
    expect(JSON.stringify(server.requests[0])).toContain('requirements_coverage')
  })

  test('a question longer than an argument may be reaches it whole', async () => {
    const model = await asking({ kind: 'says', text: JSON.stringify(answer()) })
    const user = `${'x'.repeat(400_000)} is it done?`
    await model.ask(question({ user }))
    expect(JSON.stringify(server.requests[0])).toContain(user)
  })

  test('an answer after a command is invalid', async () => {
    const model = await asking(
      { kind: 'runs', command: 'echo looking around' },
      { kind: 'says', text: JSON.stringify(answer()) },
    )
    const { read } = await model.ask(question())
    expect(server.requests).toHaveLength(2)
    expect(read).toMatchObject({ kind: 'fault' })
    expect(JSON.stringify(read)).toContain('You used a tool (command_execution)')
  })

  test('a server that refuses is a failure, and is not asked again', async () => {
    const model = await asking({ kind: 'fails', status: 429, message: 'slow down' })
    await expect(model.ask(question())).rejects.toMatchObject({ name: 'Failure' })
    expect(server.requests).toHaveLength(1)
  })
})
