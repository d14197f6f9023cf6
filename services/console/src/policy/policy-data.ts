/* What `GET /api/codex/policy` and `POST /api/codex/backtest` answer. */

export interface PolicyKey {
  readonly key: string
  readonly value: unknown
  readonly default: unknown
  readonly origin: 'default' | 'service' | 'repository'
  /** The commit of the repository's file that sets it. */
  readonly sha: string | null
  readonly locked: boolean
  readonly ignored: readonly { readonly value: unknown; readonly because: string }[]
  readonly meaning: string
}
export interface PolicyInForce {
  readonly version: string
  readonly keys: readonly PolicyKey[]
}
export interface BacktestOutcome {
  readonly outcome: string
  readonly reason: string
}
export interface Backtest {
  readonly total: number
  readonly changed: readonly {
    readonly runId: string
    readonly repository: string | null
    readonly issueNumber: number | null
    readonly before: BacktestOutcome
    readonly after: BacktestOutcome
  }[]
  readonly unknown: number
  readonly truncated: boolean
}
