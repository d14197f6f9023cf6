import Type, { type Static } from 'typebox'

/*
 * What the terminal shows of a run: the part of the responses of `GET /api/codex/runs/:id` and of
 * the run streams that is read. A service of another release may answer more.
 */

const text = Type.String()
const textOrNull = Type.Union([text, Type.Null()])
const number = Type.Number()
const numberOrNull = Type.Union([number, Type.Null()])

export const shownRunSchema = Type.Object({
  id: text,
  repository: textOrNull,
  issueNumber: numberOrNull,
  issueTitle: textOrNull,
  attempt: number,
  attemptsMax: number,
  status: text,
  statusWords: text,
  headline: text,
  next: Type.Object({ text, at: textOrNull, needsYou: Type.Boolean() }),
  prNumber: numberOrNull,
  prUrl: textOrNull,
  commitSha: textOrNull,
  costUsd: number,
  updatedAt: text,
})
export type ShownRun = Static<typeof shownRunSchema>

const excerptSchema = Type.Object({
  lines: Type.Array(Type.Object({ number: numberOrNull, kind: text, text })),
  truncated: Type.Boolean(),
})

const blockerSchema = Type.Object({
  kind: text,
  title: text,
  text,
  severity: textOrNull,
  path: textOrNull,
  line: numberOrNull,
  url: textOrNull,
  owner: Type.Object({ kind: text, name: textOrNull }),
  since: textOrNull,
  until: textOrNull,
  afterwards: textOrNull,
  excerpt: Type.Union([excerptSchema, Type.Null()]),
  became: Type.Union([Type.Object({ result: text, because: text }), Type.Null()]),
})
export type ShownBlocker = Static<typeof blockerSchema>

const citationSchema = Type.Object({
  path: text,
  line: numberOrNull,
  quote: text,
  /** Null: it is not known any more. */
  holds: Type.Union([Type.Boolean(), Type.Null()]),
  because: textOrNull,
})
export type ShownCitation = Static<typeof citationSchema>
const requirementSchema = Type.Object({
  requirement: text,
  met: Type.Boolean(),
  citations: Type.Array(citationSchema),
})
const verdictSchema = Type.Object({
  model: text,
  decision: textOrNull,
  confidence: numberOrNull,
  costUsd: number,
  acted: Type.Boolean(),
  valid: Type.Boolean(),
  because: textOrNull,
  requirements: Type.Array(requirementSchema),
})
export type ShownVerdict = Static<typeof verdictSchema>

const checkSchema = Type.Object({
  name: text,
  conclusion: textOrNull,
  url: textOrNull,
  log: Type.Union([Type.Object({ lines: Type.Array(text), errorLine: numberOrNull }), Type.Null()]),
})
export type ShownCheck = Static<typeof checkSchema>

export const runPageSchema = Type.Object({
  run: shownRunSchema,
  blockers: Type.Array(blockerSchema),
  actions: Type.Array(
    Type.Object({ name: text, allowed: Type.Boolean(), because: textOrNull, effect: text }),
  ),
  phases: Type.Array(
    Type.Object({ name: text, seconds: numberOrNull, fact: text, running: Type.Boolean() }),
  ),
  attempts: Type.Array(
    Type.Object({ id: text, attempt: number, status: text, seconds: numberOrNull }),
  ),
  gates: Type.Array(Type.Object({ name: text, result: text, because: text })),
  verdicts: Type.Array(verdictSchema),
  checks: Type.Array(checkSchema),
})
export type RunPage = Static<typeof runPageSchema>
