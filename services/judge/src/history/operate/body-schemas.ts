import Type, { type TSchema } from 'typebox'
import type { PersonAction } from '../../decide/decide-person-action.ts'
import { readBody, readOptionalBody } from './request-body.ts'

const requiredText = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '\\S' })
const repository = Type.String({ pattern: '^[^\\s/]+/[^\\s/]+$', maxLength: 300 })
const issueNumber = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })
const uuid = Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' })
const optional = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))
const bodySchema = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: true })

/** Enough for an issue with its whole discussion. */
const MAX_PROMPT_CHARACTERS = 500_000

export const pauseBody = bodySchema({
  repository: optional(repository),
  issueNumber: optional(issueNumber),
  reason: requiredText(2_000),
})
/** `pauseBody` for the OpenAPI document, with what is checked besides its members. */
export const pauseDescription = {
  ...pauseBody,
  if: { required: ['issueNumber'], properties: { issueNumber: { type: 'integer' } } },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, and never awaited.
  then: { required: ['repository'], properties: { repository: { type: 'string' } } },
}
export const labelBody = bodySchema({
  right: Type.Boolean(),
  note: optional(Type.String({ maxLength: 2_000 })),
})
export const rerunBody = bodySchema({
  repository,
  issueNumber,
  prompt: requiredText(MAX_PROMPT_CHARACTERS),
  runId: optional(uuid),
})
const answer = {
  option: Type.Union([
    Type.Literal('rerun'),
    Type.Literal('resume'),
    Type.Literal('accept'),
    Type.Literal('close'),
  ]),
  note: optional(Type.String({ maxLength: 20_000 })),
}
export const answerBody = bodySchema(answer)

/** Questions that are answered in one request, and so in one transaction. */
const MAX_ANSWERS = 100
export const answersBody = bodySchema({
  ids: Type.Array(uuid, { minItems: 1, maxItems: MAX_ANSWERS }),
  ...answer,
})
export const replayBody = bodySchema({ body: Type.Optional(Type.Unknown()) })
export const sessionBody = bodySchema({ token: Type.String({ maxLength: 10_000 }) })

export const actionBodies = {
  rejudge: bodySchema({}),
  rerun: bodySchema({ prompt: optional(requiredText(MAX_PROMPT_CHARACTERS)) }),
  override: bodySchema({
    outcome: Type.Union([
      Type.Literal('completed'),
      Type.Literal('needs_human'),
      Type.Literal('closed'),
    ]),
    reason: requiredText(2_000),
  }),
  stop: bodySchema({ reason: requiredText(2_000) }),
  resume: bodySchema({}),
  grant: bodySchema({
    attempts: Type.Integer({ minimum: 1, maximum: 100 }),
    usd: optional(Type.Number({ minimum: 0, maximum: 10_000 })),
  }),
} as const

type ActionName = keyof typeof actionBodies

export const actionSummaries = {
  rejudge: 'Judge a run again.',
  rerun: 'Start another attempt after a run has ended.',
  override: 'Decide a run instead of the service.',
  stop: 'End a run as closed.',
  resume: 'Go on with a run that waits for a person.',
  grant: 'Allow an issue more attempts.',
} as const satisfies Readonly<Record<ActionName, string>>

export const actionNames: readonly ActionName[] = [
  'rejudge',
  'rerun',
  'override',
  'stop',
  'resume',
  'grant',
]

/** An action with its parameters from the body. Throws `invalid` or `bad_request` for a bad one. */
export function readAction(name: ActionName, body: unknown): PersonAction {
  switch (name) {
    case 'rejudge':
    case 'resume':
      readOptionalBody(actionBodies[name], body)
      return { kind: name }
    case 'rerun':
      return {
        kind: name,
        prompt: readOptionalBody(actionBodies.rerun, body).prompt ?? null,
        note: null,
      }
    case 'override': {
      const { outcome, reason } = readBody(actionBodies.override, body)
      return { kind: name, outcome, reason }
    }
    case 'stop':
      return { kind: name, reason: readBody(actionBodies.stop, body).reason }
    case 'grant': {
      const { attempts, usd = null } = readBody(actionBodies.grant, body)
      return { kind: name, attempts, usd }
    }
    default:
      return name satisfies never
  }
}
