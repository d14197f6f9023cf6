import { sql, type Transaction } from 'kysely'
import { encodeJsonb } from '../../adapters/postgres/encode-jsonb.ts'
import { lockEscalations } from '../../adapters/postgres/leave-escalations.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import { insertWaivers } from '../../adapters/postgres/waivers.ts'
import { lockIssues } from '../../correlate/issue-lock.ts'
import type { PersonAction } from '../../decide/decide-person-action.ts'
import type { OptionId } from '../../text/question.ts'
import { act } from './act.ts'
import type { ActionResult, ApplyActionDeps } from './apply-action.ts'

export interface AnswerInput {
  readonly escalationIds: readonly string[]
  readonly option: OptionId
  readonly note: string | null
  readonly actor: string
}

/** `not_offered`: the question has other options. */
export type AnswerResult =
  | ActionResult
  | { readonly kind: 'not_offered'; readonly offered: readonly string[] }

/**
 * Runs that get the answer in the transaction of the request. The other runs of a large escalation
 * follow in transactions of their own (`applyAnswers`).
 */
const ANSWERED_AT_ONCE = 50

/**
 * Answers questions with one of their options. An answer counts for every run of its escalation:
 * each gets the action that the option stands for. Resolves to the result for each id, which holds
 * the first run of the escalation.
 *
 * All issues are locked before the first run, and the causes in sorted order after the issues, so
 * that two people who answer at the same time wait for each other instead of deadlocking.
 */
export async function answerEscalations(
  trx: Transaction<DB>,
  deps: ApplyActionDeps,
  input: AnswerInput,
): Promise<ReadonlyMap<string, AnswerResult>> {
  const limit = Math.max(1, Math.floor(ANSWERED_AT_ONCE / input.escalationIds.length))
  const runs = await listRuns(trx, input.escalationIds, limit)
  await lockIssues(
    trx,
    runs.flatMap(({ repository, issueNumber }) =>
      repository === null || issueNumber === null ? [] : [{ repository, issueNumber }],
    ),
  )
  const keys = await trx
    .selectFrom('escalations')
    .select('group_key')
    .distinct()
    .where('id', 'in', [...input.escalationIds])
    .where('group_key', 'is not', null)
    .orderBy('group_key')
    .execute()
  for (const { group_key } of keys) if (group_key !== null) await lockEscalations(trx, group_key)
  const results = new Map<string, AnswerResult>()
  for (const id of new Set(input.escalationIds)) {
    const runIds = runs.filter((run) => run.escalationId === id).map((run) => run.runId)
    results.set(id, await answerOne(trx, deps, { ...input, id, runIds }))
  }
  return results
}

interface ListedRun {
  readonly escalationId: string
  readonly runId: string
  readonly repository: string | null
  readonly issueNumber: number | null
}

/** The first runs of each escalation that wait for it; an older release stored only one of them. */
async function listRuns(
  trx: Transaction<DB>,
  ids: readonly string[],
  limit: number,
): Promise<readonly ListedRun[]> {
  const { rows } = await sql<ListedRun>`
    select "escalationId", runs.id as "runId", runs.repository,
           runs.issue_number as "issueNumber"
      from (select escalation_id as "escalationId", run_id, joined_at,
                   row_number() over (partition by escalation_id order by joined_at, run_id) as place
              from escalation_runs
             where escalation_id = any(${[...ids]}::uuid[]) and left_at is null
             union all
            select id, run_id, created_at, 1 from escalations
             where id = any(${[...ids]}::uuid[])
               and not exists (select from escalation_runs where escalation_id = id)) as waiting
      join runs on runs.id = run_id
     where place <= ${limit}
     order by joined_at, runs.id`.execute(trx)
  return rows
}

interface OneAnswer extends Omit<AnswerInput, 'escalationIds'> {
  readonly id: string
  readonly runIds: readonly string[]
}

async function answerOne(
  trx: Transaction<DB>,
  deps: ApplyActionDeps,
  answer: OneAnswer,
): Promise<AnswerResult> {
  const { id, option } = answer
  const question = await trx
    .selectFrom('escalations')
    .select(['state', 'group_key', 'options', 'run_id', 'probe_at'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!question) return { kind: 'not_found' }
  if (question.state !== 'open')
    return { kind: 'conflict', because: `The question is already ${question.state}.` }
  const offered = readOptionIds(question.options)
  if (!offered.includes(option)) return { kind: 'not_offered', offered }
  return question.group_key === null
    ? answerForRun(trx, deps, { ...answer, runId: question.run_id })
    : answerForRuns(trx, deps, { ...answer, probeAt: question.probe_at })
}

const readOptionIds = (options: unknown): readonly string[] =>
  Array.isArray(options)
    ? options.flatMap((option: { id?: unknown }) =>
        typeof option.id === 'string' ? [option.id] : [],
      )
    : []

async function answerForRun(
  trx: Transaction<DB>,
  deps: ApplyActionDeps,
  { runId, ...answer }: OneAnswer & { readonly runId: string },
): Promise<AnswerResult> {
  const action = toPersonAction(answer)
  const result = await act(trx, deps, { runId, action, actor: answer.actor })
  if (result.kind !== 'accepted') return result
  if (answer.option === 'accept')
    await insertWaivers(trx, { escalationId: answer.id, runId, actor: answer.actor })
  await markAnswered(trx, answer).execute()
  return result
}

/**
 * The escalation is resolved first, so that each of its runs leaves it as one that was answered. If
 * the answer is possible for none of them, it stays open.
 */
async function answerForRuns(
  trx: Transaction<DB>,
  deps: ApplyActionDeps,
  { probeAt, ...answer }: OneAnswer & { readonly probeAt: Date | null },
): Promise<AnswerResult> {
  await markAnswered(trx, answer)
    .set({ resolution: 'answered', probe_at: null, due_at: sql<Date>`now()` })
    .execute()
  const results: ActionResult[] = []
  for (const runId of answer.runIds)
    results.push(
      await act(trx, deps, { runId, action: toPersonAction(answer), actor: answer.actor }),
    )
  const accepted = results.filter((result) => result.kind === 'accepted')
  const [first] = accepted
  if (first === undefined) {
    await trx
      .updateTable('escalations')
      .set({
        state: 'open',
        resolution: null,
        answered_at: null,
        answer: null,
        probe_at: probeAt,
      })
      .where('id', '=', answer.id)
      .execute()
    return results[0] ?? { kind: 'conflict', because: 'No run waits for the question any more.' }
  }
  return {
    ...first,
    afterCommit: () => {
      for (const { afterCommit } of accepted) afterCommit()
    },
  }
}

const markAnswered = (
  trx: Transaction<DB>,
  { id, option, note, actor }: Pick<OneAnswer, 'id' | 'option' | 'note' | 'actor'>,
) =>
  trx
    .updateTable('escalations')
    .set({
      state: 'answered',
      answered_at: sql<Date>`now()`,
      answer: encodeJsonb({ option, note, by: actor }),
    })
    .where('id', '=', id)

/** The action on a run that an option stands for. */
export function toPersonAction({
  option,
  note,
}: {
  readonly option: OptionId
  readonly note: string | null
}): PersonAction {
  switch (option) {
    case 'rerun':
      return { kind: 'rerun', prompt: null, note }
    case 'resume':
      return { kind: 'resume' }
    case 'accept':
      return { kind: 'override', outcome: 'completed', reason: note ?? 'A person accepted it.' }
    case 'close':
      return { kind: 'override', outcome: 'closed', reason: note ?? 'A person closed it.' }
    default:
      return option satisfies never
  }
}
