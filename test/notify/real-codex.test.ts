import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CodexModel, type ModelMove, startCodexModel } from '../world/codex-model.ts'
import {
  createJudgeWorld,
  type JudgeWorld,
  oldestNode,
  program,
  readNotifyFile,
  runNotify,
  startNotify,
} from './notify.ts'

/**
 * The native binary (`bin/codex` in the package of the platform): the npm shim survives the death
 * of its child.
 */
const codex = process.env.CODEX_BIN ?? ''
if (codex === '')
  console.warn('skipped: the real Codex CLI is 400 MB; CODEX_BIN=/path/to/codex runs these')

describe.skipIf(codex === '')('around the real Codex CLI', () => {
  let folder: string
  let judge: JudgeWorld
  let model: CodexModel
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codex-'))
    for (const name of ['tree', 'output', 'home', 'codex-home']) await mkdir(join(folder, name))
    execFileSync('git', ['init', '--quiet', join(folder, 'tree')])
    judge = await createJudgeWorld()
  })
  afterEach(async () => {
    await judge.close()
    await model.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  /** The moves of the model, and whether Codex itself calls the notify program, too. */
  async function setUpCodex(moves: readonly ModelMove[], callsUs: boolean) {
    model = await startCodexModel(...moves)
    const config = [
      'model = "gpt-5.5"',
      'model_provider = "world"',
      ...(callsUs ? [`notify = ${JSON.stringify([oldestNode, program])}`] : []),
      '[model_providers.world]',
      'name = "world"',
      `base_url = "${model.baseUrl}"`,
      'wire_api = "responses"',
      'env_key = "WORLD_API_KEY"',
      'request_max_retries = 0',
    ]
    await writeFile(join(folder, 'codex-home/config.toml'), config.join('\n'))
    return {
      HOME: join(folder, 'home'),
      CODEX_HOME: join(folder, 'codex-home'),
      WORLD_API_KEY: 'a-key-that-no-one-sees',
      CODEX_OUTPUT_DIR: join(folder, 'output'),
      CODEX_JUDGE_URL: judge.url,
      CODEX_REPOSITORY: 'acme/widgets',
      CODEX_ISSUE_NUMBER: '41',
      WORKFLOW_NAME: 'wf-1',
    }
  }

  const command = (prompt: string): readonly string[] => [
    '--',
    codex,
    'exec',
    '--json',
    '--dangerously-bypass-approvals-and-sandbox',
    '-C',
    join(folder, 'tree'),
    '-o',
    join(folder, 'output/.codex-implementation.log'),
    prompt,
  ]

  test('Codex and the wrapper report the same content of a successful run', async () => {
    const env = await setUpCodex(
      [
        { kind: 'command', command: 'echo "$WORLD_API_KEY" > seen.txt; cat seen.txt' },
        { kind: 'text', text: 'The widget is round.' },
      ],
      true,
    )
    const ran = await runNotify(command('Make it round.'), env)
    expect(ran.code).toBe(0)
    expect(model.requests).toHaveLength(2)
    await vi.waitFor(() => expect(judge.posts).toHaveLength(2), { timeout: 20_000 })
    const thread = /"thread_id":"([^"]+)"/.exec(ran.stdout.toString())?.[1]
    for (const { payload } of judge.posts) {
      expect(payload).toMatchObject({
        type: 'agent-turn-complete',
        session_id: thread,
        repository: 'acme/widgets',
        issue_number: '41',
        workflow_name: 'wf-1',
        prompt: 'Make it round.',
        last_assistant_message: 'The widget is round.',
      })
    }
    // The agent read the key and Codex printed it; neither payload nor file contains it.
    expect(await readFile(join(folder, 'tree/seen.txt'), 'utf8')).toContain(env.WORLD_API_KEY)
    expect(ran.stdout.toString()).toContain(env.WORLD_API_KEY)
    expect(judge.posts.map(({ text }) => text).join()).not.toContain(env.WORLD_API_KEY)
    const wrapper = judge.posts.find(({ payload }) => payload.exit_code === 0)
    expect(wrapper?.payload.log_excerpt).toMatchObject({
      events: expect.stringContaining('"turn.completed"'),
      output: 'The widget is round.',
    })
    expect(await readNotifyFile(join(folder, 'output'))).toMatchObject({
      session_id: thread,
      turn_id: expect.any(String),
    })
  })

  test('a failed run is reported by the wrapper, because Codex does not report it', async () => {
    const env = await setUpCodex([{ kind: 'fails', status: 400, message: 'no such model' }], true)
    expect((await runNotify(command('Make it round.'), env)).code).toBe(1)
    expect(judge.posts.map(({ payload }) => payload)).toMatchObject([
      { type: 'agent-turn-failed', exit_code: 1, error: expect.stringContaining('no such model') },
    ])
  })

  test('a run that is ended by a signal exits as Codex does, and is reported', async () => {
    const env = await setUpCodex(
      [{ kind: 'command', command: 'echo begun > begun.txt; exec sleep 30' }],
      false,
    )
    const running = startNotify(command('Make it round.'), env)
    await vi.waitFor(() => expect(running.stdout().toString()).toContain('"command_execution"'), {
      timeout: 20_000,
    })
    running.process.kill('SIGTERM')
    expect((await running.ended).code).toBe(143)
    expect(judge.posts.map(({ payload }) => payload)).toMatchObject([
      { type: 'agent-turn-failed', exit_code: 143 },
    ])
  })
})
