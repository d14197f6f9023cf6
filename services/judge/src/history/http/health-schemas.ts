import Type from 'typebox'
import { nullable, text, time } from './schema-kinds.ts'

const refusalSchema = Type.Object({
  scope: nullable(text),
  operation: text,
  because: text,
  remedy: nullable(text),
  since: time,
  lastAt: time,
})

const systemDetailsSchema = Type.Object(
  {
    state: text,
    since: nullable(time),
    lastAnswerAt: nullable(time),
    because: nullable(text),
    refusals: Type.Array(refusalSchema, {
      description: 'What the system refuses at present, by owner, model or channel.',
    }),
    missingPermissions: Type.Array(text, {
      description: 'Permissions that the credentials lack, and what each is for.',
    }),
  },
  { additionalProperties: true },
)

/** The answer of `/readyz`. */
export const readinessSchema = Type.Object(
  {
    ok: Type.Literal(true),
    postgres: text,
    migrations: text,
    writes: text,
    systems: Type.Record(Type.String(), Type.String(), {
      description:
        'The state of each external system: `on` after it answered, `untested` before that, or ' +
        '`off: …`, `refused: …`, `away: …` or `held: …` with the reason.',
    }),
    details: Type.Record(Type.String(), systemDetailsSchema),
  },
  { additionalProperties: true },
)
