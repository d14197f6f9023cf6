import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import {
  answerJson,
  createFaults,
  type HttpAnswer,
  type HttpServer,
  serve,
} from '../world/serve.ts'

export const program = join(import.meta.dirname, '../../services/notify/gen/codex-notify.mjs')
export const recordings = join(import.meta.dirname, '../fixtures/codex')

/** The oldest Node on this machine from version 20 on: the wrapper supports Node 20. */
export const oldestNode: string = (() => {
  const places = (process.env.PATH ?? '').split(delimiter).concat('/usr/bin', '/usr/local/bin')
  const found = [...new Set(places)]
    .map((place) => join(place, 'node'))
    .filter((path) => existsSync(path))
  const major = (path: string): number =>
    Number(/^v(\d+)/.exec(execFileSync(path, ['--version']).toString())?.[1])
  const known = found
    .map((path) => ({ path, major: major(path) }))
    .filter((node) => node.major >= 20)
  return known.toSorted((a, b) => a.major - b.major)[0]?.path ?? process.execPath
})()

export interface NotifyResult {
  readonly code: number | string
  readonly stdout: Buffer
  readonly stderr: string
}

export interface RunningNotify {
  readonly process: ChildProcess
  readonly stdout: () => Buffer
  readonly stderr: () => string
  readonly ended: Promise<NotifyResult>
}

type Env = Readonly<Record<string, string>>

/** Starts `codex-notify` with only `env` and a PATH. Its standard input stays open. */
export function startNotify(args: readonly string[], env: Env, cwd?: string): RunningNotify {
  const child = spawn(oldestNode, [program, ...args], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  })
  const out: Buffer[] = []
  const err: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk))
  const stdout = (): Buffer => Buffer.concat(out)
  const stderr = (): string => Buffer.concat(err).toString()
  const ended = once(child, 'exit').then(async ([code, signal]) => {
    await Promise.all(
      [child.stdout, child.stderr].map((stream) => stream.closed || once(stream, 'close')),
    )
    return { code: code ?? signal, stdout: stdout(), stderr: stderr() }
  })
  return { process: child, stdout, stderr, ended }
}

export const runNotify = (args: readonly string[], env: Env): Promise<NotifyResult> =>
  startNotify(args, env).ended

/** The arguments that wrap a shell script. */
export const wrapScript = (script: string, ...args: readonly string[]): readonly string[] => [
  '--',
  'bash',
  '-c',
  script,
  'bash',
  ...args,
]

export interface Posted {
  readonly authorization: string | undefined
  readonly text: string
  readonly payload: Readonly<Record<string, unknown>>
}

export interface JudgeWorld extends HttpServer {
  readonly posts: readonly Posted[]
  readonly faults: ReturnType<typeof createFaults>
}

/** A fake judge. `onPost` runs before the answer. */
export async function createJudgeWorld(
  setup: { readonly token?: string; readonly onPost?: () => Promise<void> } = {},
) {
  const posts: Posted[] = []
  const trouble = createFaults()
  const accepted: HttpAnswer = answerJson(202, {
    ok: true,
    event: { id: 'e', duplicate: false },
    outcome: 'recorded',
    run: null,
  })
  const server = await serve(async ({ method, path, headers, body }) => {
    if (method !== 'POST' || path !== '/api/codex/notify') return answerJson(404, {})
    await setup.onPost?.()
    const text = body.toString()
    posts.push({ authorization: headers.authorization, text, payload: JSON.parse(text) })
    if (setup.token !== undefined && headers.authorization !== `Bearer ${setup.token}`)
      return answerJson(401, {})
    return await trouble.apply(() => accepted)
  })
  return { ...server, posts, faults: trouble } satisfies JudgeWorld
}

export async function readNotifyFile(folder: string): Promise<Readonly<Record<string, unknown>>> {
  return JSON.parse(await readFile(join(folder, '.codex-implementation-notify.json'), 'utf8'))
}
