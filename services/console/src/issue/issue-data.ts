import type { components } from '../api/schema.generated.ts'
import type { Action, DiffFile, Instruction } from '../run/run-data.ts'

/* What the routes of one issue answer, as far as its page reads it. */

type Schemas = components['schemas']

export interface IssueAnswer {
  readonly issue: {
    readonly repository: string
    readonly issueNumber: number
    readonly issueTitle: string | null
    readonly url: string | null
    readonly state: string | null
    readonly status: string
    readonly attemptsUsed: number
    readonly attemptsMax: number
    readonly spentUsd: number
    readonly capUsd: number
  }
  /** Oldest first. */
  readonly runs: readonly Schemas['Run'][]
  readonly pauses: readonly Schemas['Pause'][]
  readonly actions: readonly Action[]
}

export type BlockerState = 'fixed' | 'still' | 'new' | 'undone'

export interface Comparison {
  readonly a: Schemas['Run']
  readonly b: Schemas['Run']
  readonly same: { readonly diff: boolean; readonly failure: boolean }
  readonly blockers: readonly {
    readonly id: string
    readonly title: string
    readonly state: BlockerState
  }[]
  readonly requirements: readonly {
    readonly requirement: string
    readonly a: 'met' | 'unmet' | null
    readonly b: 'met' | 'unmet' | null
  }[]
  readonly prompts: { readonly a: string | null; readonly b: string | null }
  readonly uptake: readonly Instruction[]
  readonly interdiff: readonly DiffFile[]
}
