import type { Accepted, Dispatcher } from '../../effects/dispatcher.ts'
import type { Millis } from '../../lib/instant.ts'
import { retryAfter } from '../../lib/retry-after.ts'
import { badAnswer, noAnswer } from '../http-failure.ts'
import { encodeTask } from './encode-task.ts'

export interface DispatcherSettings {
  /** Base URL; tasks go to `{url}/codex/tasks`. */
  readonly url: string
  readonly token: string | null
  readonly timeout?: Millis
}

/** An answer is a few hundred bytes; what is longer is cut, and then only says less. */
const answerMax = 65_536

/**
 * The dispatcher over HTTP: protobuf in, 202 with JSON out. Any 2xx is an acceptance, whatever its
 * body says.
 */
export function httpDispatcher({ url, token, timeout = 15_000 }: DispatcherSettings): Dispatcher {
  const address = `${url.replace(/\/+$/, '')}/codex/tasks`
  return {
    async submit({ task, issuedAt, now }, signal) {
      const response = await fetch(address, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-protobuf',
          accept: 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: encodeTask(task, issuedAt),
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
      }).catch((error: unknown) => {
        throw noAnswer(error, 'the dispatcher')
      })
      const said = await firstBytes(response)
      if (response.ok) return acceptedFrom(said)
      throw badAnswer(response.status, 'the dispatcher', {
        said,
        retryAfter: retryAfter(response.headers.get('retry-after'), now),
      })
    },
  }
}

/**
 * What could be read of the body. A body that breaks off does not undo the status line that came
 * before it.
 */
async function firstBytes(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= answerMax) break
    }
  } catch {
    // Nothing to do: the status has been seen.
  }
  return Buffer.concat(chunks).subarray(0, answerMax).toString('utf8')
}

function acceptedFrom(body: string): Accepted {
  const said = parsed(body)
  const text = (name: string): string | null => {
    const value = said[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  return {
    workflowName: text('workflowName'),
    namespace: text('namespace'),
    submittedAt: text('submittedAt'),
    duplicate: said.duplicate === true,
  }
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
