import type { Json } from '../api/fleet.ts'

/* What the routes of one issue answer. */

export type IssueAnswer = Json<'/api/codex/issues/{owner}/{repo}/{number}'>
export type Comparison = Json<'/api/codex/issues/{owner}/{repo}/{number}/compare'>
export type BlockerState = Comparison['blockers'][number]['state']
