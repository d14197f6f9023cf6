import type { Json } from '../api/fleet.ts'
import type { components } from '../api/schema.generated.ts'

/* What the routes of one run answer, as far as its page reads it. */

export type RunDetail = Json<'/api/codex/runs/{id}'>
export type Diff = Json<'/api/codex/runs/{id}/diff'>
export type Instructions = Json<'/api/codex/runs/{id}/instructions'>
export type Timeline = Json<'/api/codex/runs/{id}/timeline'>
export type Exchange = Json<'/api/codex/runs/{id}/verdicts/{verdictId}'>

type Schemas = components['schemas']

export type Blocker = Schemas['Blocker']
export type Became = NonNullable<Blocker['became']>
export type Excerpt = Schemas['Excerpt']
export type Action = Schemas['RunAction']
export type Phase = Schemas['Phase']
export type Attempt = Schemas['Attempt']
export type Gate = Schemas['Gate']
export type Verdict = Schemas['Verdict']
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
