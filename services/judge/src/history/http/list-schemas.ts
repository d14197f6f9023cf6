import Type, { type Static } from 'typebox'
import { statuses } from '../../run/lifecycle.ts'
import { integer, nullable, number, oneOfTexts, text, time } from './schema-kinds.ts'

/* Schemas of what is counted or listed over many runs. */

export const statsSchema = Type.Object(
  {
    total: integer,
    completed: integer,
    needsIteration: integer,
    needsHuman: integer,
    completionRate: nullable(number),
    avgAttemptsPerIssue: nullable(number),
    failureReasonCounts: Type.Record(text, integer),
    avgCiDurationSeconds: nullable(number),
    avgJudgeConfidence: nullable(number),
  },
  { $id: 'Stats' },
)
/** What the summary of all runs has. */
export const summaryProperties = {
  counts: Type.Record(
    text,
    Type.Object({
      count: Type.Integer({ description: 'Counted up to 10,000.' }),
      oldestSince: nullable(time),
    }),
    { description: 'By status. Only runs that wait for something have an `oldestSince`.' },
  ),
  completedSevenDays: integer,
  openEscalations: integer,
  quarantined: integer,
  agentsAtWork: Type.Integer({ description: 'As many as `GET /api/agents` lists.' }),
}
export type SummaryView = Static<Type.TObject<typeof summaryProperties>>
export const issueSchema = Type.Object(
  {
    repository: text,
    issueNumber: integer,
    runCount: integer,
    lastSeenAt: time,
    status: oneOfTexts(statuses),
  },
  { $id: 'Issue' },
)
export const flakeSchema = Type.Object(
  {
    repository: text,
    name: text,
    app: text,
    workflow: nullable(text),
    event: nullable(text),
    count: integer,
    firstSeenAt: time,
    lastSeenAt: time,
    commits: Type.Array(text),
  },
  {
    $id: 'Flake',
    description:
      'A check that failed and then passed without a change, on how many commits it did, and the ' +
      'newest 20 of them. Workflow and event are null outside GitHub Actions.',
  },
)
export type StatsView = Static<typeof statsSchema>
export type IssueView = Static<typeof issueSchema>
export type FlakeView = Static<typeof flakeSchema>
