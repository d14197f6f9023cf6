import type { Kysely, Transaction } from 'kysely'
import Type, { type Static, type TSchema } from 'typebox'
import type { DB } from '../../adapters/postgres/types.generated.ts'
import type { PersonalAct } from '../../decide/act.ts'
import { Problem } from '../../lib/problem.ts'
import { idIn, notHere } from '../http/query.ts'
import { runById } from '../runs/present-run.ts'
import { invalid, readBody, readOptionalBody } from './body.ts'
import { escalationById } from './escalations.ts'
import type { Answer, Done } from './idempotency.ts'
import { openPauses, pause, unpause } from './pauses.ts'
import { type QuarantinedMessage, quarantinedById } from './quarantine.ts'

/*
 * What people may do. Here their wishes are read and answered; how a run is acted on is decided by
 * whoever is handed in as `Operations`, in the transaction that also keeps the answer.
 */

/** What became of a wish about a run. `conflict` where the run's state does not allow it. */
export type Acted =
  | { readonly kind: 'accepted'; readonly runId: string; readonly afterCommit?: () => void }
  | { readonly kind: 'conflict'; readonly because: string }
  | { readonly kind: 'not_found' }

export interface RerunWish {
  readonly repository: string
  readonly issueNumber: number
  readonly prompt: string
  /** The run whose next attempt this is; null: the issue's newest. */
  readonly runId: string | null
  readonly actor: string
}

export interface AnswerWish {
  readonly escalationId: string
  readonly option: 'rerun' | 'resume' | 'accept' | 'close'
  readonly note: string | null
  readonly actor: string
}

export interface Operations {
  readonly rerun: (wish: RerunWish, trx: Transaction<DB>) => Promise<Acted>
  readonly act: (
    wish: { readonly runId: string; readonly action: PersonalAct; readonly actor: string },
    trx: Transaction<DB>,
  ) => Promise<Acted>
  readonly answer: (wish: AnswerWish, trx: Transaction<DB>) => Promise<Acted>
  /**
   * Reads a quarantined message once more, with the corrected body where there is one, and records
   * it; resolves to what ingest would have answered. Throws `Problem` `invalid` where it is still
   * malformed.
   */
  replay(
    message: QuarantinedMessage,
    corrected: unknown,
  ): Promise<{ readonly event: { readonly id: string } }>
}

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' })
const repository = Type.String({ pattern: '^[^\\s/]+/[^\\s/]+$', maxLength: 300 })
const issueNumber = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
const uuid = Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' })
const maybe = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))
const body = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: true })

/** As long as an issue with its whole discussion. */
const longestPrompt = 500_000

export const pauseBody = body({
  repository: maybe(repository),
  issueNumber: maybe(issueNumber),
  reason: text(2_000),
})
export const rerunBody = body({
  repository,
  issueNumber,
  prompt: text(longestPrompt),
  runId: maybe(uuid),
})
export const answerBody = body({
  option: Type.Union([
    Type.Literal('rerun'),
    Type.Literal('resume'),
    Type.Literal('accept'),
    Type.Literal('close'),
  ]),
  note: maybe(Type.String({ maxLength: 20_000 })),
})
export const replayBody = body({ body: Type.Optional(Type.Unknown()) })
export const sessionBody = body({ token: Type.String({ maxLength: 10_000 }) })

const actionBodies = {
  rejudge: body({}),
  rerun: body({ prompt: maybe(text(longestPrompt)) }),
  override: body({
    outcome: Type.Union([
      Type.Literal('completed'),
      Type.Literal('needs_human'),
      Type.Literal('closed'),
    ]),
    reason: text(2_000),
  }),
  stop: body({ reason: text(2_000) }),
  resume: body({}),
  grant: body({ attempts: Type.Integer({ minimum: 1, maximum: 100 }) }),
} as const

/**
 * The action a path and a body ask for. Throws `not_found` for one there is not, and `invalid` for
 * a body that does not do.
 */
export function readAction(name: string, given: unknown): PersonalAct {
  switch (name) {
    case 'rejudge':
    case 'resume':
      readOptionalBody(actionBodies[name], given)
      return { kind: name }
    case 'rerun':
      return {
        kind: name,
        prompt: readOptionalBody(actionBodies.rerun, given).prompt ?? null,
        note: null,
      }
    case 'override': {
      const { outcome, reason } = readBody(actionBodies.override, given)
      return { kind: name, outcome, reason }
    }
    case 'stop':
      return { kind: name, reason: readBody(actionBodies.stop, given).reason }
    case 'grant':
      return { kind: name, attempts: readBody(actionBodies.grant, given).attempts }
    default:
      throw notHere(
        `There is no action "${name.slice(0, 50)}"; there are ${Object.keys(actionBodies).join(', ')}.`,
      )
  }
}

export async function changePauses(
  trx: Kysely<DB>,
  change: 'pause' | 'unpause',
  { wish, actor }: { readonly wish: Static<typeof pauseBody>; readonly actor: string },
): Promise<Answer> {
  const scope = { repository: wish.repository ?? null, issueNumber: wish.issueNumber ?? null }
  if (scope.issueNumber !== null && scope.repository === null) {
    throw invalid([{ path: '/repository', message: 'is required with issueNumber' }])
  }
  await (change === 'pause' ? pause : unpause)(trx, scope, { reason: wish.reason, actor })
  return { status: 200, body: { ok: true, pauses: await openPauses(trx) } }
}

/** The answer to a wish about a run: the run as it is now. */
export async function actedOn(trx: Kysely<DB>, acted: Acted, status = 202): Promise<Done> {
  switch (acted.kind) {
    case 'accepted':
      return {
        status,
        body: { ok: true, run: await runById(trx, acted.runId) },
        afterCommit: acted.afterCommit,
      }
    case 'conflict':
      throw new Problem('conflict', acted.because)
    case 'not_found':
      throw notHere()
    default:
      return acted satisfies never
  }
}

/**
 * A question offers the answers that make sense for its reason; a person who knows better may give
 * any of the four, as every one of them is an action of its own. What the run's state does not
 * allow is a conflict.
 */
export async function answerQuestion(
  trx: Transaction<DB>,
  {
    id,
    wish,
    actor,
  }: { readonly id: string; readonly wish: Static<typeof answerBody>; readonly actor: string },
  operations: Operations,
): Promise<Done> {
  const escalationId = idIn(id)
  const asked = await escalationById(trx, escalationId)
  if (asked === null) throw notHere()
  const acted = await operations.answer(
    { escalationId, option: wish.option, note: wish.note ?? null, actor },
    trx,
  )
  const done = await actedOn(trx, acted, 200)
  return acted.kind === 'accepted'
    ? {
        ...done,
        body: {
          ok: true,
          escalation: await escalationById(trx, escalationId),
          run: await runById(trx, acted.runId),
        },
      }
    : done
}

/** Replays a quarantined message, and takes it off the list once it is recorded. */
export async function replayQuarantined(
  db: Kysely<DB>,
  { id, corrected }: { readonly id: string; readonly corrected: unknown },
  operations: Operations,
): Promise<Answer> {
  const message = await quarantinedById(db, idIn(id))
  if (message === null) throw notHere()
  if (message.replayedAt !== null)
    throw new Problem('conflict', 'This message has been replayed already.')
  const answered = await operations.replay(message, corrected)
  await db
    .updateTable('inbox')
    .set({ replayed_at: new Date(), replayed_as: answered.event.id })
    .where('id', '=', message.id)
    .execute()
  return { status: 202, body: answered }
}
