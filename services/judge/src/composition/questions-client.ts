import type { Settings } from '../config/settings.ts'
import { Failure } from '../lib/failure.ts'
import { isObject, type JsonObject, parseJson } from '../lib/json.ts'
import { clip, collapseSpace, pluralize } from '../lib/text.ts'

const TIMEOUT_MS = 30_000
const MAX_QUESTION_CHARS = 160

/** One line for the operator; `failed` if the question could not be answered. */
export interface QuestionLine {
  readonly text: string
  readonly failed: boolean
}

/** The address at which the service is reached. */
export const findServiceUrl = ({ publicUrl, listen }: Pick<Settings, 'publicUrl' | 'listen'>) =>
  publicUrl ?? `http://${listen.host}:${listen.port}`

/**
 * Lists and answers the questions of a running service, through its API: the service applies an
 * answer to every run of the question. Rejects with `Failure` if the service does not answer.
 */
export function createQuestionsClient({ publicUrl, listen, tokens }: Settings) {
  const url = findServiceUrl({ publicUrl, listen })
  const [token] = tokens.operator
  const request = async (path: string, body?: unknown): Promise<JsonObject> => {
    const response = await fetch(`${url}${path}`, {
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token.token}` }),
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      throw new Failure('unavailable', `the service at ${url} is not reached`, { cause: error })
    })
    const answer = parseAnswer(await response.text())
    if (response.ok) return answer
    throw new Failure('refused', `${url} answered ${response.status}: ${toText(answer.detail)}`)
  }
  return {
    async listOpen(): Promise<readonly QuestionLine[]> {
      const { escalations } = await request('/api/codex/escalations?state=open&limit=1000')
      return toObjects(escalations).map((one) => ({ text: formatQuestion(one), failed: false }))
    },
    async answer(
      ids: readonly string[],
      answer: { readonly option: string; readonly note: string | null },
    ): Promise<readonly QuestionLine[]> {
      const { results } = await request('/api/codex/escalations/answers', { ids, ...answer })
      return toObjects(results).map((result) => ({
        text: formatResult(result),
        failed: result.status !== 200,
      }))
    },
  }
}

function parseAnswer(text: string): JsonObject {
  try {
    const value = parseJson(text)
    return isObject(value) ? value : {}
  } catch {
    return { detail: clip(collapseSpace(text), 200) }
  }
}

const toObjects = (value: unknown): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : []
const toText = (value: unknown): string => (typeof value === 'string' ? value : '')

function formatQuestion({ id, reason, runs, options, question }: JsonObject): string {
  const offered = toObjects(options).map((option) => toText(option.id))
  return [
    toText(id),
    toText(reason),
    pluralize(toObjects(runs).length, 'run'),
    offered.join('|'),
    clip(collapseSpace(toText(question)), MAX_QUESTION_CHARS),
  ].join('  ')
}

function formatResult({ id, status, detail, escalation }: JsonObject): string {
  const runs = isObject(escalation) ? toObjects(escalation.runs).length : 0
  const result =
    status === 200 ? `answered for ${pluralize(runs, 'run')}` : `${status} ${toText(detail)}`
  return `${toText(id)}  ${result}`
}
