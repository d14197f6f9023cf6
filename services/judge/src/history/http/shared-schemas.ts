import { problemSchema } from '../../lib/problem-responses.ts'
import { flakeSchema, issueSchema, statsSchema } from './list-schemas.ts'
import { escalationSchema, memorySchema, pauseSchema, quarantineSchema } from './operate-schemas.ts'
import { agentAtWorkSchema, systemSchema } from './overview-schemas.ts'
import { runPageSchemas } from './run-page-schemas.ts'
import { runPartSchemas } from './run-part-schemas.ts'
import {
  artifactSchema,
  decisionSchema,
  effectSchema,
  evaluationSchema,
  factSchema,
  gateSchema,
  runSchema,
  transitionSchema,
  verdictSchema,
  waitingSchema,
} from './run-schemas.ts'

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
  systemSchema,
  agentAtWorkSchema,
  issueSchema,
  flakeSchema,
  ...runPageSchemas,
  ...runPartSchemas,
  { $id: 'Problem', ...problemSchema },
] as const
