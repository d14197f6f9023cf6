import { isObject, type JsonObject } from '../lib/json.ts'
import { clip, collapseSpace, pluralize } from '../lib/text.ts'
import type { ServiceClient } from './service-client.ts'

const MAX_QUESTION_CHARS = 160

/** One line for the operator; `failed` if the question could not be answered. */
export interface QuestionLine {
  readonly text: string
  readonly failed: boolean
}

/**
 * Lists and answers the questions of a running service, through its API: the service applies an
 * answer to every run of the question. Rejects with `Failure` if the service does not answer.
 */
export function createQuestionsClient(service: ServiceClient) {
  return {
    async listOpen(): Promise<readonly QuestionLine[]> {
      const { escalations } = await service.get('/api/codex/escalations?state=open&limit=1000')
      return toObjects(escalations).map((one) => ({ text: formatQuestion(one), failed: false }))
    },
    async answer(
      ids: readonly string[],
      answer: { readonly option: string; readonly note: string | null },
    ): Promise<readonly QuestionLine[]> {
      const { results } = await service.post('/api/codex/escalations/answers', { ids, ...answer })
      return toObjects(results).map((result) => ({
        text: formatResult(result),
        failed: result.status !== 200,
      }))
    },
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
