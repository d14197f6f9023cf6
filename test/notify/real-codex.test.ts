import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type CodexModel, codexModel, type Move } from '../world/codex-model.ts'
import {
  type JudgeWorld,
  judgeWorld,
  notifyFile,
  oldestNode,
  program,
  run,
  start,
} from './notify.ts'

/**
 * The native binary (`bin/codex` in the package of the platform); the npm shim would outlive its
 * own death.
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
    judge = await judgeWorld()
  })
  afterEach(async () => {
    await judge.close()
    await model.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })

  /** The model's moves, and a Codex that is told to call us itself, too. */
  async function given(moves: readonly Move[], callsUs: boolean) {
    model = await codexModel(...moves)
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
      WORLD_API_KEY: 'a-key-that-nobody-sees',
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

  test('a run that succeeds is told by Codex and by the wrapper, and both say the same', async () => {
    const env = await given(
      [
        { kind: 'runs', command: 'echo "$WORLD_API_KEY" > seen.txt; cat seen.txt' },
        { kind: 'says', text: 'The widget is round.' },
      ],
      true,
    )
    const ran = await run(command('Make it round.'), env)
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
    // The agent has read the key, and Codex reported it: what is told and written does not hold it.
    expect(await readFile(join(folder, 'tree/seen.txt'), 'utf8')).toContain(env.WORLD_API_KEY)
    expect(ran.stdout.toString()).toContain(env.WORLD_API_KEY)
    expect(judge.posts.map(({ text }) => text).join()).not.toContain(env.WORLD_API_KEY)
    const wrapper = judge.posts.find(({ payload }) => payload.exit_code === 0)
    expect(wrapper?.payload.log_excerpt).toMatchObject({
      events: expect.stringContaining('"turn.completed"'),
      output: 'The widget is round.',
    })
    expect(await notifyFile(join(folder, 'output'))).toMatchObject({
      session_id: thread,
      turn_id: expect.any(String),
    })
  })

  test('a run that fails is told by the wrapper, because Codex does not', async () => {
    const env = await given([{ kind: 'fails', status: 400, message: 'no such model' }], true)
    expect((await run(command('Make it round.'), env)).code).toBe(1)
    expect(judge.posts.map(({ payload }) => payload)).toMatchObject([
      { type: 'agent-turn-failed', exit_code: 1, error: expect.stringContaining('no such model') },
    ])
  })

  test('a run that is ended from outside ends as Codex does, and is told', async () => {
    const env = await given(
      [{ kind: 'runs', command: 'echo begun > begun.txt; exec sleep 30' }],
      false,
    )
    const running = start(command('Make it round.'), env)
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
