import Type, { type Static } from 'typebox'
import { integer, nullable, number, oneOfTexts, text, time } from './schema-kinds.ts'

/* Schemas of what is said about the service as a whole. */

export const visitorSchema = Type.Object({
  ok: Type.Literal(true),
  name: nullable(
    Type.String({ description: 'The name that audits show; null without a token or session.' }),
  ),
  may: Type.Array(oneOfTexts(['read', 'act']), { description: 'What this visitor may do.' }),
  needed: Type.Boolean({ description: 'Whether reading takes a token.' }),
})

export const systemSchema = Type.Object(
  {
    name: text,
    state: oneOfTexts(['up', 'down', 'off', 'unknown']),
    because: nullable(text),
    since: nullable(time),
  },
  {
    $id: 'System',
    description:
      'An external system. `up`: it answers. `down`: it does not, or refuses our credentials, or ' +
      'is held. `off`: it is not configured. `unknown`: it was not needed yet.',
  },
)
export type SystemView = Static<typeof systemSchema>

export const healthProperties = {
  healthy: Type.Boolean({ description: 'False if `faults` has anything.' }),
  faults: Type.Array(text, { description: 'What is wrong now, in sentences for people.' }),
  systems: Type.Array(Type.Ref('System')),
  github: Type.Array(
    Type.Object({
      owner: nullable(
        Type.String({ description: 'Null: of the account or installation that was used last.' }),
      ),
      remaining: integer,
      limit: integer,
      resetsAt: time,
    }),
    { description: 'The hourly GraphQL budget, as GitHub reported it last; empty before that.' },
  ),
  inboxOldestSeconds: Type.Number({
    description: 'How long the oldest due run has waited for its reconciliation; 0 without one.',
  }),
  effectOldestSeconds: Type.Number({
    description: 'The age of the oldest overdue effect; 0 without one.',
  }),
  kafkaLag: Type.Record(text, number, { description: 'Records not read yet, by topic.' }),
  pausesInForce: Type.Array(Type.Ref('Pause')),
} as const

export const agentAtWorkSchema = Type.Object(
  {
    runId: nullable(
      Type.String({ description: 'Null until the workflow has reported to the service.' }),
    ),
    repository: nullable(text),
    issueNumber: nullable(integer),
    title: nullable(text),
    workflowName: nullable(text),
    workflowUid: nullable(text),
    since: time,
    lastAt: nullable(time),
    lastText: nullable(
      Type.String({ description: 'The newest message, at most 500 characters, masked.' }),
    ),
    kind: nullable(text),
  },
  {
    $id: 'AgentAtWork',
    description:
      'An agent whose workflow has started, or was dispatched, and has not reported its end.',
  },
)
export type AgentAtWorkView = Static<typeof agentAtWorkSchema>

export const findHitSchema = nullable(
  Type.Object({
    kind: oneOfTexts(['run', 'issue']),
    id: Type.String({ description: 'The id of the run, or `owner/name#number`.' }),
    path: Type.String({ description: 'The page of it.' }),
  }),
)
