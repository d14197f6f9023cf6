import Type, { type Static } from 'typebox'
import { integer, nullable, oneOfTexts, text, time } from './schema-kinds.ts'

/* Schemas of what operators work with: escalations, quarantined messages, memories, pauses. */

export const escalationSchema = Type.Object(
  {
    id: text,
    runId: text,
    repository: nullable(text),
    issueNumber: nullable(integer),
    issueTitle: nullable(text),
    headline: Type.String({
      description: 'Why the first run asked, in the words of its own headline.',
    }),
    groupKey: nullable(
      Type.String({ description: 'The cause that its runs share; null: it is about one run.' }),
    ),
    runs: Type.Array(
      Type.Object({ id: text, repository: nullable(text), issueNumber: nullable(integer) }),
      { description: 'The runs that wait or, once it is resolved, waited for the answer.' },
    ),
    type: oneOfTexts(['manual', 'authorization', 'decision']),
    reason: text,
    question: text,
    options: Type.Array(
      Type.Object({
        id: text,
        text,
        effect: Type.String({ description: 'What choosing it does, for people.' }),
      }),
    ),
    recommendation: text,
    state: oneOfTexts(['open', 'answered', 'closed']),
    createdAt: time,
    deadlineAt: nullable(time),
    remindAt: nullable(
      Type.String({
        format: 'date-time',
        description: 'When people are reminded; null once done.',
      }),
    ),
    remindedAt: nullable(time),
    answeredAt: nullable(time),
    answeredBy: nullable(
      Type.String({ description: 'Who answered; `service` if it closed by itself.' }),
    ),
    answer: Type.Unknown(),
    facts: Type.Array(Type.Object({ text, url: nullable(text) }), {
      description: 'What led to the question of the first run, at most 8, the deciding one first.',
      maxItems: 8,
    }),
  },
  { $id: 'Escalation' },
)
export const quarantineSchema = Type.Object(
  {
    id: text,
    source: text,
    receivedAt: time,
    error: Type.Object({ code: text, message: text }),
    bytes: integer,
    body: Type.String({
      description: 'The masked text of the message, at most 16,384 characters.',
    }),
    truncated: Type.Boolean({
      description: 'Whether the message is longer; a replay uses all of it.',
    }),
  },
  { $id: 'Quarantined' },
)
export const memorySchema = Type.Object(
  {
    id: text,
    namespace: text,
    kind: nullable(text),
    summary: text,
    content: text,
    tags: Type.Array(text),
    metadata: Type.Unknown(),
    createdAt: time,
  },
  { $id: 'Memory' },
)
export const pauseSchema = Type.Object(
  {
    id: text,
    repository: nullable(text),
    issueNumber: nullable(integer),
    reason: text,
    by: text,
    createdAt: time,
  },
  { $id: 'Pause' },
)
export type EscalationView = Static<typeof escalationSchema>
export type QuarantineView = Static<typeof quarantineSchema>
export type MemoryView = Static<typeof memorySchema>
export type PauseView = Static<typeof pauseSchema>
