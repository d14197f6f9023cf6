import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { notify } from '../../scripts/generate-notify.ts'
import {
  type JudgeWorld,
  judgeWorld,
  notifyFile,
  program,
  recordings,
  run,
  start,
  wrapped,
} from './notify.ts'

let folder: string
let judge: JudgeWorld
const env = () => ({ CODEX_OUTPUT_DIR: folder, CODEX_JUDGE_URL: judge.url })
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notify-'))
  judge = await judgeWorld()
})
afterEach(async () => {
  await judge.close()
  await rm(folder, { recursive: true, force: true })
})

test('the file that is shipped is what its source says', async () => {
  const made = await notify.produce()
  expect(await readFile(program, 'utf8')).toBe([...made.values()][0])
})

interface Recording {
  readonly name: string
  /** What the last message was; null where the turn had none. */
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
  'a recorded run goes through unchanged and is told: $name',
  async ({ name, message, failed = false }) => {
    const events = await readFile(join(recordings, name, 'events.jsonl'))
    const stderr = await readFile(join(recordings, name, 'stderr.txt'), 'utf8').catch(() => '')
    const meta = JSON.parse(await readFile(join(recordings, name, 'meta.json'), 'utf8'))
    const end = meta.signal ? `kill -${meta.signal.slice(3)} $$` : `exit ${meta.exit_code}`
    const script = `cat "$1/events.jsonl"; [ ! -f "$1/stderr.txt" ] || cat "$1/stderr.txt" >&2; ${end}`
    const ran = await run(wrapped(script, join(recordings, name)), env())

    expect(ran.stdout.equals(events)).toBe(true)
    expect(ran.stderr).toBe(stderr)
    expect(ran.code).toBe(meta.signal ? 128 + 9 : meta.exit_code)
    const [post] = judge.posts
    expect(judge.posts).toHaveLength(1)
    expect(post?.payload).toEqual(await notifyFile(folder))
    expect(post?.payload.type).toBe(failed ? 'agent-turn-failed' : 'agent-turn-complete')
    const thread = /"thread_id":"([^"]+)"/.exec(events.toString())?.[1]
    expect(post?.payload.session_id).toBe(thread)
    if (message === null) expect(post?.payload.last_assistant_message).toBeUndefined()
    else expect(post?.payload.last_assistant_message).toMatch(message)
  },
)

test('the exit code is the command’s, also where it cannot be started or is killed', async () => {
  expect((await run(wrapped('exit 3'), env())).code).toBe(3)
  expect((await run(wrapped('kill -KILL $$'), env())).code).toBe(137)
  expect((await run(['--', 'no-such-program'], env())).code).toBe(127)
  expect((await run(['--', '/etc/passwd'], env())).code).toBe(126)
  expect(judge.posts.map(({ payload }) => payload.exit_code)).toEqual([3, 137, 127, 126])
})

test('signals reach the command, and its own answer to them counts', async () => {
  const polite = start(
    wrapped('trap "echo bye; exit 5" TERM; echo up; while :; do sleep 0.05; done'),
    env(),
  )
  await vi.waitFor(() => expect(polite.stdout().toString()).toBe('up\n'), { timeout: 20_000 })
  polite.process.kill('SIGTERM')
  expect(await polite.ended).toMatchObject({ code: 5, stdout: Buffer.from('up\nbye\n') })

  const plain = start(wrapped('echo up; exec sleep 1000'), env())
  await vi.waitFor(() => expect(plain.stdout().toString()).toBe('up\n'), { timeout: 20_000 })
  plain.process.kill('SIGTERM')
  expect((await plain.ended).code).toBe(143)
  expect(judge.posts.at(-1)?.payload).toMatchObject({ type: 'agent-turn-failed', exit_code: 143 })
})

test('its standard input is closed, so that Codex does not wait for the end of ours', async () => {
  expect(await run(wrapped('cat; echo read'), env())).toMatchObject({
    code: 0,
    stdout: Buffer.from('read\n'),
  })
})

test('what it writes is handed on at once, and not at its end', async () => {
  const go = join(folder, 'go')
  const running = start(
    wrapped('printf "no line end"; while [ ! -e "$1" ]; do sleep 0.05; done; echo .', go),
    env(),
  )
  await vi.waitFor(() => expect(running.stdout().toString()).toBe('no line end'), {
    timeout: 20_000,
  })
  await writeFile(go, '')
  expect((await running.ended).stdout.toString()).toBe('no line end.\n')
})

test('megabytes go through whole', async () => {
  const ran = await run(wrapped('head -c 8000000 /dev/zero | tr "\\0" x; printf end'), env())
  expect(ran.stdout).toHaveLength(8_000_003)
  expect(ran.stdout.subarray(-4).toString()).toBe('xend')
})

test('what a command leaves running does not hold it up', async () => {
  const ran = await run(wrapped('sleep 1000 & echo $!'), env())
  const left = Number(ran.stdout.toString())
  expect(ran.code).toBe(0)
  expect(process.kill(left, 0)).toBe(true)
  process.kill(left)
  expect(ran.stderr).toBe('')
  expect(judge.posts).toHaveLength(1)
})

test('a reader that goes away ends the command, as it would without the wrapper', async () => {
  const running = start(wrapped('while echo x; do :; done; exit 9'), env())
  await vi.waitFor(() => expect(running.stdout().length).toBeGreaterThan(0), { timeout: 20_000 })
  running.process.stdout?.destroy()
  expect([9, 141]).toContain((await running.ended).code)
})

test('without a command there is nothing to do, which is said', async () => {
  for (const args of [[], ['--']]) {
    const { code, stderr } = await run(args, env())
    expect(code).toBe(2)
    expect(stderr).toContain('codex-notify -- codex exec')
  }
})
