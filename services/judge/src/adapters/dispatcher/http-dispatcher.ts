import type { AcceptedTask, Dispatcher } from '../../effects/dispatcher.ts'
import type { Millis } from '../../lib/instant.ts'
import { isObject, type JsonObject, parseJson } from '../../lib/json.ts'
import { parseRetryAfter } from '../../lib/parse-retry-after.ts'
import { fetchBounded } from '../fetch-bounded.ts'
import { toNoAnswerFailure, toStatusFailure } from '../http-failure.ts'
import { readFirstBytes } from '../read-first-bytes.ts'
import { encodeTask } from './encode-task.ts'

export interface DispatcherSettings {
  /** Base URL; tasks go to `{url}/codex/tasks`. */
  readonly url: string
  readonly token: string | null
  readonly timeout?: Millis
}

const MAX_ANSWER_BYTES = 1024 * 1024

/**
 * Submits tasks over HTTP: a protobuf request, a 202 with JSON as the answer. Any 2xx is an
 * acceptance, also with an unreadable body.
 */
export function createHttpDispatcher({
  url,
  token,
  timeout = 15_000,
}: DispatcherSettings): Dispatcher {
  const taskUrl = `${url.replace(/\/+$/, '')}/codex/tasks`
  return {
    async submit({ task, issuedAt, now }, signal) {
      const request = {
        method: 'POST',
        headers: {
          'content-type': 'application/x-protobuf',
          accept: 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        },
        body: encodeTask(task, issuedAt),
        redirect: 'manual',
        signal,
      } as const
      const response = await fetchBounded(taskUrl, request, {
        maxBytes: MAX_ANSWER_BYTES,
        timeLimit: timeout,
      }).catch((error: unknown) => {
        throw toNoAnswerFailure(error, 'the dispatcher')
      })
      const body = await readFirstBytes(response)
      if (response.ok) return parseAccepted(body)
      throw toStatusFailure(response.status, 'the dispatcher', {
        detail: body,
        remedy: () => 'set DISPATCHER_TOKEN to a token that the dispatcher accepts',
        retryAfter: parseRetryAfter(response.headers.get('retry-after'), now),
      })
    },
  }
}

function parseAccepted(body: string): AcceptedTask {
  const fields = parseFields(body)
  const getText = (name: string): string | null => {
    const value = fields[name]
    return typeof value === 'string' && value !== '' ? value : null
  }
  return {
    workflowName: getText('workflowName'),
    namespace: getText('namespace'),
    submittedAt: getText('submittedAt'),
    duplicate: fields.duplicate === true,
  }
}

function parseFields(body: string): JsonObject {
  try {
    const value = parseJson(body)
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}
