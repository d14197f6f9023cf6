import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { CodexTaskSchema, CodexTaskStage } from '@codex-judge/proto/codex/v1'

const main = join(import.meta.dirname, '../../services/dispatcher/src/main.ts')

export interface Dispatcher {
  readonly url: string
  readonly process: ChildProcess
  /** Everything it has written so far. */
  readonly output: () => string
  /** Sends the signal and resolves to how it ended: the exit code, or the signal's name. */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | string>
}

/** Runs the program with nothing in its environment but this. */
export function runDispatcher(
  env: Readonly<Record<string, string>>,
): Pick<Dispatcher, 'process' | 'output'> {
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const keep = (chunk: Buffer): void => {
    output += chunk.toString()
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  return { process: child, output: () => output }
}

/** Starts the dispatcher on a free port and waits until it listens. */
export async function startDispatcher(env: Readonly<Record<string, string>>): Promise<Dispatcher> {
  const { process: child, output } = runDispatcher({ PORT: '0', ...env })
  const exited = once(child, 'exit')
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const line = output()
        .split('\n')
        .find((text) => text.includes('"msg":"listening"'))
      if (line !== undefined) resolve(JSON.parse(line).url)
    })
    child.once('exit', () => reject(new Error(`the dispatcher ended: ${output()}`)))
  })
  return {
    url,
    process: child,
    output,
    end: async (signal = 'SIGKILL') => {
      child.kill(signal)
      const [code, by] = await exited
      return code ?? by
    },
  }
}

/** A task that nothing is wrong with. */
export const goodTask = {
  stage: CodexTaskStage.IMPLEMENTATION,
  prompt: 'Make the widget round.',
  repository: 'acme/widgets',
  base: 'main',
  head: 'codex/issue-41',
  issueNumber: 41n,
  issueUrl: 'https://github.com/acme/widgets/issues/41',
  issueTitle: 'The widget has corners',
  issueBody: '- [ ] it is round',
  sender: 'octo-dev',
  deliveryId: 'codex-1a2b3c4d-41-attempt-2',
  metadataVersion: 1,
  iteration: 2,
} satisfies MessageInitShape<typeof CodexTaskSchema>

export const encodeTask = (
  task: MessageInitShape<typeof CodexTaskSchema>,
): Uint8Array<ArrayBuffer> => toBinary(CodexTaskSchema, create(CodexTaskSchema, task))

export function post(
  to: { readonly url: string },
  body: Uint8Array<ArrayBuffer> | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(`${to.url}/codex/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', ...headers },
    body,
  })
}

export interface TaskAnswer {
  readonly workflowName?: string
  readonly submittedAt?: string
  readonly duplicate?: boolean
  readonly code?: string
  readonly detail?: string
  readonly errors?: readonly { readonly path: string; readonly message: string }[]
}

/** Sends a task and reads the answer to it. */
export async function send(
  to: { readonly url: string },
  over: MessageInitShape<typeof CodexTaskSchema> = {},
  headers: Readonly<Record<string, string>> = {},
) {
  const response = await post(to, encodeTask({ ...goodTask, ...over }), headers)
  const body = (await response.json()) as TaskAnswer
  return { status: response.status, headers: response.headers, body }
}
