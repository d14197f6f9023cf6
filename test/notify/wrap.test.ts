import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { notifyGenerator } from '../../scripts/generate-notify.ts'
import {
  createJudgeWorld,
  type JudgeWorld,
  program,
  readNotifyFile,
  recordings,
  runNotify,
  startNotify,
  wrapScript,
} from './notify.ts'

let folder: string
let judge: JudgeWorld
const env = () => ({ CODEX_OUTPUT_DIR: folder, CODEX_JUDGE_URL: judge.url })
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notify-'))
  judge = await createJudgeWorld()
})
afterEach(async () => {
  await judge.close()
  await rm(folder, { recursive: true, force: true })
})

test('the committed bundle is up to date', async () => {
  const made = await notifyGenerator.produce()
  expect(await readFile(program, 'utf8')).toBe([...made.values()][0])
})

interface Recording {
  readonly name: string
  /** The last message; null if the turn had none. */
  readonly message: string | null | RegExp
  readonly failed?: boolean
}

test.each<Recording>([
  { name: '01-success-false-claim', message: /./ },
  { name: '03b-transient-500-stream-retry', message: /./ },
  { name: '04-turn-failed-400', message: null, failed: true },
  { name: '04b-turn-failed-quota-429', message: null, failed: true },
  { name: '05-killed-midway', message: /./, failed: true },
  { name: '05d-sigint', message: /./, failed: true },
  { name: '06-huge-unicode-ansi', message: /./ },
  { name: '07-no-items-zero-output', message: null },
  { name: '07b-empty-message', message: null },
  { name: '10-notify-success', message: 'Line one "quoted" \\ backslash\nLine two é 日本語' },
  { name: '13-not-a-git-repo', message: null, failed: true },
])(
  'a recorded run passes through unchanged and is reported: $name',
  async ({ name, message, failed = false }) => {
    const events = await readFile(join(recordings, name, 'events.jsonl'))
    const stderr = await readFile(join(recordings, name, 'stderr.txt'), 'utf8').catch(() => '')
    const meta = JSON.parse(await readFile(join(recordings, name, 'meta.json'), 'utf8'))
    const end = meta.signal ? `kill -${meta.signal.slice(3)} $$` : `exit ${meta.exit_code}`
    const script = `cat "$1/events.jsonl"; [ ! -f "$1/stderr.txt" ] || cat "$1/stderr.txt" >&2; ${end}`
    const ran = await runNotify(wrapScript(script, join(recordings, name)), env())

    expect(ran.stdout.equals(events)).toBe(true)
    expect(ran.stderr).toBe(stderr)
    expect(ran.code).toBe(meta.signal ? 128 + 9 : meta.exit_code)
    const [post] = judge.posts
    expect(judge.posts).toHaveLength(1)
    expect(post?.payload).toEqual(await readNotifyFile(folder))
    expect(post?.payload.type).toBe(failed ? 'agent-turn-failed' : 'agent-turn-complete')
    const thread = /"thread_id":"([^"]+)"/.exec(events.toString())?.[1]
    expect(post?.payload.session_id).toBe(thread)
    if (message === null) expect(post?.payload.last_assistant_message).toBeUndefined()
    else expect(post?.payload.last_assistant_message).toMatch(message)
  },
)

test("the exit code is the command's, also if it cannot be started or is killed", async () => {
  expect((await runNotify(wrapScript('exit 3'), env())).code).toBe(3)
  expect((await runNotify(wrapScript('kill -KILL $$'), env())).code).toBe(137)
  expect((await runNotify(['--', 'no-such-program'], env())).code).toBe(127)
  expect((await runNotify(['--', '/etc/passwd'], env())).code).toBe(126)
  expect(judge.posts.map(({ payload }) => payload.exit_code)).toEqual([3, 137, 127, 126])
})

test('signals are forwarded to the command, which decides the exit code', async () => {
  const polite = startNotify(
    wrapScript('trap "echo bye; exit 5" TERM; echo up; while :; do sleep 0.05; done'),
    env(),
  )
  await vi.waitFor(() => expect(polite.stdout().toString()).toBe('up\n'), { timeout: 20_000 })
  polite.process.kill('SIGTERM')
  expect(await polite.ended).toMatchObject({ code: 5, stdout: Buffer.from('up\nbye\n') })

  const plain = startNotify(wrapScript('echo up; exec sleep 1000'), env())
  await vi.waitFor(() => expect(plain.stdout().toString()).toBe('up\n'), { timeout: 20_000 })
  plain.process.kill('SIGTERM')
  expect((await plain.ended).code).toBe(143)
  expect(judge.posts.at(-1)?.payload).toMatchObject({ type: 'agent-turn-failed', exit_code: 143 })
})

test("the command's standard input is closed, so that Codex does not wait for it", async () => {
  expect(await runNotify(wrapScript('cat; echo read'), env())).toMatchObject({
    code: 0,
    stdout: Buffer.from('read\n'),
  })
})

test('output is forwarded at once', async () => {
  const go = join(folder, 'go')
  const running = startNotify(
    wrapScript('printf "no line end"; while [ ! -e "$1" ]; do sleep 0.05; done; echo .', go),
    env(),
  )
  await vi.waitFor(() => expect(running.stdout().toString()).toBe('no line end'), {
    timeout: 20_000,
  })
  await writeFile(go, '')
  expect((await running.ended).stdout.toString()).toBe('no line end.\n')
})

test('megabytes of output are forwarded completely', async () => {
  const ran = await runNotify(
    wrapScript('head -c 8000000 /dev/zero | tr "\\0" x; printf end'),
    env(),
  )
  expect(ran.stdout).toHaveLength(8_000_003)
  expect(ran.stdout.subarray(-4).toString()).toBe('xend')
})

test('a process that the command leaves running does not delay the exit', async () => {
  const ran = await runNotify(wrapScript('sleep 1000 & echo $!'), env())
  const left = Number(ran.stdout.toString())
  expect(ran.code).toBe(0)
  expect(process.kill(left, 0)).toBe(true)
  process.kill(left)
  expect(ran.stderr).toBe('')
  expect(judge.posts).toHaveLength(1)
})

test('a reader that closes the output ends the command, as without the wrapper', async () => {
  const running = startNotify(wrapScript('while echo x; do :; done; exit 9'), env())
  await vi.waitFor(() => expect(running.stdout().length).toBeGreaterThan(0), { timeout: 20_000 })
  running.process.stdout?.destroy()
  expect([9, 141]).toContain((await running.ended).code)
})

test('without arguments it prints its usage and exits with 2', async () => {
  for (const args of [[], ['--']]) {
    const { code, stderr } = await runNotify(args, env())
    expect(code).toBe(2)
    expect(stderr).toContain('codex-notify -- codex exec')
  }
})
