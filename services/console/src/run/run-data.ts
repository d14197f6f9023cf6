import type { components } from '../api/schema.generated.ts'

/* What the routes of one run answer, as far as its page reads it. */

type Schemas = components['schemas']

export type Blocker = Schemas['Blocker']
export type Became = NonNullable<Blocker['became']>
export type Excerpt = Schemas['Excerpt']
export type Action = Schemas['RunAction']
export type Phase = Schemas['Phase']
export type Attempt = Schemas['Attempt']
export type Gate = Schemas['Gate']
export type Requirement = Schemas['Coverage']
export type Citation = Requirement['citations'][number]
export type Check = Schemas['Check']
export type CheckLog = Schemas['LogWindow']
export type Effect = Schemas['Effect']
export type Artifact = Schemas['Artifact']
export type DiffFile = Schemas['DiffFile']
export type DiffLine = DiffFile['hunks'][number]['lines'][number]
export type DiffMark = DiffFile['marks'][number]
export type Instruction = Schemas['Instruction']
export type Evidence = Instruction['evidence'][number]
export type TimelineEntry = Schemas['TimelineEntry']

export type Verdict = Schemas['Verdict'] & {
  readonly requirements: readonly Requirement[]
  readonly askedBecause: string | null
  readonly seconds: number | null
  readonly acted: boolean
  readonly label: Schemas['VerdictLabel'] | null
  readonly rawAvailable: boolean
}
export interface RunDetail {
  readonly run: Schemas['Run']
  readonly blockers: readonly Blocker[]
  readonly actions: readonly Action[]
  readonly phases: readonly Phase[]
  readonly attempts: readonly Attempt[]
  readonly budget: Schemas['RunBudget']
  readonly change: Schemas['ChangeSize'] | null
  readonly gates: readonly Gate[]
  readonly verdicts: readonly Verdict[]
  readonly checks: readonly Check[]
  readonly effects: readonly Effect[]
  readonly artifacts: readonly Artifact[]
  readonly decision: Schemas['Decision'] | null
}
export interface Diff {
  readonly commitSha: string
  readonly base: string | null
  readonly files: readonly DiffFile[]
  readonly truncated: boolean
  readonly since: { readonly runId: string; readonly attempt: number } | null
}
export interface Instructions {
  readonly given: readonly Instruction[]
  readonly next: readonly Instruction[]
  readonly givenText: string | null
  readonly nextText: string | null
}
export interface Timeline {
  readonly entries: readonly TimelineEntry[]
  readonly nextCursor: string | null
}
