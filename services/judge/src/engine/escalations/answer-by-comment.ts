import { type Kysely, sql, type Transaction } from 'kysely'
import type { Logger } from 'pino'
import { transact } from '../../adapters/postgres/transact.ts'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { GithubWrites } from '../../github/port.ts'
import { getErrorMessage } from '../../lib/failure.ts'
import { type Millis, toInstant } from '../../lib/instant.ts'
import type { Mask } from '../../lib/mask.ts'
import type { ApplyActionDeps } from '../operate/apply-action.ts'
import { createOperations } from '../operate/operations.ts'
import { type CommandComment, findCommands } from './find-commands.ts'

export interface AnswerByCommentDeps {
  readonly db: Kysely<DB>
  readonly log: Logger
  readonly github: Pick<GithubWrites, 'readNewestComments' | 'mayWrite' | 'reactToComment'>
  readonly mask: Mask
  readonly actionDeps: ApplyActionDeps
  /** How soon comments are looked through again, at first. */
  readonly every: Millis
}

/** A question that was asked on a pull request, and is still open. */
interface WaitingQuestion {
  readonly escalation_id: string
  readonly run_id: string
  readonly repository: string
  readonly pr_number: number
  readonly asked_at: Date
  readonly asker: string
}

const MAX_QUESTIONS = 20
const HOUR_SECONDS = 3_600

/**
 * Looks through the comments under the questions that are due, and applies the answers that it
 * finds. Any replica may do it: a question is claimed with the time of its next look, which grows
 * with its age, and a comment counts once, however many read it.
 */
export async function answerByComments(
  deps: AnswerByCommentDeps,
  signal: AbortSignal,
): Promise<void> {
  for (const question of await claimQuestions(deps)) {
    if (signal.aborted) return
    await readAnswers(deps, question, signal).catch((error: unknown) =>
      deps.log.info(
        {
          event: 'answers_unread',
          escalation: question.escalation_id,
          error: getErrorMessage(error),
        },
        'the comments under a question could not be read; they are read again later',
      ),
    )
  }
}

async function claimQuestions({
  db,
  every,
}: AnswerByCommentDeps): Promise<readonly WaitingQuestion[]> {
  const { rows } = await sql<WaitingQuestion>`
    with due as (
      select waiting.escalation_id, waiting.run_id, asked.payload, asked.answer,
             -- GitHub's times have no fractions, and people may be faster than our comment.
             date_trunc('second', waiting.joined_at) as asked_at
        from escalation_runs as waiting
        join escalations on escalations.id = waiting.escalation_id and state = 'open'
        join lateral (
          select payload, answer from effects
           where effects.run_id = waiting.run_id and kind = 'comment' and answer ? 'commentId'
           order by sequence desc limit 1) as asked on (asked.payload -> 'open')::boolean
       where comments_at <= now() and left_at is null
       order by comments_at limit ${sql.lit(MAX_QUESTIONS)}
       for update of waiting skip locked)
    update escalation_runs
       set comments_at = now() + make_interval(secs => greatest(${every / 1000}::float8,
             least(${sql.lit(HOUR_SECONDS)}, extract(epoch from now() - joined_at) / 10)))
      from due
     where escalation_runs.escalation_id = due.escalation_id
       and escalation_runs.run_id = due.run_id
    returning due.escalation_id, due.run_id, due.payload ->> 'repository' as repository,
              (due.payload ->> 'prNumber')::int as pr_number,
              due.asked_at, due.answer ->> 'author' as asker`.execute(db)
  return rows
}

async function readAnswers(
  deps: AnswerByCommentDeps,
  question: WaitingQuestion,
  signal: AbortSignal,
): Promise<void> {
  const { repository, pr_number: number, asker } = question
  const askedAt = toInstant(question.asked_at)
  const comments = await deps.github.readNewestComments({ repository, number }, signal)
  for (const comment of findCommands(comments, { askedAt, asker })) {
    const outcome = await answerBy(deps, question, comment, signal)
    if (outcome === null) continue
    await showReaction(deps, { repository, comment, outcome }, signal)
    if (outcome === 'accepted') return
  }
}

/** What came of a comment; null: it had counted before. */
async function answerBy(
  deps: AnswerByCommentDeps,
  question: WaitingQuestion,
  comment: CommandComment,
  signal: AbortSignal,
): Promise<string | null> {
  if (await hasCounted(deps.db, question, comment)) return null
  const { repository } = question
  const { login, command } = comment
  const mayAnswer =
    command.kind === 'answer' && (await deps.github.mayWrite({ repository, login }, signal))
  const note =
    command.kind === 'answer' && command.note !== null ? await deps.mask(command.note) : null
  const done = await transact(deps.db, async (trx): Promise<Answered | null> => {
    if (!(await recordComment(trx, question, comment))) return null
    const answered =
      command.kind === 'unknown'
        ? { outcome: 'unknown command', afterCommit: doNothing }
        : !mayAnswer
          ? { outcome: 'not permitted', afterCommit: doNothing }
          : await answer(trx, deps, { ...question, login, option: command.option, note })
    await sql`
      update comment_commands set outcome = ${answered.outcome}
       where repository_key = ${repository.toLowerCase()} and comment_id = ${comment.id}`.execute(
      trx,
    )
    return answered
  })
  if (done === null) return null
  done.afterCommit()
  deps.log.info(
    { event: 'comment_command', escalation: question.escalation_id, login, outcome: done.outcome },
    `a comment tried to answer a question: ${done.outcome}`,
  )
  return done.outcome
}

interface Answer extends WaitingQuestion {
  readonly login: string
  readonly option: Extract<CommandComment['command'], { kind: 'answer' }>['option']
  readonly note: string | null
}

interface Answered {
  readonly outcome: string
  readonly afterCommit: () => void
}
const doNothing = (): void => {}

async function answer(
  trx: Transaction<DB>,
  { actionDeps }: AnswerByCommentDeps,
  { escalation_id: id, repository, login, option, note }: Answer,
): Promise<Answered> {
  // Who may write to this repository must not decide for another one.
  if (await concernsOthers(trx, id, repository))
    return { outcome: 'about several repositories', afterCommit: doNothing }
  const results = await createOperations(actionDeps).answer(
    { escalationIds: [id], option, note, actor: `github:${login}` },
    trx,
  )
  const result = results.get(id) ?? { kind: 'not_found' as const }
  return result.kind === 'accepted'
    ? { outcome: 'accepted', afterCommit: result.afterCommit }
    : { outcome: result.kind, afterCommit: doNothing }
}

async function concernsOthers(
  trx: Transaction<DB>,
  id: string,
  repository: string,
): Promise<boolean> {
  const { rows } = await sql`
    select from escalation_runs join runs on runs.id = run_id
     where escalation_id = ${id} and left_at is null
       and repository_key is distinct from ${repository.toLowerCase()} limit 1`.execute(trx)
  return rows.length > 0
}

const hasCounted = async (
  db: Kysely<DB>,
  { repository }: WaitingQuestion,
  { id }: CommandComment,
): Promise<boolean> => {
  const row = await db
    .selectFrom('comment_commands')
    .select('comment_id')
    .where('repository_key', '=', repository.toLowerCase())
    .where('comment_id', '=', id)
    .executeTakeFirst()
  return row !== undefined
}

/** Records that a comment counts; false if another transaction did. */
async function recordComment(
  trx: Transaction<DB>,
  { repository, escalation_id }: WaitingQuestion,
  { id, login }: CommandComment,
): Promise<boolean> {
  const inserted = await trx
    .insertInto('comment_commands')
    .values({
      repository_key: repository.toLowerCase(),
      comment_id: id,
      escalation_id,
      login,
      outcome: 'read',
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (inserted.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** 👍 or 😕 under the comment. The answer counts without it, so it is not tried again. */
async function showReaction(
  { github, log }: AnswerByCommentDeps,
  {
    repository,
    comment,
    outcome,
  }: {
    readonly repository: string
    readonly comment: CommandComment
    readonly outcome: string
  },
  signal: AbortSignal,
): Promise<void> {
  const content = outcome === 'accepted' ? '+1' : 'confused'
  await github
    .reactToComment({ repository, commentId: comment.id, content }, signal)
    .catch((error: unknown) =>
      log.debug({ event: 'reaction', error: getErrorMessage(error) }, 'a reaction was not set'),
    )
}
