import Type, { type Static } from 'typebox'
import { integer, nullable, number, oneOfTexts, text, time } from './schema-kinds.ts'

/* Schemas of what the recent runs show together. */

/** The query of `/api/codex/runs/list` that lists what a figure or mark counts. */
const filter = Type.String({
  description:
    'The query of `/api/codex/runs/list` that lists what this counts, as a query string.',
})
const seconds = Type.Object(
  { agent: number, evidence: number, ci: number, review: number, judge: number, pause: number },
  { description: 'Seconds a run, on average.' },
)
const usd = Type.Record(text, number)
const before = Type.Union([number, Type.Null()], {
  description: 'The same in the period before; null if it had none.',
})

export const figureNames = [
  'issuesCompleted',
  'firstAttempt',
  'attemptsPerIssue',
  'decisionSeconds',
  'costPerCompleted',
  'answerSeconds',
] as const

export const insightProperties = {
  since: time,
  until: time,
  previous: Type.Object({ since: time, until: time }),
  truncated: Type.Boolean({
    description:
      'True if the period has more than 10,000 decided runs: then the newest of them are shown, ' +
      'and `since` is when the oldest of those was decided.',
  }),
  decisions: Type.Integer({ description: 'The decided runs that all of this was made from.' }),
  enough: Type.Boolean({ description: 'False under 20 decisions: too few to tell rates.' }),
  figures: Type.Array(
    Type.Object({
      name: oneOfTexts(figureNames),
      value: nullable(number),
      p95: nullable(number),
      before,
      count: Type.Integer({ description: 'What the value was computed from.' }),
      filter,
    }),
    {
      description:
        '`firstAttempt` is a part of 1. `decisionSeconds` and `answerSeconds` are medians.',
    },
  ),
  days: Type.Array(
    Type.Object({
      day: Type.String({ format: 'date', description: 'UTC.' }),
      completed: integer,
      needsIteration: integer,
      needsHuman: integer,
      ended: integer,
      infrastructure: integer,
      costByModel: usd,
      filter,
    }),
    { description: 'Every day of the period; a run counts on the day it was decided.' },
  ),
  hanging: Type.Array(
    Type.Object({
      phase: oneOfTexts(['agent', 'evidence', 'ci', 'review', 'judge', 'person']),
      runs: Type.Array(
        Type.Object({
          id: text,
          title: text,
          waitSeconds: number,
          usualSeconds: nullable(number),
        }),
        { maxItems: 50, description: 'Those that have waited longest.' },
      ),
      filter,
    }),
    { description: 'Where runs wait now, whatever the period.' },
  ),
  reasons: Type.Array(Type.Object({ reason: text, count: integer, before: integer, filter }), {
    description: 'Why runs were not completed, the most frequent first.',
  }),
  phases: Type.Array(
    Type.Object({ group: oneOfTexts(['first', 'later', 'person']), runs: integer, seconds }),
    {
      description:
        'Where time goes, from the newest 1,000 decided runs: first attempts, later ones, and runs ' +
        'that a person was asked about.',
    },
  ),
  calibration: Type.Array(
    Type.Object({ from: number, to: number, count: integer, right: integer }),
    { description: 'Verdicts that people called right or wrong, by the confidence they had.' },
  ),
  flaky: Type.Array(
    Type.Object({
      repository: text,
      name: text,
      flips: integer,
      runs: integer,
      attemptsSaved: Type.Integer({
        description: 'Runs on these commits that did not end because of CI.',
      }),
      filter,
    }),
    { maxItems: 20 },
  ),
  marks: Type.Array(Type.Object({ at: time, kind: oneOfTexts(['policy', 'prompt']), text }), {
    maxItems: 20,
    description: 'When another policy or another prompt first decided.',
  }),
  sentences: Type.Record(text, Type.String(), {
    description: 'What each plot shows, in one sentence made from its data.',
  }),
} as const
const insightSchema = Type.Object(insightProperties)
export type InsightView = Static<typeof insightSchema>

export const statsProperties = {
  since: time,
  until: time,
  truncated: Type.Boolean({ description: 'As in `/api/codex/insights`.' }),
  stats: Type.Ref('Stats'),
  repositories: Type.Array(Type.Object({ repository: text, stats: Type.Ref('Stats') }), {
    maxItems: 200,
    description: 'Those with the most decided runs first.',
  }),
} as const
