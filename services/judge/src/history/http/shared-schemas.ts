import Type from 'typebox'
import { escalationSchema, memorySchema, pauseSchema, quarantineSchema } from './operate-schemas.ts'
import {
  artifactSchema,
  decisionSchema,
  effectSchema,
  evaluationSchema,
  factSchema,
  flakeSchema,
  gateSchema,
  issueSchema,
  runSchema,
  statsSchema,
  transitionSchema,
  verdictSchema,
  waitingSchema,
} from './run-schemas.ts'
import { integer, text } from './schema-kinds.ts'

const problemSchema = Type.Object(
  {
    type: text,
    title: text,
    status: integer,
    code: text,
    detail: text,
    errors: Type.Optional(
      Type.Array(Type.Object({ path: text, message: text }, { additionalProperties: true })),
    ),
  },
  {
    $id: 'Problem',
    additionalProperties: true,
    description: 'RFC 9457 problem details; programs branch on `code`.',
  },
)

/** The schemas that routes refer to by their `$id`. */
export const sharedSchemas = [
  runSchema,
  artifactSchema,
  evaluationSchema,
  verdictSchema,
  transitionSchema,
  gateSchema,
  effectSchema,
  factSchema,
  decisionSchema,
  waitingSchema,
  statsSchema,
  escalationSchema,
  quarantineSchema,
  memorySchema,
  pauseSchema,
  issueSchema,
  flakeSchema,
  problemSchema,
] as const
