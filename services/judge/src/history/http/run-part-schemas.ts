import Type, { type Static } from 'typebox'
import { uptakeResults } from './run-page-schemas.ts'
import { integer, nullable, number, oneOfTexts, text, time } from './schema-kinds.ts'

/* Schemas of the parts of a run's page that are read alone: its change, prompts and history. */

export const diffFileSchema = Type.Object(
  {
    path: text,
    oldPath: nullable(text),
    status: oneOfTexts(['added', 'removed', 'modified', 'renamed']),
    additions: integer,
    deletions: integer,
    binary: Type.Boolean(),
    shownToJudge: nullable(Type.Boolean({ description: 'Null: no judge was asked.' })),
    hunks: Type.Array(
      Type.Object({
        oldStart: integer,
        newStart: integer,
        header: text,
        lines: Type.Array(
          Type.Object({
            kind: oneOfTexts(['added', 'removed', 'context']),
            old: nullable(integer),
            new: nullable(integer),
            text,
          }),
        ),
      }),
    ),
    marks: Type.Array(
      Type.Object({
        line: nullable(integer),
        side: oneOfTexts(['old', 'new']),
        kind: oneOfTexts(['thread', 'finding', 'citation']),
        title: text,
        severity: nullable(text),
        author: nullable(text),
        state: text,
        url: nullable(text),
      }),
    ),
  },
  { $id: 'DiffFile' },
)
export type DiffFileView = Static<typeof diffFileSchema>

export const instructionSchema = Type.Object(
  {
    id: text,
    gate: text,
    text,
    evidence: Type.Array(
      Type.Object({ text, url: nullable(text), path: nullable(text), line: nullable(integer) }),
    ),
    uptake: nullable(oneOfTexts(uptakeResults)),
    because: nullable(text),
  },
  { $id: 'Instruction', description: 'One numbered item of a prompt, and what became of it.' },
)
export type InstructionView = Static<typeof instructionSchema>

export const timelineKinds = ['step', 'signal', 'reading', 'try', 'person', 'effect'] as const
export const timelineEntrySchema = Type.Object(
  {
    at: time,
    kind: oneOfTexts(timelineKinds),
    icon: text,
    text,
    detail: nullable(text),
    waited: nullable(Type.Object({ seconds: number, ofAtMostSeconds: nullable(number) })),
    actor: nullable(text),
    note: nullable(text),
    url: nullable(text),
  },
  { $id: 'TimelineEntry' },
)
export type TimelineEntryView = Static<typeof timelineEntrySchema>

export const auditEntrySchema = Type.Object(
  {
    id: text,
    at: time,
    actor: text,
    action: text,
    runId: nullable(text),
    escalationId: nullable(text),
    repository: nullable(text),
    issueNumber: nullable(integer),
    note: nullable(text),
    effect: text,
  },
  { $id: 'AuditEntry', description: 'One thing that a person did: who, when, what, and why.' },
)
export type AuditEntryView = Static<typeof auditEntrySchema>

/** The schemas of this file that routes refer to by their `$id`. */
export const runPartSchemas = [
  diffFileSchema,
  instructionSchema,
  timelineEntrySchema,
  auditEntrySchema,
] as const
