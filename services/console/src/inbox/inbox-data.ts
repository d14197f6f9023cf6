import { queryOptions } from '@tanstack/react-query'
import { getJson } from '../api/request.ts'
import type { paths } from '../api/schema.generated.ts'
import type { Escalation } from '../api/types.ts'

export type InboxView = Escalation['state']

type List = paths['/api/codex/escalations']['get']['responses'][200]['content']['application/json']
type One =
  paths['/api/codex/escalations/{id}']['get']['responses'][200]['content']['application/json']

const MAX_QUESTIONS = 1_000

export const questionsQuery = (state: InboxView) =>
  queryOptions({
    queryKey: ['escalations', state],
    queryFn: ({ signal }) =>
      getJson<List>(`/api/codex/escalations?state=${state}&limit=${MAX_QUESTIONS}`, signal),
  })

export const questionQuery = (id: string) =>
  queryOptions({
    queryKey: ['escalation', id],
    queryFn: ({ signal }) =>
      getJson<One>(`/api/codex/escalations/${encodeURIComponent(id)}`, signal),
  })

/** Questions with the same reason. */
export interface QuestionGroup {
  readonly reason: string
  /** The newest first. */
  readonly questions: readonly Escalation[]
}

/** Groups by reason, the group with the oldest question first. */
export function groupQuestions(questions: readonly Escalation[]): readonly QuestionGroup[] {
  const groups = [...Map.groupBy(questions, ({ reason }) => reason)].map(([reason, inGroup]) => ({
    reason,
    questions: inGroup.toSorted((a, b) => b.createdAt.localeCompare(a.createdAt)),
  }))
  const findOldest = (group: QuestionGroup): string => group.questions.at(-1)?.createdAt ?? ''
  return groups.sort((a, b) => findOldest(a).localeCompare(findOldest(b)))
}

/** An answer that can be given to all of some questions. */
export type SharedOption = Escalation['options'][number]

/**
 * The options that all questions offer, as the first one words them; `asksSame` if none of them
 * offers another.
 */
export function shareOptions(questions: readonly Escalation[]): {
  readonly options: readonly SharedOption[]
  readonly asksSame: boolean
} {
  const [first, ...others] = questions
  if (first === undefined) return { options: [], asksSame: true }
  const options = first.options.filter(({ id }) =>
    others.every((each) => each.options.some((option) => option.id === id)),
  )
  const asksSame = questions.every(
    (each) => each.reason === first.reason && each.options.length === options.length,
  )
  return { options, asksSame }
}
