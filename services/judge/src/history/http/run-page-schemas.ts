import Type, { type Static } from 'typebox'
import { statuses } from '../../run/lifecycle.ts'
import { personActions } from '../../text/action-effect.ts'
import { integer, nullable, number, oneOfTexts, text, time } from './schema-kinds.ts'

/*
 * Schemas of what the page of a run adds to its facts: why it stands where it stands, what would
 * change that, and what people may do.
 */

export const excerptSchema = Type.Object(
  {
    from: integer,
    lines: Type.Array(
      Type.Object({
        number: nullable(integer),
        kind: oneOfTexts(['added', 'removed', 'context', 'log', 'error']),
        text,
      }),
    ),
    truncated: Type.Boolean(),
  },
  { $id: 'Excerpt', description: 'Lines of code or of a log, at most 20. `from` is the first.' },
)

export const uptakeResults = ['obeyed', 'ignored', 'worse'] as const

export const blockerSchema = Type.Object(
  {
    id: text,
    kind: oneOfTexts([
      'thread',
      'review',
      'check',
      'requirement',
      'finding',
      'gate',
      'wait',
      'question',
      'end',
    ]),
    title: text,
    text,
    severity: nullable(oneOfTexts(['P0', 'P1', 'P2', 'P3', 'high', 'medium', 'low'])),
    path: nullable(text),
    line: nullable(integer),
    url: nullable(text),
    owner: Type.Object({
      kind: oneOfTexts(['agent', 'reviewer', 'ci', 'person', 'service']),
      name: text,
    }),
    since: nullable(time),
    commitSha: nullable(text),
    excerpt: nullable(Type.Ref('Excerpt')),
    until: nullable(time),
    usualSeconds: nullable(number),
    counts: nullable(Type.String({ description: 'What counts as an answer.' })),
    asked: nullable(Type.String({ description: 'What was asked of the owner.' })),
    afterwards: nullable(Type.String({ description: 'What happens when the time is up.' })),
    became: nullable(
      Type.Object(
        { result: oneOfTexts(uptakeResults), because: text, runId: text },
        { description: 'What the next attempt made of it; null if that is not known.' },
      ),
    ),
  },
  {
    $id: 'Blocker',
    description: 'One thing between the run and its end, or what ended it.',
  },
)
export type BlockerView = Static<typeof blockerSchema>

export const runActionSchema = Type.Object(
  {
    name: oneOfTexts(personActions),
    allowed: Type.Boolean(),
    because: nullable(Type.String({ description: 'Why it is not allowed; null if it is.' })),
    effect: Type.String({ description: 'What it does outside, before it is asked for.' }),
  },
  { $id: 'RunAction', description: 'What a person may do, decided as the POST route decides it.' },
)
export type RunActionView = Static<typeof runActionSchema>

export const phaseSchema = Type.Object(
  {
    name: oneOfTexts(['agent', 'evidence', 'ci', 'review', 'judge', 'pause']),
    seconds: nullable(Type.Number({ description: 'Null: this part was not reached.' })),
    startedAt: nullable(time),
    endedAt: nullable(time),
    fact: text,
    running: Type.Boolean(),
    usualSeconds: nullable(number),
  },
  { $id: 'Phase', description: 'How long one part of the run took.' },
)
export type PhaseView = Static<typeof phaseSchema>

export const attemptSchema = Type.Object(
  {
    id: text,
    attempt: integer,
    status: oneOfTexts(statuses),
    reason: nullable(text),
    startedAt: nullable(time),
    seconds: nullable(number),
  },
  { $id: 'Attempt', description: 'One run of an issue, in short.' },
)
export type AttemptView = Static<typeof attemptSchema>

export const runBudgetSchema = Type.Object(
  {
    issueSpentUsd: number,
    issueCapUsd: number,
    runSpentUsd: number,
    agentTokens: nullable(integer),
  },
  { $id: 'RunBudget' },
)

export type RunBudgetView = Static<typeof runBudgetSchema>

export const changeSizeSchema = Type.Object(
  { files: integer, additions: integer, deletions: integer },
  { $id: 'ChangeSize' },
)

export type ChangeSizeView = Static<typeof changeSizeSchema>

export const logWindowSchema = Type.Object(
  {
    step: nullable(text),
    from: integer,
    lines: Type.Array(text),
    errorLine: nullable(
      Type.Integer({ description: 'The index in `lines`; null: none is known.' }),
    ),
    truncated: Type.Boolean(),
  },
  {
    $id: 'LogWindow',
    description:
      'The lines around the first error of a failed step: 12 before it and 6 after. `from` is the ' +
      'number of the first line in what was kept of the log.',
  },
)
export type LogWindowView = Static<typeof logWindowSchema>

export const checkSchema = Type.Object(
  {
    id: text,
    name: text,
    app: text,
    workflow: nullable(text),
    conclusion: nullable(text),
    status: text,
    startedAt: nullable(time),
    completedAt: nullable(time),
    seconds: nullable(number),
    url: nullable(text),
    required: Type.Boolean(),
    base: oneOfTexts(['red', 'green', 'unknown']),
    rerun: Type.Boolean(),
    log: nullable(Type.Ref('LogWindow')),
  },
  { $id: 'Check', description: 'One check of the judged commit.' },
)
export type CheckView = Static<typeof checkSchema>

export const labelSchema = Type.Object(
  { right: Type.Boolean(), note: nullable(text), by: text, at: time },
  { $id: 'VerdictLabel', description: 'What a person said about a verdict.' },
)
export type LabelView = Static<typeof labelSchema>

export const coverageSchema = Type.Object(
  {
    requirement: text,
    met: Type.Boolean(),
    citations: Type.Array(
      Type.Object({
        path: text,
        line: nullable(integer),
        quote: text,
        holds: nullable(Type.Boolean({ description: 'Null: it is not known any more.' })),
        because: nullable(text),
      }),
    ),
    test: nullable(Type.Object({ path: text, line: nullable(integer) })),
  },
  { $id: 'Coverage', description: 'What one verdict says about one requirement.' },
)
export type CoverageView = Static<typeof coverageSchema>

export const claimSchema = Type.Object(
  { name: text, value: nullable(text), source: text, at: nullable(time) },
  { $id: 'Claim', description: 'What a message reported, and from which part of it.' },
)
export type ClaimView = Static<typeof claimSchema>

/** The schemas of this file that routes refer to by their `$id`. */
export const runPageSchemas = [
  excerptSchema,
  blockerSchema,
  runActionSchema,
  phaseSchema,
  attemptSchema,
  runBudgetSchema,
  changeSizeSchema,
  logWindowSchema,
  checkSchema,
  labelSchema,
  coverageSchema,
  claimSchema,
] as const
