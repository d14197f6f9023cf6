import { createHmac } from 'node:crypto'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { DB } from '../adapters/postgres/types.generated.ts'
import type { EffectByKind } from '../decide/effect.ts'
import type { GithubWrites, PostedComment } from '../github/port.ts'
import { Failure, isFailure } from '../lib/failure.ts'
import type { Millis } from '../lib/instant.ts'
import type { EffectTry, Performer, Settlement } from './performer.ts'

export interface CommentPerformerDeps {
  readonly db: Kysely<DB>
  readonly github: Pick<GithubWrites, 'listComments' | 'createComment' | 'editComment'>
  /** The key of the hidden mark, which no one else can know before us. */
  readonly markKey: string
  /** When answers are looked for first, after the question was asked. */
  readonly lookAfter: Millis
}

type CommentEffect = EffectByKind<'comment'>

/**
 * Writes the one comment of the service on a pull request: edits the one that it wrote before, or
 * posts it. A comment that is not on record, after a lost answer or a restored backup, is found by
 * its hidden mark. That an older text never overwrites a newer one is ensured before the try begins.
 */
export function createCommentPerformer(deps: CommentPerformerDeps): Performer<CommentEffect> {
  return {
    async perform(effect, effectTry) {
      try {
        const written = await writeComment(deps, effect, effectTry)
        if (written === null)
          return { state: 'skipped', because: 'there is no comment to edit any more' }
        return settle(deps, { effect, effectTry, ...written })
      } catch (error) {
        if (isFailure(error) && error.kind === 'forbidden')
          return { state: 'skipped', because: `comments are off: ${error.message}` }
        throw error
      }
    },
  }
}

interface Written {
  readonly comment: PostedComment
  readonly because: string
}

async function writeComment(
  { db, github, markKey }: CommentPerformerDeps,
  { key, repository, prNumber, text, open }: CommentEffect,
  { signal }: EffectTry,
): Promise<Written | null> {
  const mark = formatMark(markKey, key)
  const body = `${text}\n\n${mark}`
  const edit = (commentId: number) =>
    github.editComment({ repository, commentId, body }, signal).catch((error: unknown) => {
      // Setting a text twice is harmless, so a try after an unknown result needs no look-up.
      if (isFailure(error) && error.kind === 'unknown')
        throw new Failure('unavailable', error.message, { cause: error })
      throw error
    })
  const known = await findWritten(db, key)
  const edited = known === null ? null : await edit(known)
  if (edited !== null) return { comment: edited, because: 'edited' }
  const pull = { repository, number: prNumber }
  const all = await github.listComments(pull, signal)
  const found = all.find((comment) => comment.body.includes(mark))
  const editedFound = found === undefined ? null : await edit(found.id)
  if (editedFound !== null) return { comment: editedFound, because: 'found and edited' }
  if (!open) return null
  return { comment: await github.createComment({ ...pull, body }, signal), because: 'posted' }
}

function settle(
  { lookAfter }: CommentPerformerDeps,
  {
    effect,
    effectTry,
    comment,
    because,
  }: Written & { readonly effect: CommentEffect; readonly effectTry: EffectTry },
): Settlement {
  const { id, url, author } = comment
  return {
    state: 'done',
    because,
    answer: { commentId: id, url, author: author.login },
    ...(effect.open ? { alsoWrite: (trx) => awaitAnswer(trx, effectTry.runId, lookAfter) } : {}),
  }
}

/**
 * From now on, answers to the question are looked for in the comments of the pull request; at once
 * if a webhook about one was faster than GitHub's answer.
 */
async function awaitAnswer(trx: Transaction<DB>, runId: string, after: Millis): Promise<void> {
  await sql`
    update escalation_runs
       set comments_at = least(comments_at, now() + make_interval(secs => ${after / 1000}))
     where run_id = ${runId} and left_at is null`.execute(trx)
}

/** GitHub's id of the comment that was written last for this pull request. */
async function findWritten(db: Kysely<DB>, key: string): Promise<number | null> {
  const { rows } = await sql<{ id: number }>`
    select (answer ->> 'commentId')::bigint as id from effects
     where object = ${key} and kind = 'comment' and answer ? 'commentId'
     order by sequence desc limit 1`.execute(db)
  return rows[0]?.id ?? null
}

/** A hidden mark that only this service can make, the same for every try and every question. */
const formatMark = (markKey: string, key: string): string =>
  `<!-- codex-judge ${createHmac('sha256', markKey).update(key).digest('hex').slice(0, 32)} -->`
