import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isReadable, parseMessage } from '../../services/judge/src/ingest/parse/parse-message.ts'
import { answerJson, hangUp } from '../world/serve.ts'
import {
  createJudgeWorld,
  type JudgeWorld,
  oldestNode,
  program,
  readNotifyFile,
  recordings,
  runNotify,
  startNotify,
  wrapScript,
} from './notify.ts'

let folder: string
let judge: JudgeWorld
const env = () => ({
  CODEX_OUTPUT_DIR: folder,
  CODEX_JUDGE_URL: `${judge.url}/`,
  INGEST_TOKEN: 'ingest-token-1',
  CODEX_REPOSITORY: 'acme/widgets',
  CODEX_ISSUE_NUMBER: '41',
  CODEX_HEAD: 'codex/issue-41',
  CODEX_BASE: 'main',
  WORKFLOW_NAME: 'wf-1',
  WORKFLOW_NAMESPACE: 'agent-runs',
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notify-'))
  judge = await createJudgeWorld({ token: 'ingest-token-1' })
})
afterEach(async () => {
  await judge.close()
  await rm(folder, { recursive: true, force: true })
})

async function readRecordedCall(name: string): Promise<string> {
  const [call] = JSON.parse(await readFile(join(recordings, name, 'notify.json'), 'utf8'))
  return call.argv[0]
}

test('the notify program of Codex adds environment and logs, and exits with 0', async () => {
  const events = await readFile(join(recordings, '10-notify-success/events.jsonl'), 'utf8')
  await writeFile(join(folder, '.codex-implementation-events.jsonl'), events)
  await writeFile(join(folder, '.codex-implementation-runtime.log'), 'the pod started\n')
  const { code, stderr } = await runNotify([await readRecordedCall('10-notify-success')], env())
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(judge.posts.map(({ authorization }) => authorization)).toEqual(['Bearer ingest-token-1'])
  expect(judge.posts[0]?.payload).toEqual({
    type: 'agent-turn-complete',
    stage: 'implementation',
    repository: 'acme/widgets',
    issue_number: '41',
    head_branch: 'codex/issue-41',
    base_branch: 'main',
    workflow_name: 'wf-1',
    workflow_namespace: 'agent-runs',
    session_id: '01a1fc55-3a0a-7f82-9cfc-9e43e53f3d76',
    thread_id: '01a1fc55-3a0a-7f82-9cfc-9e43e53f3d76',
    turn_id: '01a1fc55-3a2e-7b53-83c0-172b02f60296',
    prompt: 'Say "hi"\nand é',
    input_messages: ['Say "hi"\nand é'],
    last_assistant_message: 'Line one "quoted" \\ backslash\nLine two é 日本語',
    log_excerpt: { events, runtime: 'the pod started\n' },
    output_paths: {
      events: join(folder, '.codex-implementation-events.jsonl'),
      runtime: join(folder, '.codex-implementation-runtime.log'),
      notify: join(folder, '.codex-implementation-notify.json'),
    },
    issued_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  })
})

test('the judge reads every claim of the payload', async () => {
  await runNotify([await readRecordedCall('10-notify-success')], env())
  const parsed = parseMessage(
    {
      source: 'notify',
      transport: 'http',
      headers: {},
      body: Buffer.from(judge.posts[0]?.text ?? ''),
    },
    { mayJudge: () => true, reviewers: [], ourContext: 'codex-judge' },
  )
  if (parsed.kind !== 'one' || !isReadable(parsed.message))
    throw new Error('the judge cannot read it')
  expect(parsed.message.event).toMatchObject({
    kind: 'run.enriched',
    claims: {
      repository: 'acme/widgets',
      issueNumber: 41,
      branch: 'codex/issue-41',
      base: 'main',
      workflowName: 'wf-1',
      workflowNamespace: 'agent-runs',
      threadId: '01a1fc55-3a0a-7f82-9cfc-9e43e53f3d76',
      prompt: 'Say "hi"\nand é',
    },
    enrichment: { lastMessage: 'Line one "quoted" \\ backslash\nLine two é 日本語' },
  })
})

test('the notify program always exits with 0', async () => {
  for (const argument of ['', 'no JSON', '[]', 'null', '{"type":7,"input-messages":"x","cwd":{}}'])
    expect((await runNotify([argument], env())).code).toBe(0)
  const nowhere = {
    CODEX_OUTPUT_DIR: '/dev/null/nowhere',
    CODEX_NOTIFY_TIMEOUT: 'soon',
    INGEST_TOKEN_FILE: '/nowhere',
  }
  const { code, stderr } = await runNotify(['{}'], nowhere)
  expect(code).toBe(0)
  for (const warning of [
    'CODEX_NOTIFY_TIMEOUT',
    'INGEST_TOKEN_FILE',
    'cannot be written',
    'CODEX_JUDGE_URL',
  ])
    expect(stderr).toContain(warning)
})

test('the notify file is written before the payload is posted', async () => {
  let before: unknown = null
  const looking = await createJudgeWorld({
    onPost: async () => {
      before = await readNotifyFile(folder)
    },
  })
  await runNotify(wrapScript('echo hi'), { ...env(), CODEX_JUDGE_URL: looking.url })
  expect(before).toEqual(looking.posts[0]?.payload)
  await looking.close()
})

test('after a failure the same body is posted again', async () => {
  judge.faults.next(
    { when: 'before', answer: answerJson(500, {}) },
    { when: 'before', answer: hangUp },
    { when: 'before', answer: answerJson(429, {}, { 'retry-after': '0' }) },
  )
  expect(await runNotify(wrapScript('exit 4'), env())).toMatchObject({ code: 4, stderr: '' })
  expect(judge.posts).toHaveLength(4)
  expect(new Set(judge.posts.map(({ text }) => text)).size).toBe(1)
})

test('a judge that does not answer delays the exit by the time limit at most', async () => {
  judge.faults.next(
    { when: 'before', hold: new Promise(() => {}) },
    { when: 'before', hold: new Promise(() => {}) },
  )
  const { code, stderr } = await runNotify(wrapScript('exit 6'), {
    ...env(),
    CODEX_NOTIFY_TIMEOUT: '600ms',
  })
  expect(code).toBe(6)
  expect(stderr).toContain('the judge was not notified')
  expect(await readNotifyFile(folder)).toMatchObject({ exit_code: 6 })
})

test('a judge that is down or asks for a long pause does not change the exit code', async () => {
  const gone = await createJudgeWorld()
  await gone.close()
  const away = await runNotify(wrapScript('exit 0'), {
    ...env(),
    CODEX_JUDGE_URL: gone.url,
    CODEX_NOTIFY_TIMEOUT: '500ms',
  })
  expect(away).toMatchObject({ code: 0, stderr: expect.stringContaining('ECONNREFUSED') })
  judge.faults.next({ when: 'before', answer: answerJson(503, {}, { 'retry-after': '3600' }) })
  expect(await runNotify(wrapScript('exit 0'), env())).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('503'),
  })
  expect(judge.posts).toHaveLength(1)
})

test('a rejected payload is not posted again', async () => {
  judge.faults.next({ when: 'before', answer: answerJson(400, {}) })
  expect(await runNotify(wrapScript('exit 0'), env())).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('400'),
  })
  expect(judge.posts).toHaveLength(1)
})

test('the second token is tried after the first is rejected, and none is shown', async () => {
  await writeFile(join(folder, 'token'), 'retired-token,ingest-token-1\n')
  const { INGEST_TOKEN: _unset, ...rest } = env()
  const rotating = await runNotify(wrapScript('exit 0'), {
    ...rest,
    INGEST_TOKEN_FILE: join(folder, 'token'),
  })
  expect(rotating).toMatchObject({ code: 0, stderr: '' })
  expect(judge.posts.map(({ authorization }) => authorization)).toEqual([
    'Bearer retired-token',
    'Bearer ingest-token-1',
  ])
  const unknown = await runNotify(wrapScript('exit 0'), { ...env(), INGEST_TOKEN: 'unknown-token' })
  expect(unknown.stderr).toContain('401')
  expect(unknown.stderr).not.toContain('unknown-token')
})

test('the notify token goes before the ingest token, and is read from a file, too', async () => {
  const report = (over: Readonly<Record<string, string>>) =>
    runNotify(wrapScript('exit 0'), { ...env(), INGEST_TOKEN: 'too-powerful', ...over })
  await report({ NOTIFY_TOKEN: 'retired-token,ingest-token-1' })
  await writeFile(join(folder, 'notify-token'), 'ingest-token-1\n')
  await report({ NOTIFY_TOKEN_FILE: join(folder, 'notify-token') })
  expect(judge.posts.map(({ authorization }) => authorization)).toEqual([
    'Bearer retired-token',
    'Bearer ingest-token-1',
    'Bearer ingest-token-1',
  ])
})

test('nothing that the wrapper starts inherits a credential of the judge', async () => {
  const own = [
    ...['NOTIFY_TOKEN', 'INGEST_TOKEN', 'OPERATOR_TOKEN', 'READ_TOKEN', 'DISPATCHER_TOKEN'],
    'CODEX_JUDGE_API_TOKEN',
  ].flatMap((name) => [name, `${name}_FILE`])
  const credentials = Object.fromEntries(own.map((name) => [name, `value-of-${name}`]))
  await writeFile(join(folder, 'git'), '#!/bin/sh\nenv > "$CODEX_OUTPUT_DIR/seen-by-git"\n', {
    mode: 0o755,
  })
  const kept = { GITHUB_TOKEN: 'the-agents-own', PATH: `${folder}:${process.env.PATH}` }
  const all = { ...env(), ...credentials, ...kept }
  const wrapped = await runNotify(wrapScript('env'), all)
  const afterWrap = await readFile(join(folder, 'seen-by-git'), 'utf8')
  await runNotify(['{"type":"agent-turn-complete"}'], all)
  const afterTurn = await readFile(join(folder, 'seen-by-git'), 'utf8')
  for (const seen of [wrapped.stdout.toString(), afterWrap, afterTurn]) {
    expect(seen).toContain('GITHUB_TOKEN=the-agents-own')
    expect(seen).toContain('CODEX_JUDGE_URL=')
    expect(own.filter((name) => new RegExp(`^${name}=`, 'm').test(seen))).toEqual([])
  }
})

test('secrets of the environment are neither in the payload nor in the notify file', async () => {
  const secrets = { GITHUB_TOKEN: 'ghs_0123456789abcdef', OPENAI_API_KEY: 'sk-proj-abcdefghij' }
  const { stdout } = await runNotify(
    wrapScript('echo "$GITHUB_TOKEN and $OPENAI_API_KEY and ingest-token-1"; env >&2'),
    {
      ...env(),
      ...secrets,
    },
  )
  // The output of the command itself is passed through.
  expect(stdout.toString()).toContain(secrets.GITHUB_TOKEN)
  const written = await readFile(join(folder, '.codex-implementation-notify.json'), 'utf8')
  for (const secret of [...Object.values(secrets), 'ingest-token-1']) {
    expect(judge.posts[0]?.text).not.toContain(secret)
    expect(written).not.toContain(secret)
  }
  expect(judge.posts[0]?.payload.log_excerpt).toMatchObject({
    output: '[masked] and [masked] and [masked]\n',
  })
})

test('the last 12,000 characters of a log are sent, without half a surrogate pair', async () => {
  const long = `begin${'x'.repeat(100_000)}${'😀'.repeat(6000)}!`
  await writeFile(join(folder, '.codex-implementation-agent.log'), long)
  await writeFile(join(folder, '.codex-implementation.log'), `${'é'.repeat(20_000)}end`)
  await writeFile(join(folder, '.codex-implementation-status.txt'), ' M a.ts\n')
  await writeFile(join(folder, '.codex-judge-output.json'), '{"verdict":"fine"}')
  await runNotify(['{}'], env())
  expect(judge.posts[0]?.payload.judge_output).toBe('{"verdict":"fine"}')
  const logs = judge.posts[0]?.payload.log_excerpt as Readonly<Record<string, string>>
  expect(logs.agent).toBe(`${'😀'.repeat(5999)}!`)
  expect(logs.output).toBe(`${'é'.repeat(11_997)}end`)
  expect(logs.status).toBe(' M a.ts\n')
})

test('a payload with very long texts stays below 2 MiB', async () => {
  const big = 'y'.repeat(60_000)
  const call = JSON.stringify({
    'thread-id': 't',
    'input-messages': Array(1).fill(big),
    'last-assistant-message': big,
  })
  await runNotify([call], env())
  const script = `printf '{"type":"thread.started","thread_id":"t2"}\\n{"type":"item.completed","item":{"type":"agent_message","text":"'; head -c 3000000 /dev/zero | tr "\\0" z; printf 'end"}}\\n'`
  await runNotify(wrapScript(script), env())
  expect(judge.posts).toHaveLength(2)
  for (const { text } of judge.posts) expect(Buffer.byteLength(text)).toBeLessThan(2 * 1024 * 1024)
  expect(judge.posts[1]?.payload.last_assistant_message).toMatch(/zend$/)
})

test('an events file of an earlier run is ignored', async () => {
  const stale = await readFile(join(recordings, '01-success-false-claim/events.jsonl'))
  await writeFile(join(folder, '.codex-implementation-events.jsonl'), stale)
  await runNotify([await readRecordedCall('10-notify-success')], env())
  expect(judge.posts[0]?.payload).not.toHaveProperty('log_excerpt.events')
  expect(judge.posts[0]?.payload.last_assistant_message).toMatch(/^Line one/)
})

test('a run whose stream goes to a file is reported from that file', async () => {
  const from = join(recordings, '04-turn-failed-400')
  await runNotify(
    wrapScript('cp "$1/events.jsonl" "$CODEX_OUTPUT_DIR/.codex-implementation-events.jsonl"', from),
    env(),
  )
  expect(judge.posts[0]?.payload).toMatchObject({
    type: 'agent-turn-failed',
    exit_code: 0,
    session_id: expect.any(String),
    error: expect.any(String),
    log_excerpt: { events: expect.stringContaining('turn.failed') },
  })
})

test("Codex's call and the wrapper write one file without erasing each other's values", async () => {
  const call = await readRecordedCall('10-notify-success')
  const script = `cat "$1/events.jsonl"; "$2" "$3" "$4"; exit 0`
  await runNotify(
    wrapScript(script, join(recordings, '10-notify-success'), oldestNode, program, call),
    env(),
  )
  expect(judge.posts).toHaveLength(2)
  expect(await readNotifyFile(folder)).toMatchObject({
    turn_id: '01a1fc55-3a2e-7b53-83c0-172b02f60296',
    prompt: 'Say "hi"\nand é',
    exit_code: 0,
    log_excerpt: { events: expect.stringContaining('turn.completed') },
  })
})

test('the notify file replaces a link in its place instead of following it', async () => {
  await writeFile(join(folder, 'precious'), 'untouched')
  await symlink(join(folder, 'precious'), join(folder, '.codex-implementation-notify.json'))
  await runNotify(['{}'], env())
  expect(await readFile(join(folder, 'precious'), 'utf8')).toBe('untouched')
  expect(await readNotifyFile(folder)).toMatchObject({ repository: 'acme/widgets' })
})

test('prompt, last message and commit of a run are found from its command line', async () => {
  const tree = join(folder, 'tree')
  await mkdir(tree)
  const git = (...args: readonly string[]): string =>
    execFileSync('git', [
      '-C',
      tree,
      '-c',
      'user.name=a',
      '-c',
      'user.email=a@b.c',
      ...args,
    ]).toString()
  git('init', '--quiet')
  git('commit', '--quiet', '--allow-empty', '--message', 'one')
  const codex = join(folder, 'codex')
  await writeFile(codex, '#!/bin/bash\nprintf "I am done." > "$5"\n', { mode: 0o755 })
  await runNotify(
    ['--', codex, 'exec', '-C', tree, '-o', join(folder, 'last.txt'), 'Make it round.'],
    env(),
  )
  expect(judge.posts[0]?.payload).toMatchObject({
    prompt: 'Make it round.',
    last_assistant_message: 'I am done.',
    commit_sha: git('rev-parse', 'HEAD').trim(),
  })
})

test('a second signal ends the wait for the judge', async () => {
  let arrived = (): void => {}
  const asked = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const slow = await createJudgeWorld({
    onPost: () => {
      arrived()
      return new Promise(() => {})
    },
  })
  const running = startNotify(wrapScript('exit 8'), {
    ...env(),
    CODEX_JUDGE_URL: slow.url,
    CODEX_NOTIFY_TIMEOUT: '10m',
  })
  await asked
  running.process.kill('SIGTERM')
  expect((await running.ended).code).toBe(8)
  await slow.close()
})
